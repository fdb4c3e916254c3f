/**
 * Numbers anew what a column names, in the order in which it first comes, from `from` on; what lies below keeps its number.
 *
 * @param size how many numbers there are
 * @returns which of the old numbers are left, from `from` on, by their new ones
 */
export function renumber(column: Int32Array, from: number, size: number): Int32Array {
  const renamed = new Int32Array(Math.max(0, size - from)).fill(-1)
  const left = new Int32Array(renamed.length)
  let next = 0
  for (let at = 0; at < column.length; at++) {
    const old = column[at]! - from
    if (old < 0) continue
    if (renamed[old] === -1) {
      left[next] = old + from
      renamed[old] = next++
    }
    column[at] = renamed[old]! + from
  }
  return left.subarray(0, next)
}
