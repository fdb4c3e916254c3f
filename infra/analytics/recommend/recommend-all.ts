import type { ShopColumns } from '../shop-columns.ts'
export interface ShopRecommendations {
  readonly start: Int32Array
  readonly product: Int32Array
  readonly confidence: Float64Array
  readonly chance: Float64Array
  readonly low: Float64Array
  readonly high: Float64Array
  readonly why: Uint8Array
  readonly strategies: readonly string[]
  readonly days: number
}
export async function recommendAll(
  shop: ShopColumns,
  _options: unknown,
  _watching: { say: (what: string) => void; signal: AbortSignal },
): Promise<ShopRecommendations> {
  const none = () => new Float64Array(0)
  return {
    start: new Int32Array(shop.customers.id.length + 1),
    product: new Int32Array(0),
    confidence: none(),
    chance: none(),
    low: none(),
    high: none(),
    why: new Uint8Array(0),
    strategies: [],
    days: 30,
  }
}
