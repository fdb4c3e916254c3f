import { Random } from '../../models/random.ts'
import type { BuyerKind } from './customer.ts'

const DAY = 86_400_000
const HOUR = 3_600_000
/** Pakistan's, where nearly all customers live. */
const OFFSET = 5 * HOUR
/** When people shop there: the evening most. */
const hours = [9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 18, 19, 19, 20, 20, 20, 21, 21, 21, 22, 22, 23]
/** Sales, as shares of the span. */
const seasons = [0.12, 0.45, 0.8]
const SEASON_LENGTH = 0.12

export interface Visit {
  readonly at: number
  readonly buys: boolean
}

/** Between two instants, epoch ms. */
export interface Span {
  readonly from: number
  readonly until: number
}

/**
 * A customer's visits, the first one first, each over before the span is. Frequent buyers order 5 to 15 times at an even pace, seasonal
 * ones 2 to 4 times during sales, the rest once; about half as many visits again end without an order.
 */
export function visitTimes(seed: number, index: number, kind: BuyerKind, { from, until }: Span): Visit[] {
  const random = new Random(seed, 'visits', index)
  const end = until - HOUR
  const orders = orderTimes(kind, random).map(share => ({ at: inTheDay(from + share * (end - from), random), buys: true }))
  const idle = Array.from({ length: random.int(0, Math.ceil(orders.length / 2)) }, () => ({
    at: inTheDay(from + random.float() * (end - from), random),
    buys: false,
  }))
  return [...orders, ...idle].sort((a, b) => a.at - b.at)

  /** Moves an instant to a likely hour of its day, unless that leaves the span. */
  function inTheDay(instant: number, draws: Random): number {
    const day = Math.floor((instant + OFFSET) / DAY) * DAY - OFFSET
    const likely = day + draws.pick(hours) * HOUR + draws.int(0, HOUR - 1)
    return likely >= from && likely <= end ? likely : Math.floor(instant)
  }
}

/** As shares of the span. */
function orderTimes(kind: BuyerKind, random: Random): number[] {
  if (kind === 'one-time') return [random.float()]
  if (kind === 'seasonal')
    return Array.from({ length: random.int(2, 4) }, () => random.pick(seasons) + random.float() * SEASON_LENGTH)
  const joined = random.float() * 0.3
  const count = random.int(5, 15)
  return Array.from({ length: count }, (_, n) => joined + ((n + random.float()) / count) * (1 - joined))
}
