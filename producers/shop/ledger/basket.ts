import type { Random } from '../../../models/random.ts'
import type { Catalogue } from '../catalogue.ts'
import { MEAN_ORDERS } from './buyer-groups.ts'

const FAVOURITE = 0.65
/** How often the next product is one that goes with the one before. */
const COMPANION = 0.5
/** Tries a line, for where a category has fewer products than a basket lines. */
const TRIES = 4

/**
 * An order's products by their place in the catalogue, each once. A basket has about lines a customer over orders a customer of them, one at least.
 *
 * @param lines how many a customer should come to on average
 */
export function basketOf(favourites: readonly [string, string], catalogue: Catalogue, lines: number, random: Random): number[] {
  const size = Math.max(1, Math.floor((lines / MEAN_ORDERS) * (0.6 + 0.8 * random.float()) + random.float()))
  const basket: number[] = []
  for (let tries = 0; basket.length < size && tries < size * TRIES; tries++) {
    const product = nextOf(basket, favourites, catalogue, random)
    if (!basket.includes(product)) basket.push(product)
  }
  return basket
}

/** What goes with the last one, or something by taste: the popular products of a category more often. */
function nextOf(basket: readonly number[], favourites: readonly [string, string], catalogue: Catalogue, random: Random): number {
  const last = basket[basket.length - 1]
  if (last !== undefined && random.float() < COMPANION) {
    const { companions } = catalogue.products[last]!
    if (companions.length > 0) return random.pick(companions)
  }
  const places = catalogue.inCategory.get(random.float() < FAVOURITE ? favourites[0] : favourites[1])!
  return places[Math.floor(places.length * random.float() * random.float())]!
}
