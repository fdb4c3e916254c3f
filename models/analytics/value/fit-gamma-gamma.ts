import { covarianceAt } from './covariance.ts'
import { estimatedOf, type Fitted, warningsOf } from './fitted.ts'
import {
  expectedAmount,
  GAMMA_GAMMA_PARAMETERS,
  type GammaGamma,
  gammaGammaLoss,
  gammaGammaOf,
  type Spenders,
} from './gamma-gamma.ts'
import { minimise } from './minimise.ts'
import { type Bounds, beyond, walled } from './walled.ts'

/** Of logarithms, amounts in units of their geometric mean. At q = 1 and below, what customers spend has no mean. */
const BOUNDS: readonly Bounds[] = [
  { low: -7, high: 10 },
  { low: Math.log(1.1), high: 10 },
  { low: -12, high: 12 },
]
const STARTS = [
  [2, 3, 1],
  [6, 4, 0.5],
  [0.5, 2, 2],
] as const
/** So many customers are enough to tell which start leads lowest. */
const TRIED_ON = 10_000
/** As of BG/NBD (fit-bg-nbd.ts). */
const FLAT = 1e-6
const FLAT_AT_EDGE = 1e-3

const AT_EDGE: Readonly<Record<string, string>> = {
  p: 'What a customer spends differs between their purchases either hardly at all or beyond measure: p is at its edge.',
  q: 'What customers spend differs between them either hardly at all or so much that a few decide every average: q is at its edge.',
  v: 'What customers spend cannot be told from how much they differ in it: v is at its edge.',
}

/** Those who came back and spent something then. */
export function spendersOf({ repeats, meanAmount }: Spenders): Spenders {
  const back = Uint32Array.from(repeats, (_, i) => i).filter(i => repeats[i]! > 0 && meanAmount[i]! > 0)
  return { repeats: Int32Array.from(back, i => repeats[i]!), meanAmount: Float64Array.from(back, i => meanAmount[i]!) }
}

/** Gamma–Gamma by maximum likelihood, of customers with a repeat purchase of more than 0; the others are left out. About 30 passes over them. */
export function fitGammaGamma(buyers: Spenders): Fitted<GammaGamma> {
  const { repeats, meanAmount } = spendersOf(buyers)
  const customers = repeats.length
  if (customers < 2)
    return {
      kind: 'not_fitted',
      reason: 'too_few',
      says: 'Fewer than two customers came back and spent something: nothing tells how they differ.',
    }
  const unit = Math.exp(meanAmount.reduce((sum, one) => sum + Math.log(one), 0) / customers)
  const scaled = { repeats, meanAmount: meanAmount.map(one => one / unit) }
  const loss = gammaGammaLoss(scaled)
  const { at, value, slope } = minimise(walled(loss, BOUNDS), lowest(scaled))
  const edges = beyond(at, BOUNDS)
  if (!(slope < (edges.includes(true) ? FLAT_AT_EDGE : FLAT) * (1 + Math.abs(value))) || !Number.isFinite(value))
    return { kind: 'not_fitted', reason: 'no_optimum', says: 'The search for the most likely parameters came to no end.' }
  const covariance = covarianceAt(loss, at, customers, edges)
  const logs = at.map((one, i) => (i === 2 ? one + Math.log(unit) : one))
  const parameters = estimatedOf(GAMMA_GAMMA_PARAMETERS, logs, covariance, edges)
  // A density of amounts in another unit is as many times higher: once for each customer.
  const logLikelihood = -customers * (loss(at, new Float64Array(3)) + Math.log(unit))
  const warnings = warningsOf(parameters, covariance, AT_EDGE)
  return { kind: 'fitted', model: gammaGammaOf(at, unit), parameters, logs, covariance, logLikelihood, customers, warnings }
}

/** Where the best of the starts leads, by some of the customers: every so-manieth, the same every time. */
function lowest({ repeats, meanAmount }: Spenders): Float64Array {
  const apart = Math.ceil(repeats.length / TRIED_ON)
  const some = { repeats: repeats.filter((_, i) => i % apart === 0), meanAmount: meanAmount.filter((_, i) => i % apart === 0) }
  const of = walled(gammaGammaLoss(some), BOUNDS)
  const minima = STARTS.map(start => minimise(of, Float64Array.from(start, Math.log)))
  return minima.reduce((best, one) => (one.value < best.value ? one : best)).at
}

/**
 * What each customer is expected to spend on a purchase day. Without a model it is what they spent on repeat days until now, and of those without one, what
 * all others did.
 */
export function expectedAmounts(buyers: Spenders, fit: Fitted<GammaGamma>): Float64Array {
  const { repeats, meanAmount } = buyers
  if (fit.kind === 'fitted') return meanAmount.map((mean, i) => expectedAmount(fit.model, mean > 0 ? repeats[i]! : 0, mean))
  const spent = meanAmount.reduce((sum, mean, i) => sum + mean * repeats[i]!, 0)
  const days = repeats.reduce((sum, one) => sum + one, 0)
  return meanAmount.map((mean, i) => (repeats[i]! > 0 ? mean : days === 0 ? 0 : spent / days))
}
