import { chanceOf } from '../calibration.ts'
import type { Standing } from '../grounds.ts'
import type { ItemIndex } from '../item-index.ts'
import type { Known } from '../segment-popularity.ts'
import type { Taste } from '../taste.ts'
import type { InIndex } from './in-index.ts'
import { leaningOf } from './leanings.ts'
import type { Past } from './past.ts'
import type { Ranked, Ranker } from './rank.ts'
import { rankedStandings } from './ranked-standings.ts'
import { SOURCES } from './sources.ts'
import { pastOfTaste } from './taste-deeds.ts'

/** Products never bought that are ranked for a list. */
const FRESH = 120
/** So many times as many for somebody hardly known: what those like them buy may be far from what everybody does. */
const WIDER = 3
const BECAUSE = 3

const numbersOf = (...names: readonly (typeof SOURCES)[number][]): readonly number[] => names.map(name => SOURCES.indexOf(name))

/** Which sources speak for a strategy, by their numbers. */
const SPEAKING = {
  collaborative: numbersOf('together-recent', 'together-latest', 'baskets', 'touched', 'factors'),
  sequence: numbersOf('sequence', 'sequence-latest', 'next'),
  content: numbersOf('text'),
  trending: numbersOf('demand-7', 'demand-28'),
}

interface Told {
  /** 0–1 by strategy, undefined of those that do not speak for the product. */
  readonly scores: Readonly<Record<keyof typeof SPEAKING | 'repurchase', number | undefined>>
  /** The customer's own products that point to it most. */
  readonly because: string[]
}

/** A customer's past, undefined where they touched something and the ranker knows nothing of it. */
export function knownPast(taste: Taste, ranker: Ranker): Past | undefined {
  const past = pastOfTaste(taste, productId => ranker.numberOf(productId))
  return past.items.length === 0 || past.items.some(item => item >= 0) ? past : undefined
}

/** What a ranker says of one customer: an order, and of what stands high in it why. Products by their numbers in an index. */
export class RankedTelling {
  private readonly ranker: Ranker
  private readonly past: Past
  private readonly leaning: Float64Array | undefined
  readonly inIndex: InIndex
  private ranked: Ranked | undefined

  constructor(ranker: Ranker, past: Past, known: Known, index: ItemIndex) {
    const { leanings, factors } = ranker.model
    this.ranker = ranker
    this.past = past
    this.leaning = leanings && leaningOf(leanings, factors, past, known)
    this.inIndex = ranker.inIndex(index)
  }

  /** Products with their scores, 0–1. */
  rank(now: number): Map<number, number> {
    const { leaning, inIndex } = this
    const fresh = leaning === undefined ? FRESH : WIDER * FRESH
    this.ranked = this.ranker.rank(this.past, fresh, Math.max(now, this.ranker.model.asOf))
    const { items, scores } = this.ranked
    const ranked = new Map<number, number>()
    for (let row = 0; row < items.length; row++) {
      const product = inIndex.products[items[row]!]!
      if (product >= 0) ranked.set(product, 1 / (1 + Math.exp(-scores[row]! - (leaning?.[items[row]!] ?? 0))))
    }
    return ranked
  }

  /** How likely the customer buys a product in the weeks to come, where that can be told. To be asked after `rank`. */
  chanceOf(product: number): number | undefined {
    const { calibration } = this.ranker.model
    const item = this.itemOf(product)
    if (calibration === undefined || item === undefined || this.ranked === undefined) return undefined
    const row = this.ranked.items.indexOf(item)
    return row < 0 ? undefined : chanceOf(this.ranked.scores[row]!, calibration)
  }

  /** Why products stand where they were ranked; those not ranked are left out. To be asked after `rank`. */
  standings(products: readonly number[]): Map<number, Standing> {
    const { ranker, leaning, inIndex } = this
    if (ranker.last === undefined) return new Map()
    const items = products.flatMap(product => this.itemOf(product) ?? [])
    const told = rankedStandings(ranker.model.judges, ranker.last, items, leaning)
    return new Map([...told].map(([item, standing]) => [inIndex.products[item]!, standing]))
  }

  /** Why a product was ranked where it was; undefined of one not known. To be asked after `rank`. */
  of(product: number): Told | undefined {
    const { ranker, past } = this
    const item = this.itemOf(product)
    if (item === undefined) return undefined
    const place = past.items.indexOf(item)
    const times = place < 0 ? 0 : past.times[place]!
    const scores = {
      collaborative: this.loudest(SPEAKING.collaborative, item),
      sequence: this.loudest(SPEAKING.sequence, item),
      content: this.loudest(SPEAKING.content, item),
      trending: this.loudest(SPEAKING.trending, item),
      repurchase: times > 1 ? Math.min(1, times / Math.max(1, past.sittings)) : undefined,
    }
    return { scores, because: ranker.pointing(past, item, BECAUSE).map(at => ranker.model.products[past.items[at]!]!) }
  }

  private itemOf(product: number): number | undefined {
    const item = this.inIndex.items[product] ?? -1
    return item < 0 ? undefined : item
  }

  private loudest(sources: readonly number[], item: number): number | undefined {
    let loudest = 0
    for (const source of sources) loudest = Math.max(loudest, this.ranker.said(source, item))
    return loudest > 0 ? 1 - 2 ** -loudest : undefined
  }
}
