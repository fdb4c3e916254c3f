import type { Random } from '../models/random.ts'
import type { Meter } from '../streams/meter.ts'
import { SmsBreaker } from './sms-breaker.ts'
import type { GatewayAnswer } from './sms-gateway.ts'

/** Pauses of a gateway that throttles and does not say for how long: any time up to this, doubled until a text is taken. */
const THROTTLED = { first: 1000, longest: 60_000 } as const
/** No gateway may have us wait for longer than this before we ask again. */
const LONGEST_MS = 300_000
/** Each claim and each giving back is told on the log: what is over so soon is waited for. */
const SHORT_MS = 2000

/**
 * Whether this instance may write to the gateway now: not while it has asked us to wait, nor while it hardly ever answers (consumers/sms-breaker.ts).
 * Pauses after throttling have full jitter (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015). What several texts are
 * told at once is one pause. Instants are monotonic ms.
 */
export class SmsGate {
  private readonly random: Random
  private readonly meter: Meter
  private readonly breaker: SmsBreaker
  private pausedUntil = 0
  private pauseMs: number = THROTTLED.first

  constructor(random: Random, meter: Meter) {
    this.random = random
    this.meter = meter
    this.breaker = new SmsBreaker(random)
    this.meter.gauge('sms_breaker', {}, 0)
  }

  /** How long none may go, in ms. */
  closedFor(now: number): number {
    return Math.max(this.pausedUntil - now, this.breaker.closedFor(now), 0)
  }

  /** Whether that is for so long that what is held should be given back: others may be able to use it. */
  isClosedForLong(now: number): boolean {
    return this.breaker.closedFor(now) > 0 || this.pausedUntil - now > SHORT_MS
  }

  allows(now: number): boolean {
    return now >= this.pausedUntil && this.breaker.allows(now)
  }

  /** One text tries whether the gateway is back. */
  isTrying(now: number): boolean {
    return this.breaker.state(now) === 'half_open'
  }

  /** A text goes. What this answers is told the gateway's answer to it, or nothing where it did not come so far. */
  enter(now: number): (answer: GatewayAnswer | undefined, now: number) => void {
    const era = this.breaker.enter(now)
    return (answer, now) => {
      if (answer?.outcome === 'throttled') this.pause(answer.retryAfterMs, now)
      if (answer?.outcome === 'submitted') this.pauseMs = THROTTLED.first
      // Whoever refuses or throttles is there.
      const failed = answer?.outcome === 'unreached' || answer?.outcome === 'unknown'
      this.breaker.tell(era, answer === undefined ? undefined : failed, now)
      this.meter.gauge('sms_breaker', {}, this.breaker.state(now) === 'closed' ? 0 : 1)
    }
  }

  private pause(askedMs: number | undefined, now: number): void {
    if (askedMs === undefined && now < this.pausedUntil) return
    const ownMs = this.random.float() * this.pauseMs
    const ms = Math.min(LONGEST_MS, askedMs ?? ownMs)
    if (now >= this.pausedUntil) this.pauseMs = Math.min(THROTTLED.longest, this.pauseMs * 2)
    this.pausedUntil = Math.max(this.pausedUntil, now + ms)
  }
}
