import { INTEREST_HALF_LIFE } from '../affinity.ts'
import { type CustomerSpace, unit } from './customer-space.ts'

export interface TextSpace {
  readonly space: string
  readonly family: string
  readonly dims: number
}

/** A message counts as much as two purchases: it is in the customer's own words. */
const MESSAGE = 2

/**
 * Customers by the texts they have to do with: the mean over the products they were drawn to and the messages they wrote, each weighed by
 * interest and halved in 30 days.
 *
 * Ages are taken from the customer's own newest deed: what all of them have faded since is the same factor, and goes with the length.
 * So a vector never ages, and the same facts give the same vector whenever it is made.
 *
 * @param space of the texts' vectors, such as `hashed-1`, and the family of models it is of; costs (products + messages) · dims multiply-adds
 */
export const textSpace = ({ space, family, dims }: TextSpace): CustomerSpace => ({
  name: `text:${space}`,
  label: `text:${family}`,
  dims,
  texts: space,
  vectorOf({ taste, messages }, products) {
    const written = messages.get(space) ?? []
    const newest = Math.max(...taste.recent.map(({ at }) => at), ...written.map(({ at }) => at))
    const sum = new Float32Array(dims)
    for (const { productId, value, at } of taste.recent) add(sum, products(productId), value, newest - at)
    for (const { vector, at } of written) add(sum, vector, MESSAGE, newest - at)
    return unit(sum)
  },
})

/** A vector of another size is of another model, and left out. */
function add(sum: Float32Array, vector: Float32Array | undefined, weight: number, age: number): void {
  if (vector?.length !== sum.length) return
  const faded = weight * 2 ** (-age / INTEREST_HALF_LIFE)
  for (let i = 0; i < sum.length; i++) sum[i]! += faded * vector[i]!
}
