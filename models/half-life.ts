const DAY = 86_400_000
/** Eleven years. */
const DAYS = 4096

/** How much is left after a time, to the last bit what 2^(−elapsed / half-life) is: whole days, which files mostly have, are looked up instead of worked out. */
export class HalfLife {
  private readonly ms: number
  private readonly afterDays: Float64Array

  constructor(ms: number) {
    this.ms = ms
    this.afterDays = Float64Array.from({ length: DAYS }, (_, days) => 2 ** (-(days * DAY) / ms))
  }

  /** @param elapsed ms */
  left(elapsed: number): number {
    const days = (elapsed / DAY) | 0
    return days >= 0 && days < DAYS && days * DAY === elapsed ? this.afterDays[days]! : 2 ** (-elapsed / this.ms)
  }
}
