import type { CustomerSpace, ProductVectors } from '../../models/similar/customer-space.ts'
import type { KnownCustomer } from '../../models/similar/known-customer.ts'
import type { KeptVectorIndex } from '../vectors/open-vector-index.ts'

/** Customers in one space. */
export interface SpaceIndex {
  readonly space: CustomerSpace
  readonly index: KeptVectorIndex
  /** Who is still to be put in before it answers, or put in anew after changes were missed; taken from the end. Undefined: everybody, whoever that is. */
  left: string[] | undefined
  /** False while it is built: then it does not answer. */
  complete: boolean
}

/** Puts customers where they are now. Who was asked for and is not known any more, or has no vector any more, is taken out. */
export function place(
  { space, index }: SpaceIndex,
  asked: readonly string[],
  known: readonly KnownCustomer[],
  products: ProductVectors,
): void {
  const vectors = new Map(known.map(customer => [customer.customerId, space.vectorOf(customer, products)]))
  for (const customerId of asked) {
    const vector = vectors.get(customerId)
    if (vector === undefined) index.delete(customerId)
    else index.upsert(customerId, vector)
  }
}
