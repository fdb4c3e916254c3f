import type { Clock } from './clock.ts'

/** Clocks are slewed by less than this between two looks, in ms. */
const SLEWED = 1000

/** Notices that the wall clock was set back since it began to look: whoever reckons by it then waits for as long as it was set back. */
export class Setback {
  private readonly clock: Clock
  private furthest = Number.NEGATIVE_INFINITY

  constructor(clock: Clock) {
    this.clock = clock
  }

  /** By how many ms; undefined when it was not. */
  noticed(): number | undefined {
    const ahead = this.clock.now() - this.clock.monotonic()
    this.furthest = Math.max(this.furthest, ahead)
    const back = this.furthest - ahead
    return back > SLEWED ? back : undefined
  }
}
