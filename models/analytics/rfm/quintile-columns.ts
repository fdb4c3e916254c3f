import { stableOrder } from '../../stable-order.ts'

/** Scores from 1 to 5 by customer, by both conventions; 0 of customers who are not ranked. */
export interface QuintileColumns {
  /** min(5, 1 + floor(5 · (ranked customers strictly worse) / N)): the same values score the same. What `quintile` gives under `cutsOf`. */
  readonly tied: Uint8Array
  /** Fifths of the ranks, ties in the order in which customers are given: `pandas.qcut(x.rank(method="first"), 5)`. */
  readonly first: Uint8Array
}

/**
 * @param values by customer; larger is better
 * @param ranked the customers to rank, in the order by which ties go
 */
export function quintileColumns(values: Float64Array, ranked: Int32Array): QuintileColumns {
  const order = stableOrder(values, ranked)
  const many = order.length
  const [tied, first] = [new Uint8Array(values.length), new Uint8Array(values.length)]
  let worse = 0
  for (let place = 0; place < many; place++) {
    const customer = order[place]!
    if (place > 0 && values[customer] !== values[order[place - 1]!]) worse = place
    tied[customer] = Math.min(5, 1 + Math.floor((5 * worse) / many))
    first[customer] = fifthOf(place, many)
  }
  return { tied, first }
}

/** The fifth that rank place + 1 of N lies in, where quantiles are interpolated (rank 1 + k (N − 1) / 5) and a rank on one belongs below it. */
const fifthOf = (place: number, many: number): number => (many < 2 ? 1 : Math.max(1, Math.ceil((5 * place) / (many - 1))))
