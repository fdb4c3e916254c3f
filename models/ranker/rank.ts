import { sortFalling } from '../falling.ts'
import type { ItemIndex } from '../item-index.ts'
import { type Candidates, candidates } from './candidates.ts'
import { FEATURES, features } from './features.ts'
import { findInIndex, type InIndex } from './in-index.ts'
import { type Judged, judged } from './judge.ts'
import type { JudgeName, OutsideTrees } from './outside-trees.ts'
import type { Past } from './past.ts'
import type { RankerModel } from './ranker-model.ts'
import { SourceScores } from './sources.ts'
import { entryOf } from './sparse-rows.ts'

/** What was ranked: items by number with their scores, and where they stand in the past. */
export interface Ranked {
  readonly items: Int32Array
  readonly places: Int32Array
  readonly scores: Float64Array
}

/** What was asked of the judges last, until they are asked again: what it takes to say why (ranked-standings.ts). */
export interface Asked {
  readonly found: Candidates
  /** Row-major, candidates × FEATURES. */
  readonly values: Float32Array
  readonly all: Judged
  /** Of the candidates never bought, which are the first. */
  readonly fresh: Judged
}

/** How many products of a past are looked through for what points to an item. */
const NEWEST = 40
/** How much each of them counts, the newest first. */
const FADING = Float64Array.from({ length: NEWEST }, (_, since) => 2 ** (-since / NEWEST))

/** Ranks for one customer after the other; holds room that is used again. */
export class Ranker {
  readonly model: RankerModel
  private readonly numbers: ReadonlyMap<string, number>
  private readonly passedOver: ReadonlySet<string>
  private readonly scores: SourceScores
  private readonly sums: Float64Array
  private readonly outside: () => OutsideTrees | undefined
  private asked: Asked | undefined
  private found: { readonly index: ItemIndex; readonly size: number; readonly inIndex: InIndex } | undefined
  private readonly reached: Record<JudgeName, Int32Array> = { all: new Int32Array(), fresh: new Int32Array() }

  /** @param outside trees from elsewhere that are at hand now */
  constructor(model: RankerModel, outside: () => OutsideTrees | undefined = () => undefined) {
    this.model = model
    this.outside = outside
    this.numbers = new Map(model.products.map((productId, item) => [productId, item]))
    this.passedOver = new Set(model.passedOver)
    this.scores = new SourceScores(model)
    this.sums = new Float64Array(model.n)
  }

  /** The number of a product; undefined for one it learnt nothing of. */
  numberOf(productId: string): number | undefined {
    return this.numbers.get(productId)
  }

  /** Where its items stand in an index, and what it never met. Worked out when the index grows. */
  inIndex(index: ItemIndex): InIndex {
    if (this.found?.index !== index || this.found.size !== index.size) {
      const met = (productId: string) => this.numbers.has(productId) || this.passedOver.has(productId)
      this.found = { index, size: index.size, inIndex: findInIndex(index, this.model.products, met) }
    }
    return this.found.inIndex
  }

  /**
   * Everything bought, and as many other products as are asked for, with what the judge of all says. Among each other those never
   * bought stand as their own judge puts them, with the scores that the other gave to them all.
   * @param now epoch ms
   */
  rank(past: Past, fresh: number, now: number): Ranked {
    this.scores.ask(past)
    const found = candidates(this.scores, past, fresh, this.sums)
    const values = features(found, this.scores, this.model.facts, past, now)
    const { judges } = this.model
    const outside = this.outside()
    const all = judged(judges.all, values, outside, length => this.room('all', length))
    const ofFresh = values.subarray(0, found.fresh * FEATURES.length)
    const amongNew = judged(judges.fresh, ofFresh, outside, length => this.room('fresh', length))
    this.asked = { found, values, all, fresh: amongNew }
    const scores = all.scores.slice()
    reorder(scores.subarray(0, found.fresh), amongNew.scores)
    return { items: found.items, places: found.places, scores }
  }

  /** Room for the leaves that rows come to, used again for every customer. */
  private room(judge: JudgeName, length: number): Int32Array {
    if (this.reached[judge].length < length) this.reached[judge] = new Int32Array(2 * length)
    return this.reached[judge].subarray(0, length)
  }

  /** What the judges were asked last; undefined before they were. */
  get last(): Asked | undefined {
    return this.asked
  }

  /** What a source, by its number, said of an item when it was asked last, in spreads from its mean. */
  said(source: number, item: number): number {
    return this.scores.standard(source, item)
  }

  /** The places in a past of what points to an item most: of the newest, those customers bought together with it. */
  pointing({ items, times }: Past, item: number, most: number): number[] {
    const rows = this.model.rows.together
    const found: { place: number; share: number }[] = []
    for (let since = 0; since < Math.min(NEWEST, items.length); since++) {
      const k = items.length - 1 - since
      if (items[k]! < 0 || items[k] === item || times[k] === 0) continue
      const share = entryOf(rows, items[k]!, item) * FADING[since]!
      if (share > 0) found.push({ place: k, share })
    }
    return found
      .sort((a, b) => b.share - a.share)
      .slice(0, most)
      .map(({ place }) => place)
  }
}

/** Puts values that belong to better scores before others, and leaves which values there are as it is. */
function reorder(values: Float64Array, scores: Float64Array): void {
  const rows = new Int32Array(scores.length)
  for (let row = 0; row < rows.length; row++) rows[row] = row
  sortFalling(rows, scores)
  const rising = values.slice().sort()
  for (let place = 0; place < rows.length; place++) values[rows[place]!] = rising[rows.length - 1 - place]!
}
