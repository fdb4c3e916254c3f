import type { Random } from './random.ts'

/** So many different numbers below `count`, ascending, every set as likely (selection sampling: Knuth, TAOCP 3.4.2, algorithm S). */
export function sampleOf(count: number, size: number, random: Random): Int32Array {
  const rows = new Int32Array(Math.min(size, count))
  for (let i = 0, taken = 0; taken < rows.length; i++) if (random.float() * (count - i) < rows.length - taken) rows[taken++] = i
  return rows
}

/** These rows of a row-major table of points, `d` numbers each. */
export function rowsAt(points: Float64Array, d: number, rows: Int32Array): Float64Array {
  const out = new Float64Array(rows.length * d)
  for (let i = 0; i < rows.length; i++) for (let f = 0; f < d; f++) out[i * d + f] = points[rows[i]! * d + f]!
  return out
}
