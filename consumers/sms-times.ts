/** Calls to have seen before anything is foreseen. */
const ENOUGH = 20
/** Who is later than usual by more than so many mean deviations, and by so many ms, is waited for no longer. */
const LATE = { deviations: 4, ms: 20 } as const

/**
 * How long calls to the gateway take, and how long it takes to begin a text: means and mean deviations that follow what is seen lately, as TCP
 * foresees its round trips (V. Jacobson, "Congestion Avoidance and Control", 1988). All in ms.
 */
export class SmsTimes {
  private seen = 0
  private call = 0
  private strays = 0
  private begin = 0

  answered(ms: number): void {
    const off = ms - this.call
    if (this.seen++ === 0) this.call = ms
    else {
      this.call += off / 8
      this.strays += (Math.abs(off) - this.strays) / 4
    }
  }

  began(ms: number): void {
    this.begin += (ms - this.begin) / 8
  }

  /** In which time after a call began the next text may be begun so that it is ready when the call is over, and hardly before. */
  ahead(): { readonly from: number; readonly until: number } {
    if (this.seen < ENOUGH) return { from: Number.POSITIVE_INFINITY, until: 0 }
    return {
      from: Math.max(0, this.call - this.strays - this.begin),
      until: this.call + LATE.deviations * this.strays + LATE.ms,
    }
  }
}
