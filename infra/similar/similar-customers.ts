import type { CustomerSpace } from '../../models/similar/customer-space.ts'
import type { KnownCustomer } from '../../models/similar/known-customer.ts'
import { fuseByRank } from '../../models/vectors/fuse-by-rank.ts'
import type { SimilarAnswer } from '../../serving/ports/similar.ts'
import type { Sql } from '../../streams/sql.ts'
import { knownCustomers } from './known-customers.ts'
import type { ProductVectorCache } from './product-vector-cache.ts'
import type { SpaceIndex } from './space-index.ts'

/** Of each space so many are fused: who is far down in one may be near in another. */
const FUSED = 100

export interface SimilarParts {
  readonly sql: Sql
  readonly products: ProductVectorCache
  /** Those that answer now. */
  readonly spaces: () => readonly SpaceIndex[]
  /** What is out of order. */
  readonly degraded: () => readonly string[]
}

/**
 * Who is like a customer: their vector is made anew from what the tables say now, so it has everything that was folded; it is looked up in
 * each space by itself, and the lists are fused by rank.
 *
 * @returns undefined for an unknown customer
 */
export async function similarCustomers(parts: SimilarParts, customerId: string, k: number): Promise<SimilarAnswer | undefined> {
  const spaces = parts.spaces()
  const [customer] = await knownCustomers(parts.sql, [customerId], textSpacesOf(spaces))
  if (customer === undefined) return undefined
  const found = await Promise.all(spaces.map(held => nearest(parts, held, customer)))
  const lists = found.filter(list => list.length > 0).map(list => list.map(({ id }) => id))
  const fused = fuseByRank(lists, k)
  const segment = await ofOneSegment(
    parts.sql,
    customerId,
    fused.map(({ id }) => id),
  )
  const customers = fused.map(({ id, score }) => ({
    customerId: id,
    similarity: rounded(score),
    sameSegment: segment.has(id),
    spaces: Object.fromEntries(
      spaces.flatMap(({ space }, i) => {
        const there = found[i]!.find(one => one.id === id)
        return there === undefined ? [] : [[space.label, rounded(there.similarity)]]
      }),
    ),
  }))
  return { customers, degraded: parts.degraded() }
}

/** Which of these are in the customer's segment now; none where the customer is in none. */
async function ofOneSegment(sql: Sql, customerId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const rows = await sql.query<{ customer_id: string }>(
    `SELECT customer_id FROM tastes
      WHERE customer_id = ANY($2) AND segment = (SELECT segment FROM tastes WHERE customer_id = $1)`,
    [customerId, ids],
  )
  return new Set(rows.map(({ customer_id }) => customer_id))
}

async function nearest({ products }: SimilarParts, { space, index }: SpaceIndex, customer: KnownCustomer) {
  const vectors = await products.of(space, [customer])
  const vector = space.vectorOf(customer, vectors)
  return vector === undefined ? [] : index.search(vector, FUSED, { exclude: [customer.customerId] })
}

/** The spaces of texts that these customer spaces are made of. */
export const textSpacesOf = (spaces: readonly { readonly space: CustomerSpace }[]): string[] =>
  spaces.flatMap(({ space }) => space.texts ?? [])

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4
