import { LRUCache } from 'lru-cache'
import type { CustomerSpace, ProductVectors } from '../../models/similar/customer-space.ts'
import type { KnownCustomer } from '../../models/similar/known-customer.ts'
import type { Clock } from '../../streams/clock.ts'
import type { Sql } from '../../streams/sql.ts'
import { vectorOf } from '../embeddings/text-vectors-table.ts'

const BYTES = 32 << 20
/** A product whose words changed is seen anew so much later at most. */
const KEPT_MS = 60_000
const NONE = new Float32Array(0)

/** Vectors of the products that are asked for, from their table; bounded, for a catalogue may not fit. */
export class ProductVectorCache {
  private readonly sql: Sql
  private readonly kept: LRUCache<string, Float32Array>

  constructor(sql: Sql, clock: Clock) {
    this.sql = sql
    this.kept = new LRUCache({
      maxSize: BYTES,
      sizeCalculation: vector => vector.byteLength + 100,
      ttl: KEPT_MS,
      ttlResolution: 1000,
      perf: { now: () => clock.monotonic() },
    })
  }

  /** Of all that these customers were drawn to. */
  async of(space: CustomerSpace, customers: readonly KnownCustomer[]): Promise<ProductVectors> {
    if (space.texts === undefined) return () => undefined
    const texts = space.texts
    const wanted = new Map<string, Float32Array>()
    const missing = new Set<string>()
    for (const { taste } of customers)
      for (const { productId } of taste.recent) {
        const kept = this.kept.get(`${texts}:${productId}`)
        if (kept === undefined) missing.add(productId)
        else wanted.set(productId, kept)
      }
    for (const [productId, vector] of await this.load(texts, [...missing])) {
      this.kept.set(`${texts}:${productId}`, vector)
      wanted.set(productId, vector)
    }
    return productId => wanted.get(productId)
  }

  /** After products got other words. */
  forget(): void {
    this.kept.clear()
  }

  /** Also those that have none: else they would be asked for again and again. */
  private async load(space: string, productIds: readonly string[]): Promise<Map<string, Float32Array>> {
    const found = new Map<string, Float32Array>(productIds.map(id => [id, NONE]))
    if (productIds.length === 0) return found
    const rows = await this.sql.query<{ id: string; vector: Buffer }>(
      "SELECT id, vector FROM text_vectors WHERE space = $1 AND kind = 'product' AND id = ANY($2)",
      [space, productIds],
    )
    for (const { id, vector } of rows) found.set(id, vectorOf(vector))
    return found
  }
}
