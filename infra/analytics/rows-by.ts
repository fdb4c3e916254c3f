/** Rows by a whole number from 0 up to `keys`: those of key k stand in `row` from `start[k]` up to `start[k + 1]`, in the order they are in. */
export interface RowsBy {
  readonly start: Int32Array
  readonly row: Int32Array
}

/** By counting (Knuth, The Art of Computer Programming 3, §5.2): two passes over the keys. */
export function rowsBy(keyOf: Int32Array, keys: number): RowsBy {
  const start = new Int32Array(keys + 1)
  for (let i = 0; i < keyOf.length; i++) start[keyOf[i]! + 1]!++
  for (let k = 0; k < keys; k++) start[k + 1]! += start[k]!
  const next = start.slice()
  const row = new Int32Array(keyOf.length)
  for (let i = 0; i < keyOf.length; i++) row[next[keyOf[i]!]!++] = i
  return { start, row }
}
