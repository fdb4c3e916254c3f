import type { ItemState } from '../schemas/records.ts'
import { similarity } from './item-similarity.ts'

/** How many trending products are kept in order: enough that leaving out what a customer has still leaves a list. */
const TRENDING = 300
/** The half-life that `items` lets trends fade with; every trend fades alike, so their order needs no instant. */
const TREND_HALF_LIFE = 7 * 86_400_000

/**
 * All products as an instance sees them, for scoring: neighbours both ways, and who trends.
 *
 * A pair is kept at the product that was touched second; its other half is found through the reverse lists here.
 */
export class ItemIndex {
  private readonly items = new Map<string, ItemState>()
  /** Of a product: the products that keep it as a neighbour, with the weight they share. */
  private readonly keptBy = new Map<string, Map<string, number>>()
  private trending: { productId: string; heat: number }[] = []

  get size(): number {
    return this.items.size
  }

  get(productId: string): ItemState | undefined {
    return this.items.get(productId)
  }

  /** Takes a product's newest state; an older version changes nothing. */
  apply(item: ItemState): void {
    const before = this.items.get(item.productId)
    if (before !== undefined && before.version >= item.version) return
    this.items.set(item.productId, item)
    for (const { productId } of before?.pairs ?? []) this.keptBy.get(productId)?.delete(item.productId)
    for (const { productId, value } of item.pairs) this.reverse(productId).set(item.productId, value)
    this.heat(item)
  }

  /** Products that share customers with this one, each with its similarity (0–1) as of `now`. */
  neighbours(productId: string, now: number): Map<string, number> {
    const item = this.items.get(productId)
    const shared = new Map(this.keptBy.get(productId))
    for (const pair of item?.pairs ?? []) shared.set(pair.productId, (shared.get(pair.productId) ?? 0) + pair.value)
    const similar = new Map<string, number>()
    for (const [other, weight] of shared) {
      const norm = this.items.get(other)?.norm
      if (item !== undefined && norm !== undefined) similar.set(other, similarity(weight, item.norm, norm, now))
    }
    return similar
  }

  /** The hottest products first, each with its heat relative to the hottest (0–1). */
  *hottest(): Iterable<{ productId: string; relative: number }> {
    const top = this.trending[0]?.heat ?? 0
    for (const { productId, heat } of this.trending) yield { productId, relative: 2 ** (heat - top) }
  }

  private reverse(productId: string): Map<string, number> {
    let keepers = this.keptBy.get(productId)
    if (keepers === undefined) this.keptBy.set(productId, (keepers = new Map()))
    return keepers
  }

  /** Keeps the hottest in order. A product's heat only grows, so one that fell off comes back only with a new state. */
  private heat({ productId, trend: { value, at } }: ItemState): void {
    if (value <= 0) return
    const heat = Math.log2(value) + at / TREND_HALF_LIFE
    const { trending } = this
    const full = trending.length >= TRENDING
    const known = trending.findIndex(entry => entry.productId === productId)
    if (known < 0 && full && trending.at(-1)!.heat >= heat) return
    if (known >= 0) trending.splice(known, 1)
    else if (full) trending.pop()
    let place = 0
    for (let high = trending.length; place < high; ) {
      const middle = (place + high) >> 1
      if (hotter(trending[middle]!, { productId, heat })) place = middle + 1
      else high = middle
    }
    trending.splice(place, 0, { productId, heat })
  }
}

const hotter = (a: { productId: string; heat: number }, b: { productId: string; heat: number }): boolean =>
  a.heat > b.heat || (a.heat === b.heat && a.productId < b.productId)
