import type { Log, LogRecord, Membership, TopicPartition } from '../../streams/log.ts'

/** Up to where each partition of the topic is known. */
export type Positions = Readonly<Record<string, number>>

/** No more are waited with: then somebody must look all over. */
const MOST = 200_000

/** When (monotonic ms) and where on the log somebody was heard of first since they were looked at. */
interface Heard {
  readonly at: number
  readonly partition: number
  readonly offset: number
}

/**
 * Whose facts changed, by the keys of a topic that is written after they can be read. Unlike what is cached, an index outlives an outage:
 * so the topic is followed from where the index was, not from its end.
 */
export class ChangedCustomers {
  private readonly log: Log
  private readonly topic: string
  private readonly read: Map<string, number>
  /** Who was heard of first comes first. */
  private changed = new Map<string, Heard>()
  private readonly now: () => number
  /** True where something may have been missed. */
  private lost = false

  constructor(parts: { readonly log: Log; readonly topic: string; readonly from: Positions; readonly now: () => number }) {
    this.log = parts.log
    this.topic = parts.topic
    this.now = parts.now
    this.read = new Map(Object.entries(parts.from))
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
            for (const record of records) this.hear(record)
            this.read.set(String(partition), position)
          }
      }
    } finally {
      await membership.leave()
    }
  }

  /**
   * Has those looked at who were heard of at least so long ago, at most so many; answers how many. They are not told again until they
   * change again, unless the look throws.
   */
  async pass(ageMs: number, most: number, look: (customerIds: readonly string[]) => Promise<void>): Promise<number> {
    const due = this.due(ageMs, most)
    for (const [customerId] of due) this.changed.delete(customerId)
    try {
      if (due.length > 0) await look(due.map(([customerId]) => customerId))
    } catch (error) {
      // Who changed again meanwhile was heard of first when they were before.
      this.changed = new Map([...due, ...this.changed, ...due])
      throw error
    }
    return due.length
  }

  /** True, once, after changes were missed: retention or a flood took them. */
  missedSome(): boolean {
    const { lost } = this
    this.lost = false
    return lost
  }

  /** Whoever changed before it was looked at; not to be asked during a look. Undefined where some were missed. */
  position(): Positions | undefined {
    if (this.lost) return undefined
    const position = Object.fromEntries(this.read)
    for (const { partition, offset } of this.changed.values()) position[partition] = Math.min(position[partition]!, offset)
    return position
  }

  private due(ageMs: number, most: number): [string, Heard][] {
    const due: [string, Heard][] = []
    for (const one of this.changed) {
      if (due.length >= most || this.now() - one[1].at < ageMs) break
      due.push(one)
    }
    return due
  }

  private hear({ key, partition, offset }: LogRecord): void {
    if (key === null || this.changed.has(key)) return
    if (this.changed.size >= MOST) this.lost = true
    else this.changed.set(key, { at: this.now(), partition, offset })
  }

  private async start(membership: Membership, partitions: readonly TopicPartition[]): Promise<void> {
    const offsets = await this.log.offsets(this.topic)
    for (const { partition } of partitions) {
      const { start, end } = offsets[partition]!
      const from = this.read.get(String(partition)) ?? end
      if (from < start || from > end) this.lost = true
      const offset = from > end ? end : Math.max(from, start)
      this.read.set(String(partition), offset)
      membership.start({ topic: this.topic, partition, offset })
    }
  }
}
