import type { Random } from '../models/random.ts'

/** Of so many last answers, none older than the window, */
const LAST = 20
const WINDOW_MS = 60_000
/** so many and so large a share failed: then it opens. */
const FAILED = { least: 5, share: 0.8 } as const
/** How long it stays open: half of it at least, the rest by chance, so that instances do not try all at once. */
const PAUSE = { first: 2000, longest: 60_000 } as const

export type BreakerState = 'closed' | 'open' | 'half_open'

/**
 * A circuit breaker (M. Nygard, *Release It!*, 2007) in front of a gateway: closed, texts go; after many failures it is open, and none goes; after
 * a pause it is half open, one text tries, and by how that ends it closes or opens again for twice as long. Each instance has its own, for what is
 * broken may be its own way to the gateway.
 *
 * An answer counts for the state in which its call began: what was under way when it opened neither closes it nor opens it again.
 * Instants are monotonic ms.
 */
export class SmsBreaker {
  private readonly random: Random
  private answers: { readonly at: number; readonly failed: boolean }[] = []
  private opened = false
  private until = 0
  private pauseMs: number = PAUSE.first
  private trying = false
  /** Grows with every change of state. */
  private era = 0

  constructor(random: Random) {
    this.random = random
  }

  state(now: number): BreakerState {
    if (!this.opened) return 'closed'
    return now < this.until ? 'open' : 'half_open'
  }

  /** How long none may go, in ms. */
  closedFor(now: number): number {
    return this.opened ? Math.max(0, this.until - now) : 0
  }

  allows(now: number): boolean {
    const state = this.state(now)
    return state === 'closed' || (state === 'half_open' && !this.trying)
  }

  /** A text goes; its answer is told under the number that this answers. */
  enter(now: number): number {
    if (this.state(now) === 'half_open') this.trying = true
    return this.era
  }

  /** How a text that entered went; undefined where it never came to the gateway. */
  tell(era: number, failed: boolean | undefined, now: number): void {
    if (era !== this.era) return
    if (this.opened) {
      this.trying = false
      if (failed === true) this.open(now)
      else if (failed === false) this.close()
      return
    }
    if (failed === undefined) return
    this.answers = [...this.answers.filter(({ at }) => now - at < WINDOW_MS), { at: now, failed }].slice(-LAST)
    const failures = this.answers.filter(answer => answer.failed).length
    if (failures >= FAILED.least && failures >= FAILED.share * this.answers.length) this.open(now)
  }

  private open(now: number): void {
    this.opened = true
    this.until = now + this.pauseMs * (0.5 + this.random.float() / 2)
    this.pauseMs = Math.min(PAUSE.longest, this.pauseMs * 2)
    this.trying = false
    this.answers = []
    this.era++
  }

  private close(): void {
    this.opened = false
    this.pauseMs = PAUSE.first
    this.era++
  }
}
