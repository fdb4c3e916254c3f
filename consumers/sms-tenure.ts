import type { Bell } from '../streams/bell.ts'
import { dispatchSms, type SmsPorts } from './dispatch-sms.ts'
import type { ClaimedSms, SmsLease } from './sms-ledger.ts'

export interface TenureOptions {
  /** Slots to hold at most. */
  readonly slots: number
  /** How long a lease lasts beyond one call to the gateway, in ms: the time there is to renew it. */
  readonly windowMs: number
  /** How long to wait for texts in flight when told to stop, in ms. */
  readonly drainMs: number
}

const POLL = { first: 50, longest: 500 } as const
/** A lease that nothing needs is given back after so long, in ms. */
const IDLE_MS = 1000
const LONGEST_WAIT_MS = 1000
const REST = { first: 500, longest: 30_000 } as const

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
  private lease: SmsLease
  private readonly free: number[]
  private readonly ready: ClaimedSms[] = []
  private readonly busy = new Set<number>()
  private sending = 0
  private claiming = false
  private renewing = false
  private over = false
  private failure: { readonly reason: unknown } | undefined
  private renewAt: number
  private claimAt: number
  private pollMs: number = POLL.first
  private usedAt: number
  private restUntil = 0
  private restMs: number = REST.first

  constructor(ports: SmsPorts, options: TenureOptions, bell: Bell, lease: SmsLease) {
    this.ports = ports
    this.options = options
    this.bell = bell
    this.lease = lease
    this.free = [...lease.slots]
    const now = ports.clock.monotonic()
    this.renewAt = now + options.windowMs / 3
    this.claimAt = now
    this.usedAt = now
  }

  /** There may be something to claim. */
  wake(): void {
    this.claimAt = 0
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.ports
    let giveUpAt = Number.POSITIVE_INFINITY
    while (true) {
      const now = clock.monotonic()
      const stopping = signal.aborted || this.over
      if (stopping) giveUpAt = Math.min(giveUpAt, now + this.options.drainMs)
      else this.claim(now)
      if (this.sending > 0 || !stopping) this.renew(now)
      if (!stopping) this.start(now)
      const working = this.sending > 0 || this.claiming || this.renewing
      if (now >= giveUpAt || (!working && (stopping || this.unused(now)))) break
      await this.bell.wait(Math.max(1, Math.min(giveUpAt, this.nextTurn(stopping, now)) - now), stopping ? undefined : signal)
    }
    await this.ports.ledger.release(this.lease.token, [...this.busy])
    if (this.failure !== undefined) throw this.failure.reason
  }

  private unused(now: number): boolean {
    return this.ready.length === 0 && now - this.usedAt >= IDLE_MS
  }

  /** When to look again although nobody rang. What is under way rings when it ends. */
  private nextTurn(stopping: boolean, now: number): number {
    const turns = [now + LONGEST_WAIT_MS]
    if (!this.renewing && !this.over) turns.push(this.renewAt)
    if (!stopping && this.wantsRows()) turns.push(this.claimAt)
    if (!stopping && this.ready.length > 0 && this.restUntil > now) turns.push(this.restUntil)
    return Math.min(...turns)
  }

  private wantsRows(): boolean {
    return !this.claiming && this.ready.length < this.lease.slots.length
  }

  private claim(now: number): void {
    if (!this.wantsRows() || now < this.claimAt) return
    this.claiming = true
    const limit = 2 * this.lease.slots.length - this.ready.length
    this.watch(
      this.claimRows(limit).finally(() => {
        this.claiming = false
      }),
    )
  }

  private async claimRows(limit: number): Promise<void> {
    const { ledger, keyring, clock, at } = this.ports
    const rows = await ledger.claim(this.lease.token, limit)
    for (const { id } of rows) await at?.('claimed', id)
    await keyring.fetch(rows.map(row => row.owner))
    this.ready.push(...rows)
    this.pollMs = rows.length > 0 ? POLL.first : Math.min(POLL.longest, this.pollMs * 2)
    this.claimAt = rows.length === limit ? 0 : clock.monotonic() + this.pollMs
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
    const { slots, windowMs } = this.options
    const renewed = await ledger.lease(this.lease.token, slots, leaseMs(gateway.timeoutMs, windowMs))
    const held = new Set(renewed.slots)
    if (this.lease.slots.some(slot => !held.has(slot))) {
      this.over = true
      return
    }
    const before = new Set(this.lease.slots)
    this.free.push(...renewed.slots.filter(slot => !before.has(slot)))
    this.lease = renewed
    this.renewAt = this.ports.clock.monotonic() + windowMs / 3
  }

  /** Passes rows through free slots. Answers being kept are bounded too: no more than slots. */
  private start(now: number): void {
    if (now < this.restUntil || now >= this.writeBy()) return // else a renewal is under way and rings
    while (this.free.length > 0 && this.ready.length > 0 && this.sending < 2 * this.lease.slots.length) {
      this.usedAt = now
      this.watch(this.pass(this.ready.shift()!, this.free.pop()!))
    }
  }

  private countFlights(): void {
    this.ports.meter.gauge('sms_in_flight', {}, this.busy.size)
  }

  /** Past this nothing may be written: the call could outlast the lease. */
  private writeBy(): number {
    return this.lease.until - this.ports.gateway.timeoutMs - this.options.windowMs / 10
  }

  private async pass(row: ClaimedSms, slot: number): Promise<void> {
    let holding = true
    const free = () => {
      if (!holding) return // by now the slot may be another text's
      holding = false
      this.busy.delete(slot)
      this.countFlights()
      this.free.push(slot)
      this.bell.ring()
    }
    this.busy.add(slot)
    this.countFlights()
    this.sending++
    try {
      this.heed(await dispatchSms(this.ports, row, { token: this.lease.token, slot, deadline: () => this.writeBy(), free }))
    } finally {
      this.sending--
      free()
    }
  }

  /** A gateway that is away is tried by a few texts now and then, not by the whole queue. */
  private heed(outcome: Awaited<ReturnType<typeof dispatchSms>>): void {
    const now = this.ports.clock.monotonic()
    if (outcome === 'submitted' || outcome === 'rejected') this.restMs = REST.first
    if ((outcome !== 'unreached' && outcome !== 'throttled') || now < this.restUntil) return
    this.restUntil = now + this.restMs
    this.restMs = Math.min(REST.longest, this.restMs * 2)
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
