/** Calls of one dispatcher that are not over, and with whom. */
export class CallsUnderWay {
  /** Receivers with calls under way, and how many. */
  readonly busy = new Map<string, number>()
  private readonly all = new Set<Promise<void>>()
  private readonly left: () => void

  /** @param left is told of each call that is over, once it is not counted any more */
  constructor(left: () => void) {
    this.left = left
  }

  get size(): number {
    return this.all.size
  }

  /** @param call never rejects */
  add(host: string, call: Promise<void>): void {
    this.busy.set(host, (this.busy.get(host) ?? 0) + 1)
    const over = call.then(() => {
      this.all.delete(over)
      const others = this.busy.get(host)! - 1
      if (others === 0) this.busy.delete(host)
      else this.busy.set(host, others)
      this.left()
    })
    this.all.add(over)
  }

  /** When all that are under way now are over. */
  async ended(): Promise<void> {
    await Promise.all(this.all)
  }
}
