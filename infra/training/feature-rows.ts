import { FEATURES } from '../../models/ranker/features.ts'
import type { Example, Examples } from '../../models/ranker/train-judges.ts'

/** What stands before the features in a row: which list it is of, whether the customer never bought the product, whether they then did. */
export const COLUMNS: readonly string[] = ['list', 'fresh', 'taken', ...FEATURES]

export const rowsIn = (examples: Examples): number => {
  let rows = 0
  for (const { taken } of examples) rows += taken.length
  return rows
}

/** The rows of one list, row-major by COLUMNS. */
export function rowsOf({ values, taken, fresh }: Example, list: number): Float32Array {
  const rows = new Float32Array(taken.length * COLUMNS.length)
  for (const [row, was] of taken.entries()) {
    const at = row * COLUMNS.length
    rows.set([list, row < fresh ? 1 : 0, was ? 1 : 0], at)
    rows.set(values.subarray(row * FEATURES.length, (row + 1) * FEATURES.length), at + 3)
  }
  return rows
}
