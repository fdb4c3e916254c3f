import type { Clock } from '../streams/clock.ts'
import { SmsTimes } from './sms-times.ts'

/** A text's use of a slot: at once, or when the call is over that goes through it now. */
export interface SlotUse {
  readonly slot: number
  /** Whose call it waits for; forgotten once that is over, else each would hold on to all that ever went before it. */
  before: SlotUse | undefined
  readonly takenAt: number
  readonly over: Promise<void>
  readonly end: () => void
  /** The slot is its own: nobody else writes through it. */
  owns: boolean
  /** Monotonic ms */
  wroteAt: number | undefined
  /** Who waits for it; `spent` once somebody waited in vain. */
  behind: SlotUse | 'spent' | undefined
}

/** Longer than so, in ms, no text that is begun waits for its slot: what was found when it was begun is to hold when it is written. */
const LONGEST_AHEAD = 100

/**
 * The slots of a lease. The next text may be begun a moment before the call through a slot is likely to be over, so that the slot does not stand still
 * while the ledger is asked; it is written once that call is over. So through each slot one call goes at a time, whatever is foreseen.
 */
export class SmsSlots {
  private readonly clock: Clock
  private readonly free: number[] = []
  private readonly uses = new Map<number, SlotUse>()
  private readonly times = new SmsTimes()

  constructor(clock: Clock, slots: readonly number[]) {
    this.clock = clock
    this.add(slots)
  }

  add(slots: readonly number[]): void {
    this.free.push(...slots)
  }

  /** Those that are in use. */
  busy(): number[] {
    return [...this.uses.keys()]
  }

  get inUse(): number {
    return this.uses.size
  }

  /** How many texts may be begun now: one for each slot that is free, and, `ahead`, one for each that is likely to be free soon. */
  room(now: number, ahead: boolean): number {
    let soon = 0
    if (ahead) for (const use of this.uses.values()) if (this.isSoon(use, now)) soon++
    return this.free.length + soon
  }

  /** When there is room for another that there is none for now, monotonic ms; not before one's answer where nothing is known. */
  soonAt(now: number): number {
    const { from } = this.times.ahead()
    let at = Number.POSITIVE_INFINITY
    for (const { wroteAt, behind } of this.uses.values())
      if (wroteAt !== undefined && behind === undefined && now < wroteAt + from) at = Math.min(at, wroteAt + from)
    return at
  }

  /** A free slot, or the place behind the call that is likely to be over first; only where there is room. */
  take(now: number): SlotUse {
    const slot = this.free.pop()
    if (slot !== undefined) {
      const use = useOf(slot, undefined, now)
      this.uses.set(slot, use)
      return use
    }
    for (const before of this.uses.values())
      if (this.isSoon(before, now)) {
        const use = useOf(before.slot, before, now)
        before.behind = use
        return use
      }
    throw new Error('there is no slot, neither now nor soon')
  }

  /** Begun: waits until the slot is its own. False where that would take too long; then nothing may be written. */
  async turn(use: SlotUse): Promise<boolean> {
    this.times.began(this.clock.monotonic() - use.takenAt)
    if (!use.owns) {
      const waiting = new AbortController()
      await Promise.race([use.before!.over, this.clock.sleep(LONGEST_AHEAD, waiting.signal)])
      waiting.abort()
    }
    if (use.owns) use.wroteAt = this.clock.monotonic()
    else use.before!.behind = 'spent'
    return use.owns
  }

  /** Its call is over, or it has had none (`called`). */
  leave(use: SlotUse, called: boolean): void {
    const { slot, before, behind, wroteAt } = use
    if (use.owns) {
      if (called && wroteAt !== undefined) this.times.answered(this.clock.monotonic() - wroteAt)
      this.uses.delete(slot)
      if (behind === undefined || behind === 'spent') this.free.push(slot)
      else {
        behind.owns = true
        behind.before = undefined
        this.uses.set(slot, behind)
      }
    } else if (before?.behind === use) before.behind = undefined
    use.end()
  }

  private isSoon({ wroteAt, behind }: SlotUse, now: number): boolean {
    if (wroteAt === undefined || behind !== undefined) return false
    const { from, until } = this.times.ahead()
    return now - wroteAt >= from && now - wroteAt < until
  }
}

function useOf(slot: number, before: SlotUse | undefined, takenAt: number): SlotUse {
  let end = () => {}
  const over = new Promise<void>(resolve => {
    end = resolve
  })
  return { slot, before, takenAt, over, end, owns: before === undefined, wroteAt: undefined, behind: undefined }
}
