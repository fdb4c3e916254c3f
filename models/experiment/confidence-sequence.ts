import { logGamma } from '../bandit/beta.ts'
import type { Interval } from '../uplift/interval.ts'
import type { Proportion } from '../uplift/proportions.ts'

/** How sure an interval is: it misses the truth, ever, in at most this share of experiments. */
export const ALPHA = 0.05

/**
 * Between which bounds a share lies, at all times at once: whoever looks after every customer, and stops whenever they like, is wrong in at most `alpha`
 * of all experiments. An interval for a fixed number of customers (Wilson's, say) is wrong far more often when it is looked at again and again.
 *
 * Robbins' method of mixtures (Robbins 1970; the beta-binomial mixture of Howard, Ramdas, McAuliffe & Sekhon 2021, "Time-uniform, nonparametric,
 * nonasymptotic confidence sequences", Annals of Statistics 49): of hits that come with chance p,
 *   M(p) = ∫ q^hits (1 − q)^misses dBeta(½, ½)(q) / (p^hits (1 − p)^misses)
 * is a martingale that begins at 1, so by Ville's inequality it ever reaches 1/alpha with a chance of at most alpha. The bounds are where it does not.
 * That is exact for any number of customers, and holds as well where the past of all variants decides who gets this one (Thompson sampling):
 * a customer of a variant hits with chance p whatever made them its customer.
 */
export function rateSequence({ of, hits }: Proportion, alpha = ALPHA): { readonly low: number; readonly high: number } {
  const most = Math.log(1 / alpha) - logMixture({ of, hits })
  const inside = (p: number) => cost({ of, hits }, p) <= most
  const best = of === 0 ? 0.5 : hits / of
  return { low: edge(best, 0, inside), high: edge(best, 1, inside) }
}

/**
 * By how much the share of `these` is above that of `others`, at all times at once. The product of both martingales is one, whichever of the two the next
 * customer is given to; so the pairs (p, q) for which it stays below 1/alpha hold the true pair, and the bounds are the least and greatest p − q
 * among them (as in Turner & Grünwald 2023, "Exact anytime-valid confidence intervals for contingency tables and beyond"). The pairs are a convex set, so
 * its edges are found by moving both shares apart at one rate κ until it is left (Lagrange): each is then the root of a quadratic.
 */
export function differenceSequence(these: Proportion, others: Proportion, alpha = ALPHA): Interval {
  const shareOf = ({ of, hits }: Proportion) => (of === 0 ? 0.5 : hits / of)
  return {
    difference: shareOf(these) - shareOf(others),
    low: -farthest(others, these, alpha),
    high: farthest(these, others, alpha),
  }
}

/** The greatest p − q. */
function farthest(up: Proportion, down: Proportion, alpha: number): number {
  const most = Math.log(1 / alpha) - logMixture(up) - logMixture(down)
  const apart = (rate: number) => [pushed(up, rate), pushed(down, -rate)] as const
  let [low, high] = [-20, 60] // of ln κ
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    const [p, q] = apart(Math.exp(middle))
    if (cost(up, p) + cost(down, q) <= most) low = middle
    else high = middle
  }
  const [p, q] = apart(Math.exp(high))
  return p - q
}

/** The share at which `cost` rises by `rate`: the root of rate·p² + (of − rate)·p − hits in [0, 1], in the form that loses no digits. */
function pushed({ of, hits }: Proportion, rate: number): number {
  if (of === 0) return rate > 0 ? 1 : 0
  const middle = of - rate
  const root = Math.sqrt(middle * middle + 4 * rate * hits)
  const p = middle > 0 ? (2 * hits) / (middle + root) : (root - middle) / (2 * rate)
  return Math.min(1, Math.max(0, p))
}

/** −ln of p^hits (1 − p)^misses; convex in p. */
const cost = ({ of, hits }: Proportion, p: number): number => -(times(hits, Math.log(p)) + times(of - hits, Math.log1p(-p)))

const times = (count: number, log: number): number => (count === 0 ? 0 : count * log)

/** ln of B(½ + hits, ½ + misses) / B(½, ½). */
const logMixture = ({ of, hits }: Proportion): number =>
  logGamma(0.5 + hits) + logGamma(0.5 + of - hits) - logGamma(1 + of) - Math.log(Math.PI)

/** How far from `inner`, which is inside, towards `outer` one stays inside. */
function edge(inner: number, outer: number, inside: (p: number) => boolean): number {
  if (inside(outer)) return outer
  let [near, far] = [inner, outer]
  for (let i = 0; i < 60; i++) {
    const middle = (near + far) / 2
    if (inside(middle)) near = middle
    else far = middle
  }
  return far
}
