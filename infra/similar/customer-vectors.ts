import { setImmediate as turn } from 'node:timers/promises'
import type { CustomerSpace } from '../../models/similar/customer-space.ts'
import type { Clock } from '../../streams/clock.ts'
import type { Log } from '../../streams/log.ts'
import type { Sql } from '../../streams/sql.ts'
import { ChangedCustomers, type Positions } from './changed-customers.ts'
import { everyCustomer, knownCustomers } from './known-customers.ts'
import { type OpenedSpace, openSpace, type SpacesSettings, saveSpaces } from './open-spaces.ts'
import type { ProductVectorCache } from './product-vector-cache.ts'
import { textSpacesOf } from './similar-customers.ts'
import { place, type SpaceIndex } from './space-index.ts'

/** How often what changed is looked at. */
const PAUSE_MS = 1000
/** A customer in the middle of a visit changes again and again: they are put in once it has been so long. */
const SETTLED_MS = 5000
/** Customers a turn of the event loop: some milliseconds. */
const AT_ONCE = 100
const SNAPSHOT_MS = 300_000
/** New words of products wait until no more come for so long, and until so many times as long as it took to look at everybody. */
const [WORDS_SETTLED_MS, WORDS_REST] = [5000, 20]
/** Those who did nothing for longest are not looked for beyond so many: their ids alone would take too much. */
const MOST = 1_000_000

export interface CustomerVectorsParts {
  readonly sql: Sql
  readonly log: Log
  readonly clock: Clock
  /** Written after a customer's facts can be read, keyed by customer. */
  readonly topic: string
  readonly products: ProductVectorCache
  readonly settings: SpacesSettings
  /** The spaces there should be now. */
  readonly wanted: () => Promise<readonly CustomerSpace[]>
  /** Of the state that vectors are made of: after a rebuild everybody is looked at anew. */
  readonly generation: () => Promise<number>
  /** How far the words of products are vectors: after it has moved, everybody is looked at anew in spaces of texts. */
  readonly productTexts: () => Promise<number>
  readonly warn: (message: string, details: Readonly<Record<string, unknown>>) => void
}

/**
 * Every customer as a point in each space, kept up while they change. A space that is new, because its model is, is filled beside those that
 * answer and takes over when everybody is in it.
 */
export class CustomerVectors {
  private readonly parts: CustomerVectorsParts
  private readonly held = new Map<string, SpaceIndex>()
  private changed: ChangedCustomers | undefined
  private generation: number | undefined
  private savedAt = 0
  /** Up to which words of products everybody has been looked at; up to which there are, and since when; when it may be done again. */
  private words = { seen: 0, there: 0, since: 0, notBefore: 0, begun: 0 }

  constructor(parts: CustomerVectorsParts) {
    this.parts = parts
  }

  /** Those that answer. */
  answering(): readonly SpaceIndex[] {
    return [...this.held.values()].filter(({ complete }) => complete)
  }

  /** What is wanted and does not answer yet, not even as it was before: by its name in answers. */
  lacking(): readonly string[] {
    const answering = new Set(this.answering().map(({ space }) => space.label))
    const labels = this.all().map(({ space }) =>
      answering.has(space.label) ? undefined : space.texts === undefined ? 'behaviour' : 'embeddings',
    )
    return [...new Set(labels.filter(label => label !== undefined))]
  }

  all(): readonly SpaceIndex[] {
    return [...this.held.values()]
  }

  /** Runs until the signal aborts; throws when log or database are out of reach, to be called again. */
  async follow(signal: AbortSignal): Promise<void> {
    const changed = await this.begin()
    const ending = new AbortController()
    const both = AbortSignal.any([signal, ending.signal])
    const work = [changed.follow(both), this.keepUp(both, changed)].map(one => one.finally(() => ending.abort()))
    for (const done of await Promise.allSettled(work)) if (done.status === 'rejected') throw done.reason
  }

  async close(): Promise<void> {
    for (const { index } of this.held.values()) await index.close()
  }

  /** Once: with what snapshots have, from where the one behind them all was. */
  private async begin(): Promise<ChangedCustomers> {
    if (this.changed !== undefined) return this.changed
    const { parts } = this
    this.generation = await parts.generation()
    this.words.seen = this.words.there = await parts.productTexts()
    const ends = await parts.log.offsets(parts.topic)
    const opened = await Promise.all((await parts.wanted()).map(space => openSpace(space, parts.settings)))
    for (const one of opened) await this.hold(one, { heard: true })
    const from = behindAll(
      ends.map(({ end }) => end),
      opened.map(({ position }) => position).filter(position => position !== undefined),
    )
    this.changed = new ChangedCustomers({ ...parts, from, now: () => parts.clock.monotonic() })
    this.savedAt = parts.clock.monotonic()
    return this.changed
  }

  /** @param heard whether everything since its snapshot will be heard of */
  private async hold({ space, index, position }: OpenedSpace, { heard }: { heard: boolean }): Promise<void> {
    // The generation that a snapshot is of stands beside the offsets.
    const left = heard && position?.generation === this.generation ? [] : await this.everybody()
    this.held.set(space.name, { space, index, left, complete: position !== undefined || left.length === 0 })
  }

  private async keepUp(signal: AbortSignal, changed: ChangedCustomers): Promise<void> {
    const { clock } = this.parts
    while (!signal.aborted) {
      await this.takeUp()
      await this.startOver(changed)
      while (!signal.aborted && (await this.page(changed))) await turn()
      this.rest()
      await this.letGo()
      await this.save(changed)
      await clock.sleep(PAUSE_MS, signal)
    }
  }

  /** Spaces that are new. What changed since a snapshot of theirs was heard before they were here, so everybody is looked at. */
  private async takeUp(): Promise<void> {
    const { wanted, settings } = this.parts
    for (const space of await wanted())
      if (!this.held.has(space.name)) await this.hold(await openSpace(space, settings), { heard: false })
  }

  /** Everybody anew: after a rebuild, where changes were missed, and after products got other words. What is there answers meanwhile. */
  private async startOver(changed: ChangedCustomers): Promise<void> {
    const generation = await this.parts.generation()
    const missed = changed.missedSome()
    const all = [...this.held.values()]
    const anew = generation !== this.generation || missed ? all : (await this.wordsChanged()) ? all.filter(ofTexts) : []
    this.generation = generation
    if (anew.length === 0) return
    const everybody = await this.everybody()
    for (const held of anew) held.left = [...everybody]
  }

  private async wordsChanged(): Promise<boolean> {
    const [now, there] = [this.parts.clock.monotonic(), await this.parts.productTexts()]
    if (there !== this.words.there) this.words = { ...this.words, there, since: now }
    const { seen, since, notBefore } = this.words
    const idle = [...this.held.values()].every(({ left }) => left.length === 0)
    if (there === seen || now < since + WORDS_SETTLED_MS || now < notBefore || !idle) return false
    this.parts.products.forget()
    this.words = { ...this.words, seen: there, begun: now, notBefore: Number.POSITIVE_INFINITY }
    return true
  }

  /** A few customers in all spaces: first who changed, else who is still to be put in. False when there is nobody. */
  private async page(changed: ChangedCustomers): Promise<boolean> {
    const moved = changed.take(SETTLED_MS, AT_ONCE)
    if (moved.length > 0) {
      try {
        await this.put([...this.held.values()], moved)
      } catch (error) {
        changed.giveBack(moved)
        throw error
      }
      return true
    }
    const building = [...this.held.values()].find(({ left }) => left.length > 0)
    if (building === undefined) return false
    const next = building.left.slice(-AT_ONCE)
    await this.put([building], next)
    building.left.length -= next.length
    if (building.left.length === 0 && !building.complete) {
      await building.index.flush()
      building.complete = true
    }
    return true
  }

  /** Looking at everybody takes a twentieth of the time at most. */
  private rest(): void {
    if (this.words.notBefore !== Number.POSITIVE_INFINITY) return
    const now = this.parts.clock.monotonic()
    this.words = { ...this.words, notBefore: now + WORDS_REST * (now - this.words.begun) }
  }

  private async put(spaces: readonly SpaceIndex[], customerIds: readonly string[]): Promise<void> {
    const { sql, products } = this.parts
    const known = await knownCustomers(sql, customerIds, textSpacesOf(spaces))
    for (const held of spaces) place(held, customerIds, known, await products.of(held.space, known))
  }

  /** Spaces that nobody wants any more, once what is wanted in their place answers. */
  private async letGo(): Promise<void> {
    const wanted = new Set((await this.parts.wanted()).map(({ name }) => name))
    if ([...wanted].some(name => !this.held.get(name)?.complete)) return
    for (const [name, { index }] of this.held) {
      if (wanted.has(name)) continue
      this.held.delete(name)
      await index.close()
    }
  }

  private async save(changed: ChangedCustomers): Promise<void> {
    const { clock, warn } = this.parts
    const position = changed.settled()
    if (position === undefined || clock.monotonic() < this.savedAt + SNAPSHOT_MS) return
    this.savedAt = clock.monotonic()
    try {
      await saveSpaces(this.answering(), { ...position, generation: this.generation! })
    } catch (error) {
      warn('customer vectors could not be saved: the next start makes them anew', { error: String(error) })
    }
  }

  /** Who did something last comes first: pages are taken from the end, and of more than there is room for those put in last stay. */
  private async everybody(): Promise<string[]> {
    return await everyCustomer(this.parts.sql, MOST)
  }
}

const ofTexts = ({ space }: SpaceIndex): boolean => space.texts !== undefined

/** Of each partition the least far position. */
const behindAll = (ends: readonly number[], positions: readonly Positions[]): Positions =>
  Object.fromEntries(ends.map((end, partition) => [partition, Math.min(end, ...positions.map(at => at[partition] ?? end))]))
