import { type Bell, bell } from './bell.ts'
import type { Clock } from './clock.ts'
import type { Tail } from './embedded-tail.ts'
import type { Batch, LogRecord, Membership, Signal, TopicPartition } from './log.ts'

/** A partition to be read from the database, and from which offset. */
export interface Wanted extends TopicPartition {
  readonly at: number
}

/** What a membership needs of its log. */
export interface Source {
  readonly clock: Clock
  tail(partition: TopicPartition): Tail
  /** Some records of each partition, in order, from the given offsets on. */
  page(wanted: readonly Wanted[]): Promise<LogRecord[][]>
  leave(member: EmbeddedMembership): void
}

/** A started partition: where its reader is, and what was read ahead of it from the database. */
interface Seat extends TopicPartition {
  readonly tail: Tail
  position: number
  page: readonly LogRecord[]
}

const idOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`

/**
 * A seat at the embedded log. Nothing is pushed to it: `next` takes what is there, from memory or, behind that, from the database,
 * so a slow member holds one page of each partition and nothing else.
 */
export class EmbeddedMembership implements Membership {
  readonly topics: readonly string[]
  private readonly source: Source
  private readonly arrival: Bell
  private signals: Signal[] = []
  /** What the loop believes to own: assigned and not revoked by signals it has taken. */
  private told: readonly TopicPartition[] = []
  private readonly seats = new Map<string, Seat>()
  private turn = 0
  private ended = false

  constructor(source: Source, topics: readonly string[]) {
    this.source = source
    this.topics = topics
    this.arrival = bell(source.clock)
  }

  async next(limit: number, waitMs: number): Promise<Signal | undefined> {
    const { clock } = this.source
    const deadline = clock.monotonic() + waitMs
    while (true) {
      if (this.ended) return { type: 'left' }
      const signal = this.signals.shift()
      if (signal !== undefined) return this.hear(signal)
      await this.readBehind()
      if (this.ended || this.signals.length > 0) continue
      const batches = this.take(limit)
      if (batches.length > 0) return { type: 'records', batches }
      const ms = deadline - clock.monotonic()
      if (ms <= 0) return undefined
      await this.arrival.wait(ms)
    }
  }

  start({ topic, partition, offset }: TopicPartition & { offset: number }): void {
    const id = idOf({ topic, partition })
    if (!this.told.some(own => idOf(own) === id)) return // revoked meanwhile: the loop has yet to hear of it
    this.seats.set(id, { topic, partition, tail: this.source.tail({ topic, partition }), position: offset, page: [] })
    this.arrival.ring()
  }

  /** Nobody else looks here: there are no lag tools for a log inside the process. */
  committed(): void {}

  async leave(): Promise<void> {
    if (this.ended) return
    this.end()
    this.source.leave(this)
  }

  /** A new assignment: signals nobody has heard belong to the old one. */
  rebalanced(partitions: readonly TopicPartition[]): void {
    this.signals = []
    if (this.told.length > 0) this.signals.push({ type: 'revoked', partitions: this.told })
    if (partitions.length > 0) this.signals.push({ type: 'assigned', partitions })
    this.arrival.ring()
  }

  /** Records of a partition have been committed. */
  appended(partition: TopicPartition): void {
    if (this.seats.has(idOf(partition))) this.arrival.ring()
  }

  end(): void {
    this.ended = true
    this.seats.clear()
    this.arrival.ring()
  }

  private hear(signal: Signal): Signal {
    this.seats.clear()
    this.told = signal.type === 'assigned' ? signal.partitions : []
    return signal
  }

  /** Gets a page for every partition that has neither one nor its next record in memory. */
  private async readBehind(): Promise<void> {
    const behind = [...this.seats.values()].filter(
      ({ page, position, tail }) => page.length === 0 && tail.read(Math.max(position, tail.start), 1) === undefined,
    )
    if (behind.length === 0) return
    const pages = await this.source.page(
      behind.map(({ topic, partition, position, tail }) => ({ topic, partition, at: Math.max(position, tail.start) })),
    )
    for (const [i, seat] of behind.entries()) seat.page = pages[i] ?? [] // a seat that was started anew is another object
  }

  /** What is there, at most `limit` records; each time another partition comes first. */
  private take(limit: number): Batch[] {
    const seats = [...this.seats.values()]
    const batches: Batch[] = []
    let left = limit
    for (let i = 0; i < seats.length && left > 0; i++) {
      const seat = seats[(this.turn + i) % seats.length]!
      const records = takeFrom(seat, left)
      const last = records.at(-1)
      if (last === undefined) continue
      batches.push({ topic: seat.topic, partition: seat.partition, from: seat.position, next: last.offset + 1, records })
      seat.position = last.offset + 1
      left -= records.length
    }
    this.turn++
    return batches
  }
}

function takeFrom(seat: Seat, limit: number): readonly LogRecord[] {
  if (seat.page.length === 0) return seat.tail.read(Math.max(seat.position, seat.tail.start), limit) ?? []
  const records = seat.page.slice(0, limit)
  seat.page = seat.page.slice(limit)
  return records
}
