import { beyondChance } from './association.ts'
import type { ItemIndex } from './item-index.ts'
import { similarity, weightOf } from './item-similarity.ts'

/** What leads from each product to others, by number: those from `start[a]` up to `start[a + 1]`. */
export interface NeighbourRows {
  readonly start: Int32Array
  readonly other: Int32Array
  /** Two numbers a neighbour, side by side for those who need both: how much they share customers (0–1), and how surely the other goes with it beyond chance (0–1). */
  readonly value: Float64Array
  /** The weight of the customers of both. */
  readonly shared: Float64Array
}

/** As ItemIndex and `beyondChance` tell it visit by visit, worked out once for all who are asked for at one instant (`now`, epoch ms). */
export function neighbourRows(items: ItemIndex, products: number, now: number): NeighbourRows {
  const today = weightOf(now)
  const start = new Int32Array(products + 1)
  const [others, values, weights]: [number[], number[], number[]] = [[], [], []]
  for (let a = 0; a < products; a++) {
    const [first, norm] = [items.companyOf(a), items.item(a)?.norm ?? 0]
    items.forEachShared(a, (b, both) => {
      others.push(b)
      weights.push(both)
      values.push(similarity(both, norm, items.item(b)!.norm, today))
      values.push(beyondChance(both, first, items.companyOf(b), items.allCompany))
    })
    start[a + 1] = others.length
  }
  return { start, other: Int32Array.from(others), value: Float64Array.from(values), shared: Float64Array.from(weights) }
}
