import type { Cache } from './cache.ts'
import type { Clock } from './clock.ts'
import type { Batch, Log, Membership, TopicPartition } from './log.ts'
import type { Meter } from './meter.ts'

/** What is kept is right for as long as the log is heard; this is for rows that somebody changed by hand. */
const KEPT_MS = 60_000
/** How often the log is asked where it ends, and the database whether what is loaded was rebuilt. */
const ASK_MS = 1000
/** How long what is kept may be served after the last time that the whole topic was known to have been read. */
const TRUST_MS = 3000
const NEVER = Number.NEGATIVE_INFINITY

export interface FollowedCacheParts {
  /** In this process: what is set or deleted must take effect at once. */
  readonly memory: Cache
  /** The topic that says, by its records' keys, that something changed; a record comes after the change can be read. */
  readonly topic: string
  /** Names it in metrics, and its part of the memory. */
  readonly name: string
  readonly load: (key: string) => Promise<Uint8Array | undefined>
  /** Of the state that is loaded from: after a rebuild it is another one, which may know things otherwise than the topic told them. */
  readonly generation: () => Promise<number>
  readonly log: Log
  readonly clock: Clock
  readonly meter: Meter
}

/**
 * Prepared bytes of rows that other instances write, each kept until the topic tells that it changed. While the topic cannot be
 * read to its end, nothing kept is trusted and everything is loaded: at worst a value is `TRUST_MS` behind what the log has told.
 */
export class FollowedCache {
  private readonly parts: FollowedCacheParts
  /** The newest load of each key. One that is not here any more has been overtaken by a change: it may answer, but is not kept. */
  private readonly loading = new Map<string, Promise<Uint8Array | undefined>>()
  private readonly positions = new Map<number, number>()
  /** Counts the times that all was forgotten. What was loaded before may have missed a change: it ages out of the memory unread. */
  private incarnation = 0
  private generation = 0
  /** Where the log ended when it was last asked, and whether that much has been read. */
  private asked: { readonly at: number; readonly ends: readonly number[]; met: boolean } | undefined
  private readToEndAt = NEVER

  constructor(parts: FollowedCacheParts) {
    this.parts = parts
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    if (!this.trusted()) {
      this.count('error')
      return this.load(key)
    }
    const kept = await this.parts.memory.get(this.kept(key))
    this.count(kept === undefined ? 'miss' : 'hit')
    return kept ?? this.load(key)
  }

  /** What is true now, whatever the topic has told so far. */
  fresh(key: string): Promise<Uint8Array | undefined> {
    this.drop(key)
    return this.load(key)
  }

  /** Forgets a value; what is being loaded answers those who wait for it, and nobody else. */
  drop(key: string): void {
    this.loading.delete(key)
    void this.parts.memory.delete(this.kept(key))
  }

  /** Follows the topic from its end until the signal aborts; throws when the log is out of reach, to be called again. */
  async follow(signal: AbortSignal): Promise<void> {
    const { log, topic } = this.parts
    const membership = await log.follow([topic])
    try {
      while (!signal.aborted) {
        const next = await membership.next(2000, 250)
        if (next?.type === 'left') return
        if (next?.type === 'revoked') this.distrust()
        if (next?.type === 'assigned') await this.begin(membership, next.partitions)
        if (next?.type === 'records') this.take(next.batches)
        await this.ask()
      }
    } finally {
      this.distrust()
      await membership.leave()
    }
  }

  /** From the ends on: what is loaded from now on has all that was told before them. */
  private async begin(membership: Membership, partitions: readonly TopicPartition[]): Promise<void> {
    const { log, topic, generation } = this.parts
    const ends = await log.offsets(topic)
    this.generation = await generation()
    this.forget()
    for (const { partition } of partitions) {
      const offset = ends[partition]!.end
      this.positions.set(partition, offset)
      membership.start({ topic, partition, offset })
    }
  }

  private take(batches: readonly Batch[]): void {
    for (const { partition, records, next } of batches) {
      for (const { key } of records) if (key !== null) this.drop(key)
      this.positions.set(partition, next)
    }
    this.compare()
  }

  private async ask(): Promise<void> {
    const { log, clock, topic, generation } = this.parts
    const now = clock.monotonic()
    if (this.asked !== undefined && (!this.asked.met || now < this.asked.at + ASK_MS)) return
    const [offsets, serving] = await Promise.all([log.offsets(topic), generation()])
    if (serving !== this.generation) this.forget()
    this.generation = serving
    this.asked = { at: now, ends: offsets.map(({ end }) => end), met: false }
    this.compare()
  }

  /** All that was loaded, and all that is being loaded. */
  private forget(): void {
    this.incarnation++
    this.loading.clear()
  }

  private compare(): void {
    const { asked } = this
    if (asked === undefined || asked.met) return
    asked.met = asked.ends.every((end, partition) => (this.positions.get(partition) ?? NEVER) >= end)
    if (asked.met) this.readToEndAt = asked.at
  }

  private distrust(): void {
    this.positions.clear()
    this.asked = undefined
    this.readToEndAt = NEVER
  }

  private trusted(): boolean {
    return this.parts.clock.monotonic() - this.readToEndAt < TRUST_MS
  }

  private load(key: string): Promise<Uint8Array | undefined> {
    const underWay = this.loading.get(key)
    if (underWay !== undefined) return underWay
    const load = this.parts.load(key).then(
      value => {
        if (this.done(key, load) && value !== undefined) void this.parts.memory.set(this.kept(key), value, KEPT_MS)
        return value
      },
      error => {
        this.done(key, load)
        throw error
      },
    )
    this.loading.set(key, load)
    return load
  }

  /** True unless the load was overtaken. */
  private done(key: string, load: Promise<unknown>): boolean {
    return this.loading.get(key) === load && this.loading.delete(key)
  }

  private kept(key: string): string {
    return `${this.parts.name}:${this.incarnation}:${key}`
  }

  private count(result: 'hit' | 'miss' | 'error'): void {
    this.parts.meter.count('cache_requests_total', { cache: this.parts.name, result })
  }
}
