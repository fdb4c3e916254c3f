import type { Clock } from '../clock.ts'
import type { Batch, Membership, Signal, TopicPartition } from '../log.ts'

/** Nothing more is read while this many records wait. */
const WAITING = 4000
const PAUSE_MS = 50

/** Up to which offset each partition may be read. */
export type Bounds = (partition: number) => number

/** A membership that is told nothing from beyond some bounds, which move on. */
export class BoundedMembership implements Membership {
  private readonly inner: Membership
  private readonly bounds: () => Promise<Bounds>
  private readonly clock: Clock
  private waiting: Batch[] = []

  constructor(inner: Membership, bounds: () => Promise<Bounds>, clock: Clock) {
    this.inner = inner
    this.bounds = bounds
    this.clock = clock
  }

  async next(limit: number, waitMs: number): Promise<Signal | undefined> {
    const ready = this.release(await this.bounds(), limit)
    if (ready.length > 0) return { type: 'records', batches: ready }
    if (this.waiting.reduce((sum, { records }) => sum + records.length, 0) >= WAITING) {
      await this.clock.sleep(Math.min(PAUSE_MS, waitMs))
      return undefined
    }
    // While records wait for their bound the log is only looked at: what it has may be of another partition.
    const signal = await this.inner.next(limit, this.waiting.length > 0 ? Math.min(PAUSE_MS, waitMs) : waitMs)
    if (signal?.type !== 'records') {
      if (signal !== undefined) this.waiting = []
      return signal
    }
    this.waiting.push(...signal.batches)
    const released = this.release(await this.bounds(), limit)
    return released.length > 0 ? { type: 'records', batches: released } : undefined
  }

  start(position: TopicPartition & { offset: number }): void {
    this.waiting = this.waiting.filter(({ topic, partition }) => topic !== position.topic || partition !== position.partition)
    this.inner.start(position)
  }

  committed(): void {}

  leave(): Promise<void> {
    return this.inner.leave()
  }

  /** What lies before the bounds, in order, about `limit` records: of each partition one batch, the one read first. */
  private release(bounds: Bounds, limit: number): Batch[] {
    const ready: Batch[] = []
    const kept: Batch[] = []
    const done = new Set<number>()
    let left = limit
    for (const batch of this.waiting) {
      const bound = bounds(batch.partition)
      const held = done.has(batch.partition) || left <= 0
      const count = held ? 0 : batch.records.filter(({ offset }) => offset < bound).length
      done.add(batch.partition)
      if (!held && count === batch.records.length && batch.next <= bound) ready.push(batch)
      else {
        if (count > 0) ready.push({ ...batch, records: batch.records.slice(0, count), next: bound })
        kept.push(count === 0 ? batch : { ...batch, from: bound, records: batch.records.slice(count) })
      }
      left -= count
    }
    this.waiting = kept
    return ready
  }
}
