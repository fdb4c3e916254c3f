/** They wait until no more come for so long, and until so many times as long as it took to look at everybody. */
const [SETTLED_MS, REST] = [5000, 20]

/**
 * When everybody is to be looked at anew because products got other words: not at each word, for a catalogue is told product by product,
 * and so that it takes a twentieth of the time at most. Instants are monotonic ms.
 */
export class NewWords {
  /** How far the words of products were when everybody was looked at last. */
  seen: number
  private there: number
  private since = Number.NEGATIVE_INFINITY
  private begun: number | undefined
  private notBefore = Number.NEGATIVE_INFINITY

  constructor(seen: number) {
    this.seen = seen
    this.there = seen
  }

  /** @param there how far words are by now */
  due(there: number, now: number): boolean {
    if (there !== this.there) [this.there, this.since] = [there, now]
    return this.begun === undefined && there !== this.seen && now >= Math.max(this.since + SETTLED_MS, this.notBefore)
  }

  /** Everybody is being looked at. */
  begin(now: number): void {
    this.seen = this.there
    this.begun = now
  }

  /** Everybody was, where it had begun. */
  end(now: number): void {
    if (this.begun !== undefined) this.notBefore = now + REST * (now - this.begun)
    this.begun = undefined
  }
}
