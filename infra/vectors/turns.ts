import { setImmediate } from 'node:timers/promises'
import { IndexBusy } from '../../models/vectors/vector-index.ts'

/** Work that pauses, done piece by piece between everything else that the event loop has to do: a piece a turn, one work after the other. */
export class Turns {
  readonly #most: number
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0

  /** @param most works that may wait at once */
  constructor(most: number) {
    this.#most = most
  }

  get idle(): boolean {
    return this.#waiting === 0
  }

  /** @throws {IndexBusy} when too many wait; else what the work throws */
  async run<T>(work: Generator<void, T>): Promise<T> {
    if (this.#waiting >= this.#most) throw new IndexBusy(`${this.#waiting} searches wait for an exact answer; ask again later`)
    const before = this.idle ? undefined : this.#last
    this.#waiting++
    const done = (async () => {
      if (before !== undefined) {
        await before.catch(() => {}) // heard by whoever asked for it
        await setImmediate()
      }
      for (;;) {
        const { done, value } = work.next()
        if (done) return value
        await setImmediate()
      }
    })().finally(() => {
      this.#waiting--
    })
    this.#last = done
    return done
  }
}
