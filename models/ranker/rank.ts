import { sortFalling } from '../falling.ts'
import type { ItemIndex } from '../item-index.ts'
import { type Candidates, candidates } from './candidates.ts'
import { FEATURES, features } from './features.ts'
import { type Judged, judged } from './judge.ts'
import type { OutsideTrees } from './outside-trees.ts'
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

/** What was asked of the judges last: what it takes to say why (ranked-standings.ts). */
export interface Asked {
  readonly found: Candidates
  /** Row-major, candidates × FEATURES. */
  readonly values: Float32Array
  readonly all: Judged
  /** Of the candidates never bought, which are the first. */
  readonly fresh: Judged
}

/** Products of an index that a ranker learnt nothing of because they were not there. */
export interface Unmet {
  readonly numbers: readonly number[]
  /** 1 at each of the numbers; shorter than there are products in the index, where the last ones are none of these. */
  readonly marks: Uint8Array
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
  private newcomers: { readonly of: ItemIndex; readonly size: number; readonly unmet: Unmet } | undefined

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

  /** Products of which it learnt nothing because they were not there, by their numbers in the index. Worked out when the index grows. */
  unmet(items: ItemIndex): Unmet {
    if (this.newcomers?.of !== items || this.newcomers.size !== items.size) {
      const numbers: number[] = []
      for (const { product, productId } of items.all())
        if (!this.numbers.has(productId) && !this.passedOver.has(productId)) numbers.push(product)
      const marks = new Uint8Array((numbers.at(-1) ?? -1) + 1)
      for (const product of numbers) marks[product] = 1
      this.newcomers = { of: items, size: items.size, unmet: { numbers, marks } }
    }
    return this.newcomers.unmet
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
    const all = judged(judges.all, values, outside)
    const amongNew = judged(judges.fresh, values.subarray(0, found.fresh * FEATURES.length), outside)
    this.asked = { found, values, all, fresh: amongNew }
    const scores = all.scores.slice()
    reorder(scores.subarray(0, found.fresh), amongNew.scores)
    return { items: found.items, places: found.places, scores }
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
