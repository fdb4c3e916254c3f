/** Gives a turn back. */
export type Release = () => void

/** So many at a time, and so many who wait for that, in their order. */
export class BoundedTurns {
  readonly #atOnce: number
  readonly #mostWaiting: number
  readonly #waiting = new Set<() => void>()
  #taken = 0

  constructor({ atOnce, waiting }: { readonly atOnce: number; readonly waiting: number }) {
    this.#atOnce = atOnce
    this.#mostWaiting = waiting
  }

  /** Whether who asks now gets a turn at once. */
  get free(): boolean {
    return this.#taken < this.#atOnce
  }

  /** `full`: too many wait already; `ended`: the signal came first. */
  async take(signal: AbortSignal): Promise<Release | 'full' | 'ended'> {
    if (signal.aborted) return 'ended'
    if (this.free) {
      this.#taken++
      return this.#release()
    }
    if (this.#waiting.size >= this.#mostWaiting) return 'full'
    return new Promise(resolve => {
      const ended = () => {
        this.#waiting.delete(next)
        resolve('ended')
      }
      const next = () => {
        signal.removeEventListener('abort', ended)
        resolve(this.#release())
      }
      this.#waiting.add(next)
      signal.addEventListener('abort', ended, { once: true })
    })
  }

  /** A turn goes from one to the next, and is free only where nobody waits. Given back once, however often it is called. */
  #release(): Release {
    let held = true
    return () => {
      if (!held) return
      held = false
      const [next] = this.#waiting
      if (next === undefined) {
        this.#taken--
        return
      }
      this.#waiting.delete(next)
      next()
    }
  }
}
