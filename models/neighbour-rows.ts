import { beyondChance } from './association.ts'
import type { ItemIndex } from './item-index.ts'
import { weightOf } from './item-similarity.ts'

/** What leads from each product to others, by number: those from `start[a]` up to `start[a + 1]`, each with a value above zero. */
export interface Rows {
  readonly start: Int32Array
  readonly other: Int32Array
  readonly value: Float64Array
}

/** As ItemIndex tells it visit by visit: who shares customers with whom (`similar`, 0–1), and what goes with what beyond chance (`beyond`, 0–1). Worked out once for all who are asked for at one instant. */
export function neighbourRows(items: ItemIndex, products: number, now: number): { similar: Rows; beyond: Rows } {
  const today = weightOf(now)
  return {
    similar: rowsOf(products, (a, visit) => items.forEachNeighbour(a, today, visit)),
    beyond: rowsOf(products, (a, visit) => {
      const first = items.companyOf(a)
      items.forEachShared(a, (b, both) => visit(b, beyondChance(both, first, items.companyOf(b), items.allCompany)))
    }),
  }
}

function rowsOf(products: number, each: (a: number, visit: (b: number, value: number) => void) => void): Rows {
  const start = new Int32Array(products + 1)
  const [others, values]: [number[], number[]] = [[], []]
  for (let a = 0; a < products; a++) {
    each(a, (b, value) => {
      if (!(value > 0)) return
      others.push(b)
      values.push(value)
    })
    start[a + 1] = others.length
  }
  return { start, other: Int32Array.from(others), value: Float64Array.from(values) }
}
