import type { Log, Membership, TopicPartition } from '../../streams/log.ts'

/** Up to where each partition of the topic is known. */
export type Positions = Readonly<Record<string, number>>

/** No more are waited with: then somebody must look all over. */
const MOST = 200_000

/**
 * Whose facts changed, by the keys of a topic that is written after they can be read. Unlike what is cached, an index outlives an outage:
 * so the topic is followed from where the index was, not from its end.
 */
export class ChangedCustomers {
  private readonly log: Log
  private readonly topic: string
  private readonly at: Map<string, number>
  /** When (monotonic ms) each was heard of first. */
  private changed = new Map<string, number>()
  private readonly now: () => number
  /** True where something may have been missed. */
  private lost = false

  constructor(parts: { readonly log: Log; readonly topic: string; readonly from: Positions; readonly now: () => number }) {
    this.log = parts.log
    this.topic = parts.topic
    this.now = parts.now
    this.at = new Map(Object.entries(parts.from))
  }

  /** Follows until the signal aborts; throws when the log is out of reach, to be called again. */
  async follow(signal: AbortSignal): Promise<void> {
    const membership = await this.log.follow([this.topic])
    try {
      while (!signal.aborted) {
        const next = await membership.next(2000, 500)
        if (next?.type === 'left') return
        if (next?.type === 'assigned') await this.start(membership, next.partitions)
        if (next?.type === 'records')
          for (const { partition, records, next: position } of next.batches) {
            for (const { key } of records) if (key !== null) this.hear(key)
            this.at.set(String(partition), position)
          }
      }
    } finally {
      await membership.leave()
    }
  }

  /** Those heard of at least so long ago; they are not told again until they change again. */
  take(ageMs: number, most: number): string[] {
    const taken: string[] = []
    for (const [customerId, heardAt] of this.changed) {
      if (taken.length >= most || this.now() - heardAt < ageMs) break
      taken.push(customerId)
      this.changed.delete(customerId)
    }
    return taken
  }

  /** What was taken and could not be looked at. */
  giveBack(customerIds: readonly string[]): void {
    for (const customerId of customerIds) this.hear(customerId)
  }

  /** True, once, after changes were missed: retention or a flood took them. */
  missedSome(): boolean {
    const { lost } = this
    this.lost = false
    return lost
  }

  /** Undefined while somebody who changed is still waited with: a snapshot under this position would lack them. */
  settled(): Positions | undefined {
    return this.changed.size === 0 ? Object.fromEntries(this.at) : undefined
  }

  private hear(customerId: string): void {
    if (this.changed.size >= MOST) this.lost = true
    else if (!this.changed.has(customerId)) this.changed.set(customerId, this.now())
  }

  private async start(membership: Membership, partitions: readonly TopicPartition[]): Promise<void> {
    const offsets = await this.log.offsets(this.topic)
    for (const { partition } of partitions) {
      const { start, end } = offsets[partition]!
      const from = this.at.get(String(partition)) ?? end
      if (from < start || from > end) this.lost = true
      const offset = from > end ? end : Math.max(from, start)
      this.at.set(String(partition), offset)
      membership.start({ topic: this.topic, partition, offset })
    }
  }
}
