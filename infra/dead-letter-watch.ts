import { deadLetters } from '../schemas/topics.ts'
import type { Engine } from '../streams/engine.ts'

const READ_MS = 10_000

/** What lies in `dead-letters`, of all instances and from before this one started. One look at a time. */
export class DeadLetterWatch {
  private readonly engine: Pick<Engine, 'log' | 'names' | 'clock'>
  /** For each partition that has letters: the offset of the oldest, and when what it holds was appended, epoch ms. */
  private oldest = new Map<number, { readonly offset: number; readonly at: number }>()
  private records = 0

  constructor(engine: Pick<Engine, 'log' | 'names' | 'clock'>) {
    this.engine = engine
  }

  /** How many are kept. */
  kept(): number {
    return this.records
  }

  /** How old the oldest is, in seconds; 0 when there is none. Kafka deletes it at seven days. */
  oldestAge(): number {
    const now = this.engine.clock.now()
    return Math.max(0, ...[...this.oldest.values()].map(({ at }) => (now - at) / 1000))
  }

  /** Reads only what became the oldest since the last look: that is the first letter ever, and what retention leaves. */
  async look(): Promise<void> {
    const { log, names } = this.engine
    const topic = names.of(deadLetters)
    const bounds = await log.offsets(topic)
    const wanted = new Map<number, number>()
    const known = new Map<number, { offset: number; at: number }>()
    for (const [partition, { start, end }] of bounds.entries()) {
      const before = this.oldest.get(partition)
      if (start >= end) continue
      if (before?.offset === start) known.set(partition, before)
      else wanted.set(partition, start)
    }
    if (wanted.size > 0) await this.read(topic, wanted, known)
    this.oldest = known
    this.records = bounds.reduce((sum, { start, end }) => sum + end - start, 0)
  }

  /** Finds out when the records at these offsets were appended. One that is deleted meanwhile is not waited for. */
  private async read(topic: string, wanted: Map<number, number>, known: typeof this.oldest): Promise<void> {
    const { log, clock } = this.engine
    const until = clock.monotonic() + READ_MS
    const membership = await log.follow([topic])
    try {
      while (wanted.size > 0 && clock.monotonic() < until) {
        const next = await membership.next(100, 500)
        if (next?.type === 'left') return
        if (next?.type === 'assigned')
          for (const { partition } of next.partitions)
            if (wanted.has(partition)) membership.start({ topic, partition, offset: wanted.get(partition)! })
        if (next?.type !== 'records') continue
        for (const { partition, records } of next.batches) {
          const [first] = records
          if (first === undefined || !wanted.has(partition)) continue
          known.set(partition, { offset: wanted.get(partition)!, at: first.timestamp })
          wanted.delete(partition)
        }
      }
    } finally {
      await membership.leave()
    }
  }
}
