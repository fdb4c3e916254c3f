const DIGIT = 16
const DIGITS = 2 ** DIGIT

/**
 * The rows ordered by their values, ascending; rows of the same value keep the order in which they were given. 0 and −0 are the same.
 *
 * A radix sort by the least significant digit of the doubles' bits (Knuth, TAOCP 5.2.5), four digits of 16 bits; a digit that all have in common, as
 * the lowest of small whole numbers, costs no pass. It takes a few ms for 100,000 rows, where sorting by a comparison takes fifty.
 *
 * @param values by row, none NaN
 */
export function stableOrder(values: Float64Array, rows: Int32Array): Int32Array {
  const halves = sortableHalves(values)
  const counts = new Uint32Array(DIGITS)
  let [from, to] = [rows.slice(), new Int32Array(rows.length)]
  for (const [half, shift] of [
    [0, 0],
    [0, DIGIT],
    [1, 0],
    [1, DIGIT],
  ] as const) {
    counts.fill(0)
    for (const row of from) counts[(halves[2 * row + half]! >>> shift) & (DIGITS - 1)]!++
    if (from.length === 0 || counts[(halves[2 * from[0]! + half]! >>> shift) & (DIGITS - 1)] === from.length) continue
    for (let digit = 0, sum = 0; digit < DIGITS; digit++) {
      const count = counts[digit]!
      counts[digit] = sum
      sum += count
    }
    for (const row of from) to[counts[(halves[2 * row + half]! >>> shift) & (DIGITS - 1)]!++] = row
    ;[from, to] = [to, from]
  }
  return from
}

/** The bits of doubles as two whole numbers each, the lower one first, such that they stand in the order of the doubles. */
function sortableHalves(values: Float64Array): Uint32Array {
  const halves = new Uint32Array(2 * values.length)
  const one = new DataView(new ArrayBuffer(8))
  for (let i = 0; i < values.length; i++) {
    one.setFloat64(0, values[i]! + 0) // −0 + 0 is 0
    const [high, low] = [one.getUint32(0), one.getUint32(4)]
    const negative = high >>> 31 === 1
    halves[2 * i] = negative ? ~low : low
    halves[2 * i + 1] = negative ? ~high : high | 0x80000000
  }
  return halves
}
