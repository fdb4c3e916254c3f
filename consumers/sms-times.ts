/** Calls to have seen before anything is foreseen. */
const ENOUGH = 20
/** Who is later than usual by more than so many mean deviations, and by so many ms, is waited for no longer. */
const LATE = { deviations: 4, ms: 20 } as const

/** Most are to be begun in time: so many mean deviations are allowed for on both sides. */
const EARLY_DEVIATIONS = 2

/**
 * How long calls to the gateway take, and how long it takes to begin a text: means and mean deviations that follow what is seen lately, as TCP
 * foresees its round trips (V. Jacobson, "Congestion Avoidance and Control", 1988). All in ms.
 */
export class SmsTimes {
  private readonly call = new Smoothed()
  private readonly begin = new Smoothed()

  answered(ms: number): void {
    this.call.saw(ms)
  }

  began(ms: number): void {
    this.begin.saw(ms)
  }

  /** In which time after a call began the next text may be begun so that it is ready when the call is over, and hardly before. */
  ahead(): { readonly from: number; readonly until: number } {
    const { call, begin } = this
    if (call.seen < ENOUGH) return { from: Number.POSITIVE_INFINITY, until: 0 }
    return {
      from: Math.max(0, call.mean - begin.mean - EARLY_DEVIATIONS * (call.deviation + begin.deviation)),
      until: call.mean + LATE.deviations * call.deviation + LATE.ms,
    }
  }
}

class Smoothed {
  seen = 0
  mean = 0
  deviation = 0

  saw(value: number): void {
    const off = value - this.mean
    if (this.seen++ === 0) this.mean = value
    else {
      this.mean += off / 8
      this.deviation += (Math.abs(off) - this.deviation) / 4
    }
  }
}
