import { anotherSitting } from '../sitting.ts'
import { DEED, type Histories } from './histories.ts'

/** Of a customer who touched more products, those touched longest ago tell nothing any more. */
const REMEMBERED = 500

/** What a ranker knows of one customer: the products they touched, the one touched last at the end. */
export interface Past {
  /** By the ranker's numbers; −1 for a product that it does not know. */
  readonly items: Int32Array
  /** In how many sittings each was bought; 0: only looked at. */
  readonly times: Float64Array
  /** Of each, epoch ms. */
  readonly firstAt: Float64Array
  readonly lastAt: Float64Array
  /** How many sittings something was bought in. */
  readonly sittings: number
}

interface Touch {
  times: number
  firstAt: number
  lastAt: number
}

/**
 * A customer's past as it was after some of their deeds.
 * @param numbers the ranker's number of each product of the histories, −1 for none
 */
export function pastOf(histories: Histories, customer: number, end: number, numbers: Int32Array): Past {
  const { starts, product, at, deed } = histories
  const touched = new Map<number, Touch>()
  let [sittings, boughtAt] = [0, Number.NEGATIVE_INFINITY]
  for (let k = starts[customer]!; k < end; k++) {
    if (deed[k] === DEED.disliked) continue
    const bought = deed[k] === DEED.bought
    const when = at[k]!
    const before = touched.get(product[k]!)
    // What was bought stays where its last purchase put it: looking at it again is no new wish.
    if (!bought && before !== undefined && before.times > 0) continue
    touched.delete(product[k]!)
    const times =
      (before?.times ?? 0) +
      (bought && (before === undefined || before.times === 0 || anotherSitting(before.lastAt, when)) ? 1 : 0)
    touched.set(product[k]!, { times, firstAt: before === undefined || before.times === 0 ? when : before.firstAt, lastAt: when })
    if (bought && anotherSitting(boughtAt, when)) sittings++
    if (bought) boughtAt = when
  }
  const products = [...touched].slice(-REMEMBERED)
  return {
    items: Int32Array.from(products, ([one]) => numbers[one]!),
    times: Float64Array.from(products, ([, one]) => one.times),
    firstAt: Float64Array.from(products, ([, one]) => one.firstAt),
    lastAt: Float64Array.from(products, ([, one]) => one.lastAt),
    sittings,
  }
}
