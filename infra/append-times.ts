/** Looks that are kept of a partition; above it, those that are less than a two hundredth of the whole time apart are forgotten. */
const MOST = 400

/**
 * When the records of a partition were appended, as well as one knows who looked at its end now and then.
 *
 * The log's own timestamps do not tell it: the oldest record that is not read yet is not at hand, and those of a shop's client say
 * what the client likes. A record at an offset came after the last look that found the end no further than that.
 */
export class AppendTimes {
  /** Epoch ms of the first look. */
  readonly since: number
  private looks: { at: number; readonly end: number }[] = []

  constructor(since: number) {
    this.since = since
  }

  /** At `at` (epoch ms) the partition ended before offset `end`. */
  saw(at: number, end: number): void {
    const last = this.looks.at(-1)
    if (last !== undefined && last.end >= end) last.at = at
    else this.looks.push({ at, end })
    if (this.looks.length > MOST) this.thin()
  }

  /**
   * Epoch ms after which the record at an offset was appended; undefined for one that was there at the first look.
   * What is before the offset is forgotten: nobody asks backwards.
   */
  after(offset: number): number | undefined {
    const beyond = this.looks.findIndex(({ end }) => end > offset)
    const last = (beyond === -1 ? this.looks.length : beyond) - 1
    if (last > 0) this.looks.splice(0, last)
    return last < 0 ? undefined : this.looks[0]!.at
  }

  private thin(): void {
    const [first, last] = [this.looks[0]!, this.looks.at(-1)!]
    const apart = (last.at - first.at) / (MOST / 2)
    let kept = first
    this.looks = this.looks.filter(look => {
      if (look !== first && look !== last && look.at - kept.at < apart) return false
      kept = look
      return true
    })
  }
}
