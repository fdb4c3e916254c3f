import type { Feature } from '../../../../models/analytics/clusters/standardise.ts'
import { Random } from '../../../../models/random.ts'

export interface Planted {
  readonly features: readonly Feature[]
  /** Of each row, the kind it was drawn from. */
  readonly kinds: Int32Array
}

/** Standard normal numbers (Box & Muller 1958). */
export const normalOf = (random: Random) => (): number =>
  Math.sqrt(-2 * Math.log(1 - random.float())) * Math.cos(2 * Math.PI * random.float())

/** Customers of kinds with these middles, spread as log-normals do: `spread` is the deviation of the logarithm. */
export function plantedKinds(middles: readonly (readonly number[])[], rows: number, spread: number, seed: number): Planted {
  const random = new Random('planted', seed)
  const normal = normalOf(random)
  const kinds = Int32Array.from({ length: rows }, () => random.int(0, middles.length - 1))
  const names = ['recency', 'frequency', 'monetary']
  const features = names.map((name, f) => ({
    name,
    values: Float64Array.from(kinds, kind => middles[kind]![f]! * Math.exp(spread * normal())),
  }))
  return { features, kinds }
}

/** Four kinds of customers: the best, regulars who faded, one large order lately, one small order long ago. */
export const FOUR_KINDS = [
  [5, 30, 5000],
  [150, 15, 4000],
  [10, 1.5, 4000],
  [400, 1.2, 60],
]
