import { Random } from '../../../models/random.ts'
import { type BuyerGroup, groupOf } from './buyer-groups.ts'
import { dayAt, type ShoppingDays } from './shopping-days.ts'

/** Who registers waits so many days at most until the first order. */
const HESITATION = 45

export interface Buyer {
  /** What they like best and second best. */
  readonly favourites: readonly [string, string]
  /** Days of the span, from 0, ascending; two orders may be on one. */
  readonly orders: readonly number[]
  /** In the same days, so below 0 of who registered before the span. */
  readonly registered: number
}

/** When customer number `index` buys and what they like: always the same for a seed; nothing is kept between two calls. */
export function buyerOf(seed: number, index: number, span: ShoppingDays): Buyer {
  const random = new Random(seed, 'buyer', index)
  const group = groupOf(index)
  const orders = orderDays(group, random, span)
  return { favourites: favouritesOf(group, random), orders, registered: orders[0]! - random.int(0, HESITATION) }
}

/** At an even pace but for the calendar: one order in each of as many parts of the group's time, parts that weigh alike. */
function orderDays({ orders: [least, most], begins, ends, festive }: BuyerGroup, random: Random, span: ShoppingDays): number[] {
  const count = random.int(least, most)
  const begin = Math.floor(span.days * (begins[0] + random.float() * (begins[1] - begins[0])))
  const end = Math.max(begin + 1, Math.round(span.days * ends))
  const weighed = festive ? span.festive : span.any
  return Array.from({ length: count }, (_, n) => dayAt(weighed, begin, end, (n + random.float()) / count))
}

function favouritesOf({ categories }: BuyerGroup, random: Random): [string, string] {
  const first = random.int(0, categories.length - 1)
  return [categories[first]!, categories[(first + 1) % categories.length]!]
}
