import type { LogRecord } from './log.ts'

interface Chunk {
  readonly records: readonly LogRecord[]
  readonly next: number
  readonly bytes: number
  readonly owner: Tail
}

/** How many bytes of recent records stay in memory over all partitions of a log, counting what a record object takes beside its value. */
export class TailBudget {
  private readonly limit: number
  private readonly chunks = new Set<Chunk>()
  private bytes = 0

  constructor(limit: number) {
    this.limit = limit
  }

  add(chunk: Chunk): void {
    this.chunks.add(chunk)
    this.bytes += chunk.bytes
    for (const oldest of this.chunks) {
      if (this.bytes <= this.limit) return
      oldest.owner.dropOldest()
    }
  }

  remove(chunk: Chunk): void {
    if (this.chunks.delete(chunk)) this.bytes -= chunk.bytes
  }
}

const RECORD_BYTES = 256

/**
 * The newest records of one partition, without a gap, so that a reader who keeps up never asks the database.
 * Only what is committed may come in. Where commits are told out of order what would leave a gap replaces what is here:
 * offsets are given under the head's row lock, so the database has everything below a committed batch.
 */
export class Tail {
  /** From which offset on the log has records. */
  start: number
  /** The offset after the last committed record. */
  end: number
  private readonly budget: TailBudget
  private chunks: Chunk[] = []

  constructor({ start, next }: { start: number; next: number }, budget: TailBudget) {
    this.start = start
    this.end = next
    this.budget = budget
  }

  append(records: readonly LogRecord[]): void {
    const base = records[0]!.offset
    if (base < this.end) return // a later commit was told first: the database has these
    if (base > this.end) this.clear()
    const bytes = records.reduce((sum, { value }) => sum + RECORD_BYTES + (value?.length ?? 0), 0)
    const chunk: Chunk = { records, next: base + records.length, bytes, owner: this }
    this.end = chunk.next
    this.chunks.push(chunk)
    this.budget.add(chunk)
  }

  /** Up to `limit` records from an offset on; undefined when they are not in memory. */
  read(from: number, limit: number): LogRecord[] | undefined {
    if (from >= this.end) return []
    const first = this.chunks[0]?.records[0]
    if (first === undefined || from < first.offset) return undefined
    const records: LogRecord[] = []
    for (let i = this.chunkOf(from); i < this.chunks.length && records.length < limit; i++) {
      const { records: all } = this.chunks[i]!
      const skip = Math.max(0, from - all[0]!.offset)
      for (let n = skip; n < all.length && records.length < limit; n++) records.push(all[n]!)
    }
    return records
  }

  /** Everything below an offset was deleted. */
  prune(start: number): void {
    this.start = Math.max(this.start, start)
    while (this.chunks.length > 0 && this.chunks[0]!.next <= this.start) this.dropOldest()
  }

  dropOldest(): void {
    const chunk = this.chunks.shift()
    if (chunk !== undefined) this.budget.remove(chunk)
  }

  private clear(): void {
    while (this.chunks.length > 0) this.dropOldest()
  }

  /** The first chunk that reaches beyond an offset. */
  private chunkOf(offset: number): number {
    let low = 0
    let high = this.chunks.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.chunks[middle]!.next > offset) high = middle
      else low = middle + 1
    }
    return low
  }
}
