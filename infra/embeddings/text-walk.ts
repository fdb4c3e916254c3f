import type { Embedder, RefusalCode } from '../../models/embedding/embedder.ts'
import type { TextKind } from '../../models/embedding/reads-as-english.ts'
import type { Keyring } from '../../streams/keyring.ts'
import type { Sql } from '../../streams/sql.ts'
import type { TextFamily } from './text-family.ts'
import { type Cursor, type FoundText, type Heads, START, type Stretch, type TextSource, textSources } from './text-sources.ts'
import { cursorsOf, type EmbeddedText, storeVectors, type WalkOf } from './text-vectors-table.ts'

/** Texts embedded between two commits. */
const PAGE = 64
/** Partitions read from at once. */
const TOGETHER = 16

export interface WalkParts {
  readonly sql: Sql
  readonly keyring: Keyring
  readonly family: TextFamily
  readonly embedder: Embedder
  /** `live` keeps up with what is folded; `again` is `tarang embed`. Each has cursors of its own. */
  readonly walk: 'live' | 'again'
  /** Where it ends for now. */
  readonly heads: Heads
}

/** What a step did: texts passed, those of them that have a vector now, and those that the model could not be brought to embed. */
export interface Passed {
  readonly texts: number
  readonly vectors: number
  readonly refused: readonly RefusedText[]
}

export interface RefusedText {
  readonly kind: TextKind
  readonly id: string
  readonly code: RefusalCode
}

/** A way past every text of the shop, in the order of the log, a page at a time; what it did is committed with how far it came. */
export class TextWalk {
  readonly space: string
  /** It goes on where another stopped. */
  readonly resumed: boolean
  private readonly parts: WalkParts
  private readonly places: readonly Places[]
  private turn = 0

  private constructor(parts: WalkParts, places: readonly Places[]) {
    this.parts = parts
    this.space = parts.embedder.space
    this.places = places
    this.resumed = places.some(({ cursors }) => cursors.size > 0)
  }

  static async begin(parts: WalkParts): Promise<TextWalk> {
    const places: Places[] = []
    for (const source of textSources) {
      const of: WalkOf = { space: parts.embedder.space, walk: parts.walk, kind: source.kind }
      places.push({ source, of, cursors: await cursorsOf(parts.sql, of), ended: new Set() })
    }
    return new TextWalk(parts, places)
  }

  /** The next page, of one kind after the other, for what it did is committed; undefined once there is nothing left before the heads. */
  async step(): Promise<Passed | undefined> {
    for (const _kind of this.places) {
      const places = this.places[this.turn++ % this.places.length]!
      const stretches = this.stretches(places).slice(0, TOGETHER)
      if (stretches.length > 0) return this.page(places, stretches)
    }
    return undefined
  }

  private async page(places: Places, stretches: readonly Stretch[]): Promise<Passed> {
    const { source, ended } = places
    const limit = Math.ceil(PAGE / stretches.length)
    const found = await source.read(this.parts.sql, this.parts.keyring, stretches, limit)
    const embedded = await this.store(places, found)
    for (const { partition } of stretches)
      if (found.filter(text => text.partition === partition).length < limit) ended.add(partition)
    return {
      texts: found.length,
      vectors: embedded.filter(({ vector }) => vector !== undefined).length,
      refused: embedded.flatMap(({ id, refusal: code }) => (code === undefined ? [] : [{ kind: source.kind, id, code }])),
    }
  }

  /** Texts still to pass. */
  async left(): Promise<number> {
    let left = 0
    for (const places of this.places) left += await places.source.count(this.parts.sql, this.stretches(places))
    return left
  }

  private stretches({ source, cursors, ended }: Places): Stretch[] {
    return [...(this.parts.heads.get(source.kind) ?? [])]
      .filter(([partition]) => !ended.has(partition))
      .map(([partition, next]) => ({ partition, next, cursor: cursors.get(partition) ?? START }))
  }

  private async store({ source, of, cursors }: Places, found: readonly FoundText[]): Promise<EmbeddedText[]> {
    if (found.length === 0) return []
    const { sql, family, embedder } = this.parts
    const taken = found.filter(({ text }) => text.trim() !== '' && family.takes(source.kind, text))
    const vectors = await embedder.embed(taken.map(({ text }) => text))
    const byText = new Map(taken.map((text, i) => [text, vectors[i]!]))
    const embedded = found.map(
      (text): EmbeddedText => ({
        ...text,
        vector: something(byText.get(text)),
        refusal: byText.has(text) ? embedder.refusal(text.text) : undefined,
      }),
    )
    await storeVectors(sql, of, embedded)
    for (const text of found) cursors.set(text.partition, text)
    return embedded
  }
}

interface Places {
  readonly source: TextSource
  readonly of: WalkOf
  readonly cursors: Map<number, Cursor>
  /** Partitions that have nothing more. */
  readonly ended: Set<number>
}

/** A zero vector is near to nothing, and is not kept. */
const something = (vector: Float32Array | undefined): Float32Array | undefined =>
  vector?.some(one => one !== 0) ? vector : undefined
