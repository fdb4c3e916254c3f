import type { Cache } from './cache.ts'
import type { Clock } from './clock.ts'
import type { Batch, Log, Membership, TopicPartition } from './log.ts'
import type { Meter } from './meter.ts'

/** How often the log is asked where it ends, and the database whether what is loaded was rebuilt. */
const ASK_MS = 1000
/** How long what is kept may be served after the last time that the whole topic was known to have been read. */
const TRUST_MS = 3000
const NEVER = Number.NEGATIVE_INFINITY

/** What was made of a key. What is kept is right for as long as the log is heard, `keptMs` is for all that the topic does not tell. */
export interface Prepared {
  readonly bytes: Uint8Array
  readonly keptMs: number
}

export interface FollowedCacheParts<Kind extends string> {
  /** In this process: what is set or deleted must take effect at once. */
  readonly memory: Cache
  /** The topic that says, by its records' keys, that something changed; a record comes after the change can be read. */
  readonly topic: string
  /** What is prepared of a key, and how. The names are those in metrics, and parts of the memory. */
  readonly kinds: Readonly<Record<Kind, (key: string) => Promise<Prepared | undefined>>>
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
export class FollowedCache<Kind extends string> {
  private readonly parts: FollowedCacheParts<Kind>
  /** The newest load of each kind and key. One that is not here any more has been overtaken by a change: it may answer, but is not kept. */
  private readonly loading = new Map<string, Promise<Uint8Array | undefined>>()
  private readonly positions = new Map<number, number>()
  /** Counts the times that all was forgotten. What was loaded before may have missed a change: it ages out of the memory unread. */
  private incarnation = 0
  private generation = 0
  /** Where the log ended when it was last asked, and whether that much has been read. */
  private asked: { readonly at: number; readonly ends: readonly number[]; met: boolean } | undefined
  private readToEndAt = NEVER

  constructor(parts: FollowedCacheParts<Kind>) {
    this.parts = parts
  }

  async get(kind: Kind, key: string): Promise<Uint8Array | undefined> {
    if (!this.trusted()) {
      this.count(kind, 'error')
      return this.load(kind, key)
    }
    const kept = await this.parts.memory.get(this.kept(kind, key))
    this.count(kind, kept === undefined ? 'miss' : 'hit')
    return kept ?? this.load(kind, key)
  }

  /** What is true now, whatever the topic has told so far. */
  fresh(kind: Kind, key: string): Promise<Uint8Array | undefined> {
    this.drop(key)
    return this.load(kind, key)
  }

  /** Forgets all that is kept of a key; what is being loaded answers those who wait for it, and nobody else. */
  drop(key: string): void {
    for (const kind in this.parts.kinds) {
      const kept = this.kept(kind, key)
      this.loading.delete(kept)
      void this.parts.memory.delete(kept)
    }
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

  private load(kind: Kind, key: string): Promise<Uint8Array | undefined> {
    const kept = this.kept(kind, key)
    const underWay = this.loading.get(kept)
    if (underWay !== undefined) return underWay
    const loading = this.parts.kinds[kind](key).then(
      made => {
        if (this.done(kept, loading) && made !== undefined) void this.parts.memory.set(kept, made.bytes, made.keptMs)
        return made?.bytes
      },
      error => {
        this.done(kept, loading)
        throw error
      },
    )
    this.loading.set(kept, loading)
    return loading
  }

  /** True unless the load was overtaken. */
  private done(kept: string, load: Promise<unknown>): boolean {
    return this.loading.get(kept) === load && this.loading.delete(kept)
  }

  private kept(kind: Kind, key: string): string {
    return `${kind}:${this.incarnation}:${key}`
  }

  private count(cache: Kind, result: 'hit' | 'miss' | 'error'): void {
    this.parts.meter.count('cache_requests_total', { cache, result })
  }
}
