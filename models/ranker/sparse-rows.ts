/** A square matrix of which each row keeps its largest entries by size: `width` of them, padded with weight 0, by rising column. Row i is what having item i tells of the others. */
export interface SparseRows {
  readonly width: number
  readonly columns: Uint16Array
  readonly weights: Float32Array
}

/** @param matrix row-major n × n, n at most 65,536 */
export function sparsify(matrix: Float32Array, n: number, width: number): SparseRows {
  const most = Math.min(width, n)
  const columns = new Uint16Array(n * most)
  const weights = new Float32Array(n * most)
  const sizes = new Float32Array(n)
  for (let i = 0; i < n; i++) {
    const row = matrix.subarray(i * n, (i + 1) * n)
    for (let j = 0; j < n; j++) sizes[j] = Math.abs(row[j]!)
    const least = n <= most ? 0 : sizes.slice().sort()[n - most]!
    let k = i * most
    for (let j = 0; j < n && k < (i + 1) * most; j++) {
      if (row[j] === 0 || sizes[j]! < least) continue
      columns[k] = j
      weights[k++] = row[j]!
    }
    columns.fill(columns[k - 1] ?? 0, k, (i + 1) * most)
  }
  return { width: most, columns, weights }
}

/** Adds `share` times row `item` to `sums`. */
export function addRow({ width, columns, weights }: SparseRows, item: number, share: number, sums: Float64Array): void {
  for (let k = item * width, end = k + width; k < end; k++) sums[columns[k]!]! += share * weights[k]!
}

/** What row `item` says of another, 0 where that was not kept. Halves without a branch: which half it is, nobody can guess. */
export function entryOf({ width, columns, weights }: SparseRows, item: number, other: number): number {
  let low = item * width
  for (let left = width; left > 1; ) {
    const half = left >> 1
    low += half & ((columns[low + half - 1]! - other) >> 31)
    left -= half
  }
  return width > 0 && columns[low] === other ? weights[low]! : 0
}
