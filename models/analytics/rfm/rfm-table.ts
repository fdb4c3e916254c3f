import { segmentOf, segments } from '../../segments.ts'
import { type QuintileColumns, quintileColumns } from './quintile-columns.ts'
import type { RfmColumns } from './rfm-columns.ts'
import { type Fences, tukeyFences } from './tukey-fences.ts'

const DAY = 86_400_000

/** Bits of `flags`: far outside what is usual in a dimension; exactly one order; a first order within the days that are new. */
export const RFM_FLAGS = { recency: 1, frequency: 2, monetary: 4, single: 8, new: 16 } as const

/** What no segment is: customers without a purchase. */
export const NO_SEGMENT = 255

export interface RfmTable {
  readonly facts: RfmColumns
  /** Customers with a purchase. */
  readonly ranked: number
  /** max(0, whole days from the last purchase to `asOf`); −1 of who has none. */
  readonly recencyDays: Int32Array
  readonly r: QuintileColumns
  readonly f: QuintileColumns
  readonly m: QuintileColumns
  /** By the tied scores, an index into `names`; `NO_SEGMENT` of who has no purchase. */
  readonly segment: Uint8Array
  readonly names: readonly string[]
  readonly flags: Uint8Array
  /** Of recency days, orders and gross, over customers with a purchase. */
  readonly fences: { readonly recency: Fences; readonly frequency: Fences; readonly monetary: Fences }
}

export interface RfmTableOptions {
  /** Epoch ms from which recency is measured; it hides no later purchase. */
  readonly asOf: number
  /** All customers in code-point order of their ids (`codePointOrder`): ties of the rank-first quintiles go by it. */
  readonly byId: Int32Array
  /** A first order within so many days before `asOf` makes a customer new. */
  readonly newDays: number
}

/** Scores, segments and flags of all customers, from their facts. */
export function rfmTable(facts: RfmColumns, { asOf, byId, newDays }: RfmTableOptions): RfmTable {
  const { firstAt, lastAt, orders, gross } = facts
  const ranked = byId.filter(customer => orders[customer]! > 0)
  const recencyDays = Int32Array.from(orders, (count, c) => (count > 0 ? Math.max(0, Math.floor((asOf - lastAt[c]!) / DAY)) : -1))
  const [r, f, m] = [
    quintileColumns(lastAt, ranked),
    quintileColumns(Float64Array.from(orders), ranked),
    quintileColumns(gross, ranked),
  ]
  const fencesOf = (values: Int32Array | Float64Array) => tukeyFences(Float64Array.from(ranked, customer => values[customer]!))
  const fences = { recency: fencesOf(recencyDays), frequency: fencesOf(orders), monetary: fencesOf(gross) }
  const flags = new Uint8Array(orders.length)
  const segment = new Uint8Array(orders.length).fill(NO_SEGMENT)
  const places = placesOf(segments)
  for (const c of ranked) {
    segment[c] = places[(r.tied[c]! - 1) * 5 + f.tied[c]! - 1]!
    flags[c] =
      (outside(fences.recency, recencyDays[c]!) ? RFM_FLAGS.recency : 0) |
      (outside(fences.frequency, orders[c]!) ? RFM_FLAGS.frequency : 0) |
      (outside(fences.monetary, gross[c]!) ? RFM_FLAGS.monetary : 0) |
      (orders[c] === 1 ? RFM_FLAGS.single : 0) |
      (firstAt[c]! > asOf - newDays * DAY && firstAt[c]! <= asOf ? RFM_FLAGS.new : 0)
  }
  return { facts, ranked: ranked.length, recencyDays, r, f, m, segment, names: segments, flags, fences }
}

const outside = ({ low, high }: Fences, value: number): boolean => value < low || value > high

/** Of each pair of scores, R first, which of the names is its segment. */
function placesOf(names: readonly string[]): Uint8Array {
  return Uint8Array.from({ length: 25 }, (_, at) => names.indexOf(segmentOf(Math.floor(at / 5) + 1, (at % 5) + 1)))
}
