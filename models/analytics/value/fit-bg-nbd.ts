import { type AlikeBuyers, alikeBuyers } from './alike-buyers.ts'
import { BG_NBD_PARAMETERS, type BgNbd, bgNbdLoss, bgNbdOf, DAY_OF_WEEK } from './bg-nbd.ts'
import { covarianceAt } from './covariance.ts'
import { estimatedOf, type Fitted, warningsOf } from './fitted.ts'
import { type Minimum, minimise } from './minimise.ts'
import { type Bounds, beyond, walled } from './walled.ts'

/** Of logarithms. Beyond 20,000 a gamma or beta is a single value to any eye; days say nothing of times far below one. */
const SHAPE: Bounds = { low: -7, high: 10 }
const BOUNDS: readonly Bounds[] = [SHAPE, { low: -4, high: 10 }, SHAPE, SHAPE]
/** r, a, b to begin at; alpha comes of how often customers buy. */
const STARTS = [
  [0.3, 0.5, 2],
  [2, 0.5, 2],
  [0.3, 2, 4],
  [2, 0.05, 1],
] as const
/** So many groups are enough to tell which start leads lowest. */
const TRIED_ON = 10_000
/** A slope per customer and unit of a logarithm: below, no parameter moves in its first five digits. */
const FLAT = 1e-6
/** At an edge gammas and betas are of tens of thousands, and rounding alone makes slopes; nothing that is forecast depends on it there. */
const FLAT_AT_EDGE = 1e-3

const AT_EDGE: Readonly<Record<string, string>> = {
  r: 'Customers differ in how often they buy either hardly at all or beyond measure: r is at its edge.',
  alpha: 'How often customers buy cannot be told from how much they differ in it: alpha is at its edge.',
  a: 'Either hardly anybody stops buying, or all are equally likely to: a is at its edge.',
  b: 'Either nearly everybody stops after a purchase, or hardly anybody does: b is at its edge.',
}

/**
 * BG/NBD by maximum likelihood, from several starts: the surface has flat ridges (r with alpha, a with b) on which one start may stay. Takes time in
 * proportion to how many different customers there are (AlikeBuyers), about 50 passes over them.
 */
export function fitBgNbd(buyers: Parameters<typeof alikeBuyers>[0]): Fitted<BgNbd> {
  return fitAlike(alikeBuyers(buyers))
}

/** The same for customers who were grouped before. */
export function fitAlike(groups: AlikeBuyers): Fitted<BgNbd> {
  const [repeats, weeks] = [weighed(groups, groups.repeats), weighed(groups, groups.age) * DAY_OF_WEEK]
  if (groups.customers < 2)
    return { kind: 'not_fitted', reason: 'too_few', says: 'Fewer than two customers bought: nothing tells how customers differ.' }
  if (repeats === 0)
    return {
      kind: 'not_fitted',
      reason: 'no_repeats',
      says: 'Nobody bought on a second day: nothing tells how often customers come back.',
    }
  const loss = bgNbdLoss(groups)
  const { at, value, slope } = minimise(walled(loss, BOUNDS), lowest(groups, repeats / weeks).at)
  const edges = beyond(at, BOUNDS)
  if (!(slope < (edges.includes(true) ? FLAT_AT_EDGE : FLAT) * (1 + Math.abs(value))) || !Number.isFinite(value))
    return { kind: 'not_fitted', reason: 'no_optimum', says: 'The search for the most likely parameters came to no end.' }
  const covariance = covarianceAt(loss, at, groups.customers, edges)
  const parameters = estimatedOf(BG_NBD_PARAMETERS, at, covariance, edges)
  return {
    kind: 'fitted',
    model: bgNbdOf(at),
    parameters,
    logs: at,
    covariance,
    logLikelihood: -loss(at, new Float64Array(4)) * groups.customers,
    customers: groups.customers,
    warnings: warningsOf(parameters, covariance, AT_EDGE),
  }
}

/** Where the best of the starts leads, by some of the groups. @param rate repeat purchases a week */
function lowest(groups: AlikeBuyers, rate: number): Minimum {
  const of = walled(bgNbdLoss(someOf(groups)), BOUNDS)
  const minima = STARTS.map(([r, a, b]) => minimise(of, Float64Array.of(r, r / rate, a, b).map(Math.log)))
  return minima.reduce((best, one) => (one.value < best.value ? one : best))
}

/** Every so-manieth group: the same every time. */
export function someOf(groups: AlikeBuyers, most = TRIED_ON): AlikeBuyers {
  const apart = Math.ceil(groups.size.length / most)
  if (apart <= 1) return groups
  const of = (column: Int32Array) => column.filter((_, g) => g % apart === 0)
  const size = of(groups.size)
  const customers = size.reduce((sum, one) => sum + one, 0)
  return { repeats: of(groups.repeats), last: of(groups.last), age: of(groups.age), size, customers, groupOf: new Int32Array(0) }
}

const weighed = ({ size }: AlikeBuyers, column: Int32Array): number => column.reduce((sum, one, g) => sum + one * size[g]!, 0)
