/**
 * How long a worker takes, from being given partitions, to do all that was on them by then.
 * A rebalance before that goes on with the same start: whoever waits for the worker has waited since then.
 */
export class Restoration {
  /** Monotonic ms; undefined while nothing is to be caught up. */
  private since: number | undefined
  private readonly targets = new Map<number, number>()

  begin(now: number): void {
    this.since ??= now
  }

  /** A partition is read from somewhere, and is caught up at this offset. */
  await(partition: number, target: number): void {
    if (this.since !== undefined) this.targets.set(partition, target)
  }

  lose(partitions: readonly number[]): void {
    for (const partition of partitions) this.targets.delete(partition)
  }

  /** The seconds it took, told once; undefined while some partition is behind, not taken yet, or none was given. */
  done(assigned: Iterable<number>, positions: ReadonlyMap<number, number>, now: number): number | undefined {
    if (this.since === undefined) return undefined
    for (const partition of assigned) {
      const [position, target] = [positions.get(partition), this.targets.get(partition)]
      if (position === undefined || target === undefined || position < target) return undefined
    }
    const seconds = (now - this.since) / 1000
    const any = this.targets.size > 0
    this.since = undefined
    this.targets.clear()
    return any ? seconds : undefined
  }
}
