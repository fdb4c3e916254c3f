import type { KnownCustomer } from './known-customer.ts'

/**
 * One way to see customers as points, where near is alike. Vectors of two spaces are never compared: another model is another space,
 * with a name of its own.
 */
export interface CustomerSpace {
  readonly name: string
  /** What it is called in answers: the same for each version of a model. */
  readonly label: string
  readonly dims: number
  /** The space of the texts it is made of; undefined where it is not made of texts. */
  readonly texts: string | undefined
  /** Of unit length; undefined for a customer of whom this space knows nothing. `products`: vectors of what they were drawn to. */
  vectorOf(customer: KnownCustomer, products: ProductVectors): Float32Array | undefined
}

/** The vector of a product in the space at hand; undefined where it has none. */
export type ProductVectors = (productId: string) => Float32Array | undefined

/** Scales a vector to unit length, in place; undefined where it has none. */
export function unit(vector: Float32Array): Float32Array | undefined {
  let squares = 0
  for (const x of vector) squares += x * x
  if (!(squares > 0) || !Number.isFinite(squares)) return undefined
  const scale = 1 / Math.sqrt(squares)
  for (let i = 0; i < vector.length; i++) vector[i]! *= scale
  return vector
}
