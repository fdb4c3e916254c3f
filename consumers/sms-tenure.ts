import { smsParts } from '../models/sms-parts.ts'
import type { Bell } from '../streams/bell.ts'
import { dispatchSms, type SmsPorts } from './dispatch-sms.ts'
import { filledSms, openSms } from './open-sms.ts'
import type { SmsGate } from './sms-gate.ts'
import type { GatewayAnswer } from './sms-gateway.ts'
import type { ClaimedSms, SmsLease } from './sms-ledger.ts'
import type { SmsPace } from './sms-pace.ts'
import { type PerClass, SmsReady } from './sms-ready.ts'
import { type SlotUse, SmsSlots } from './sms-slots.ts'

export interface TenureOptions {
  /** Slots to hold at most. */
  readonly slots: number
  /** How long a lease lasts beyond one call to the gateway, in ms: the time there is to renew it. */
  readonly windowMs: number
  /** How long to wait for texts in flight when told to stop, in ms. */
  readonly drainMs: number
}

/** A lease that nothing needs is given back after so long, in ms. */
const IDLE_MS = 1000
const LONGEST_WAIT_MS = 1000
/** How long to wait for leave, whatever is said: what is asked often costs, and something more urgent may come. */
const ASK = { least: 10, longest: 500 } as const

/** Lease enough for the call and the window behind it; nothing is written in the window's last tenth, which two clocks may differ by. */
export const leaseMs = (timeoutMs: number, windowMs: number): number => timeoutMs + windowMs

/**
 * The work under one lease: keeps it renewed, keeps rows claimed ahead, and passes each through a free slot. A slot is free again as
 * soon as the gateway has answered; the answer is kept while the next text goes through it.
 * Ends when there is nothing to do, the signal aborts, the lease is lost, or something failed; then everything is given back.
 */
export class SmsTenure {
  private readonly ports: SmsPorts
  private readonly options: TenureOptions
  private readonly bell: Bell
  private readonly gate: SmsGate
  private lease: SmsLease
  private readonly slots: SmsSlots
  private readonly ready: SmsReady
  private sending = 0
  private claiming = false
  private renewing = false
  private over = false
  private stopping = false
  private asking = false
  private askAt = 0
  private failure: { readonly reason: unknown } | undefined
  private renewAt: number
  private usedAt: number

  constructor(ports: SmsPorts, options: TenureOptions, { bell, gate, lease }: { bell: Bell; gate: SmsGate; lease: SmsLease }) {
    this.ports = ports
    this.options = options
    this.bell = bell
    this.gate = gate
    this.lease = lease
    this.slots = new SmsSlots(ports.clock, lease.slots)
    const now = ports.clock.monotonic()
    this.renewAt = now + options.windowMs / 3
    this.ready = new SmsReady(now)
    this.usedAt = now
  }

  /** There may be something to claim. */
  wake(): void {
    this.ready.wake()
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.ports
    let giveUpAt = Number.POSITIVE_INFINITY
    while (true) {
      const now = clock.monotonic()
      this.over ||= this.gate.isClosedForLong(now)
      const stopping = signal.aborted || this.over
      this.stopping = stopping
      if (stopping) giveUpAt = Math.min(giveUpAt, now + this.options.drainMs)
      else this.claim(now)
      if (this.sending > 0 || !stopping) this.renew(now)
      if (!stopping) this.start(now)
      const working = this.sending > 0 || this.claiming || this.renewing || this.asking
      if (now >= giveUpAt || (!working && (stopping || this.unused(now)))) break
      await this.bell.wait(Math.max(1, Math.min(giveUpAt, this.nextTurn(stopping, now)) - now), stopping ? undefined : signal)
    }
    await this.ports.ledger.release(this.lease.token, this.slots.busy())
    if (this.failure !== undefined) throw this.failure.reason
  }

  private unused(now: number): boolean {
    return this.ready.size === 0 && now - this.usedAt >= IDLE_MS
  }

  /** When to look again although nobody rang. What is under way rings when it ends. */
  private nextTurn(stopping: boolean, now: number): number {
    const turns = [now + LONGEST_WAIT_MS]
    if (!this.renewing && !this.over) turns.push(this.renewAt)
    if (!stopping && !this.claiming) turns.push(this.ready.claimAt(this.ahead()))
    if (!stopping && this.ready.size > 0 && this.askAt > now) turns.push(this.askAt)
    if (!stopping && this.ready.size > 0 && this.mayBeginAhead(now)) turns.push(this.slots.soonAt(now))
    if (!stopping && this.ready.size > 0 && this.gate.closedFor(now) > 0) turns.push(now + this.gate.closedFor(now))
    return Math.min(...turns)
  }

  /** How many slots to hold: one until the gateway is known to be back. */
  private width(): number {
    return this.gate.isTrying(this.ports.clock.monotonic()) ? 1 : this.options.slots
  }

  /** How many texts to have at hand: of those that may not go sooner, no more than go in a second. */
  private ahead(): number {
    return Math.min(this.lease.slots.length, Math.ceil(this.ports.pace?.rate ?? Number.POSITIVE_INFINITY))
  }

  private claim(now: number): void {
    if (this.claiming || now < this.ready.claimAt(this.ahead())) return
    this.claiming = true
    this.watch(
      this.claimRows(this.ready.room(this.ahead())).finally(() => {
        this.claiming = false
      }),
    )
  }

  private async claimRows(room: PerClass): Promise<void> {
    const { ledger, keyring, clock, at } = this.ports
    const rows = await ledger.claim(this.lease.token, room)
    for (const { id } of rows) await at?.('claimed', id)
    await keyring.fetch(rows.map(row => row.owner))
    this.ready.add(rows, room, clock.monotonic())
  }

  private renew(now: number): void {
    if (this.renewing || this.over || now < this.renewAt) return
    this.renewing = true
    this.watch(
      this.renewLease().finally(() => {
        this.renewing = false
      }),
    )
  }

  private async renewLease(): Promise<void> {
    const { ledger, gateway } = this.ports
    const { windowMs } = this.options
    const renewed = await ledger.lease(this.lease.token, this.width(), leaseMs(gateway.timeoutMs, windowMs))
    const held = new Set(renewed.slots)
    if (this.lease.slots.some(slot => !held.has(slot))) {
      this.over = true
      return
    }
    const before = new Set(this.lease.slots)
    this.slots.add(renewed.slots.filter(slot => !before.has(slot)))
    this.lease = renewed
    this.renewAt = this.ports.clock.monotonic() + windowMs / 3
  }

  private start(now: number): void {
    // Answers being kept are bounded too: with those begun ahead no more than twice the slots.
    const room = Math.max(0, Math.min(this.slots.room(now, this.mayBeginAhead(now)), 3 * this.lease.slots.length - this.sending))
    if (room === 0 || this.ready.size === 0 || !this.mayGo(now)) return
    this.usedAt = now
    const { pace } = this.ports
    if (pace === undefined) this.go(this.ready.take(room), Number.POSITIVE_INFINITY)
    else if (!this.asking && now >= this.askAt) {
      this.asking = true
      this.watch(
        this.askLeave(pace, this.ready.take(this.gate.isTrying(now) ? 1 : Math.min(room, pace.atOnce))).finally(() => {
          this.asking = false
        }),
      )
    }
  }

  /** What waits for leave to go is not held up by the ledger, and while the gateway is tried one text goes. */
  private mayBeginAhead(now: number): boolean {
    return this.ports.pace === undefined && !this.gate.isTrying(now)
  }

  /** When it may not for the lease, a renewal is under way and rings. */
  private mayGo(now: number): boolean {
    return now < this.writeBy() && this.gate.allows(now)
  }

  /** Lets as many go as the rate allows. Should this fail, they are given back with all that is claimed. */
  private async askLeave(pace: SmsPace, rows: readonly ClaimedSms[]): Promise<void> {
    const { keyring, clock, fill } = this.ports
    const opened = await Promise.all(rows.map(row => filledSms(openSms(keyring, row), row, fill)))
    const { texts, until, waitMs } = await pace.take(opened.map(({ text }) => smsParts(text).parts))
    this.ready.putBack(rows.slice(texts))
    this.askAt = clock.monotonic() + Math.min(ASK.longest, Math.max(ASK.least, waitMs))
    if (this.stopping) this.ready.putBack(rows.slice(0, texts))
    else this.go(rows.slice(0, texts), until)
  }

  private go(rows: readonly ClaimedSms[], leaveBy: number): void {
    let gone = 0
    for (; gone < rows.length; gone++) {
      const now = this.ports.clock.monotonic()
      if (!this.mayGo(now) || this.slots.room(now, this.mayBeginAhead(now)) === 0) break
      this.watch(this.pass(rows[gone]!, now, leaveBy))
    }
    this.ready.putBack(rows.slice(gone))
  }

  private countFlights(): void {
    this.ports.meter.gauge('sms_in_flight', {}, this.slots.inUse)
  }

  /** Past this nothing may be written: the call could outlast the lease. */
  private writeBy(): number {
    return this.lease.until - this.ports.gateway.timeoutMs - this.options.windowMs / 10
  }

  private async pass(row: ClaimedSms, now: number, leaveBy: number): Promise<void> {
    const { clock } = this.ports
    const trial = this.gate.isTrying(now)
    const tell = this.gate.enter(now)
    const use = this.slots.take(now)
    const ahead = !use.owns
    let holding = true
    const answered = (answer?: GatewayAnswer) => {
      if (!holding) return // by now the slot may be another text's
      holding = false
      tell(answer, clock.monotonic())
      if (trial) this.renewAt = 0 // if the gateway is back, there is use for more slots
      this.slots.leave(use, answer !== undefined)
      this.countFlights()
      this.bell.ring()
    }
    this.countFlights()
    this.sending++
    const passage = {
      token: this.lease.token,
      slot: use.slot,
      deadline: () => this.writeBy(),
      turn: () => this.turn(use, ahead, leaveBy),
      trial,
      answered,
    }
    try {
      await dispatchSms(this.ports, row, passage)
    } finally {
      this.sending--
      answered()
    }
  }

  /** Whether a text that is begun may be written now, its slot being its own. Of one begun `ahead`, what others heard of the gateway meanwhile counts. */
  private async turn(use: SlotUse, ahead: boolean, leaveBy: number): Promise<boolean> {
    if (!(await this.slots.turn(use))) return false
    const now = this.ports.clock.monotonic()
    return now <= leaveBy && (!ahead || this.gate.allows(now))
  }

  private watch(work: Promise<void>): void {
    work
      .catch(reason => {
        this.failure ??= { reason }
        this.over = true
      })
      .finally(() => this.bell.ring())
  }
}
