import { setImmediate as turn } from 'node:timers/promises'
import type { CustomerSpace } from '../../models/similar/customer-space.ts'
import type { Clock } from '../../streams/clock.ts'
import type { Log } from '../../streams/log.ts'
import type { Sql } from '../../streams/sql.ts'
import { ChangedCustomers, type Positions } from './changed-customers.ts'
import { everyCustomer, knownCustomers } from './known-customers.ts'
import { NewWords } from './new-words.ts'
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
/** A search compares with so many in passing. */
const FEW_PENDING = 2000
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
  private following: { readonly changed: ChangedCustomers; readonly words: NewWords } | undefined
  private generation: number | undefined
  private savedAt = 0
  private closed = false

  constructor(parts: CustomerVectorsParts) {
    this.parts = parts
  }

  /** Those that answer. */
  answering(): readonly SpaceIndex[] {
    return this.all().filter(({ complete }) => complete)
  }

  /** What is wanted and does not answer yet, not even as it was before: by its name in answers. */
  lacking(): readonly string[] {
    if (this.following === undefined) return ['similar']
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
    const { changed, words } = await this.begin()
    const ending = new AbortController()
    const both = AbortSignal.any([signal, ending.signal])
    const work = [changed.follow(both), this.keepUp(both, changed, words)].map(one => one.finally(() => ending.abort()))
    for (const done of await Promise.allSettled(work)) if (done.status === 'rejected') throw done.reason
  }

  /** Does not wait for what follows: that ends sooner by it, for nobody waits for a graph that is closed. */
  async close(): Promise<void> {
    this.closed = true
    for (const { index } of this.all()) await index.close()
  }

  /** Once: with what snapshots have, from where the one behind them all was. */
  private async begin() {
    if (this.following !== undefined) return this.following
    const { parts } = this
    const [generation, words, ends, wanted] = await Promise.all([
      parts.generation(),
      parts.productTexts(),
      parts.log.offsets(parts.topic),
      parts.wanted(),
    ])
    this.generation = generation
    const positions: Positions[] = []
    for (const opened of await Promise.all(wanted.map(space => this.open(space)))) {
      // Which state and which words a snapshot is of stands beside the offsets.
      this.hold(opened, opened.position?.generation === generation)
      if (opened.position !== undefined) positions.push(opened.position)
    }
    const from = behindAll(
      ends.map(({ end }) => end),
      positions,
    )
    this.following = {
      changed: new ChangedCustomers({ ...parts, from, now: () => parts.clock.monotonic() }),
      words: new NewWords(Math.min(words, ...positions.map(({ words }) => words ?? 0))),
    }
    this.savedAt = parts.clock.monotonic()
    return this.following
  }

  /** What is opened while all is closed is closed as well: its worker would keep the process. */
  private async open(space: CustomerSpace): Promise<OpenedSpace> {
    const opened = await openSpace(space, this.parts.settings)
    if (this.closed) await opened.index.close()
    return opened
  }

  /** @param known whether everybody is where its snapshot has them, or will be heard of */
  private hold({ space, index, position }: OpenedSpace, known: boolean): void {
    this.held.set(space.name, { space, index, left: known ? [] : undefined, complete: position !== undefined })
  }

  private async keepUp(signal: AbortSignal, changed: ChangedCustomers, words: NewWords): Promise<void> {
    const { clock, wanted } = this.parts
    while (!signal.aborted) {
      const spaces = await wanted()
      await this.takeUp(spaces)
      await this.startOver(changed, words)
      while (await this.page(changed)) {
        if (signal.aborted) return
        await turn()
      }
      words.end(clock.monotonic())
      await this.letGo(spaces)
      await this.save(changed, words)
      await clock.sleep(PAUSE_MS, signal)
    }
  }

  /** Spaces that are new. What changed since a snapshot of theirs was heard before they were here, so everybody is looked at. */
  private async takeUp(wanted: readonly CustomerSpace[]): Promise<void> {
    for (const space of wanted) if (!this.held.has(space.name)) this.hold(await this.open(space), false)
  }

  /** Everybody anew: after a rebuild, where changes were missed, and after products got other words. What is there answers meanwhile. */
  private async startOver(changed: ChangedCustomers, words: NewWords): Promise<void> {
    const { parts } = this
    const [generation, told] = await Promise.all([parts.generation(), parts.productTexts()])
    const now = parts.clock.monotonic()
    const newWords = words.due(told, now) && this.all().every(isSettled)
    // From here on nothing may fail: who is to be looked at would be forgotten.
    if (changed.missedSome() || generation !== this.generation) for (const held of this.all()) held.left = undefined
    else if (newWords) {
      parts.products.forget()
      words.begin(now)
      for (const held of this.all()) if (held.space.texts !== undefined) held.left = undefined
    }
    this.generation = generation
  }

  /** A few customers in all spaces: first who changed, else who is still to be put in. False when there is nobody. */
  private async page(changed: ChangedCustomers): Promise<boolean> {
    this.complete()
    if ((await changed.pass(SETTLED_MS, AT_ONCE, moved => this.put(this.all(), moved))) > 0) return true
    const building = this.all().find(held => !isSettled(held))
    if (building === undefined) return false
    // Pages are taken from the end, so that who did something last is put in last: of more than there is room for they stay.
    building.left ??= await everyCustomer(this.parts.sql, MOST)
    const left = building.left
    const next = left.slice(-AT_ONCE)
    await this.put([building], next)
    left.length -= next.length
    return true
  }

  /** Spaces that have everybody answer, once so few wait for their graphs that searches are fast. It is not waited for: people change meanwhile. */
  private complete(): void {
    for (const held of this.all()) held.complete ||= isSettled(held) && held.index.state().pending <= FEW_PENDING
  }

  private async put(spaces: readonly SpaceIndex[], customerIds: readonly string[]): Promise<void> {
    const { sql, products } = this.parts
    const known = await knownCustomers(sql, customerIds, textSpacesOf(spaces))
    for (const held of spaces) place(held, customerIds, known, await products.of(held.space, known))
  }

  /** Spaces that nobody wants any more, once what is wanted in their place answers. */
  private async letGo(spaces: readonly CustomerSpace[]): Promise<void> {
    const wanted = new Set(spaces.map(({ name }) => name))
    if ([...wanted].some(name => !this.held.get(name)?.complete)) return
    for (const [name, { index }] of this.held) {
      if (wanted.has(name)) continue
      this.held.delete(name)
      await index.close()
    }
  }

  private async save(changed: ChangedCustomers, words: NewWords): Promise<void> {
    const { clock, warn } = this.parts
    const position = changed.position()
    if (position === undefined || clock.monotonic() < this.savedAt + SNAPSHOT_MS) return
    this.savedAt = clock.monotonic()
    try {
      const all = this.answering().filter(isSettled)
      await saveSpaces(all, { ...position, generation: this.generation!, words: words.seen })
    } catch (error) {
      warn('customer vectors could not be saved: the next start makes them anew', { error: String(error) })
    }
  }
}

/** Nobody is still to be put in. */
const isSettled = ({ left }: SpaceIndex): boolean => left?.length === 0

/** Of each partition the least far position. */
const behindAll = (ends: readonly number[], positions: readonly Positions[]): Positions =>
  Object.fromEntries(ends.map((end, partition) => [partition, Math.min(end, ...positions.map(at => at[partition] ?? end))]))
