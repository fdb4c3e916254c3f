import type { AlikeBuyers } from './alike-buyers.ts'

/**
 * BG/NBD (Fader, Hardie & Lee 2005, "Counting Your Customers" the Easy Way, Marketing Science 24): while alive, a customer buys again at rate λ a week, which
 * is Gamma(r, alpha) among customers; after each repeat purchase they leave for good with chance p, which is Beta(a, b).
 */
export interface BgNbd {
  readonly r: number
  /** In weeks. */
  readonly alpha: number
  readonly a: number
  readonly b: number
}

export const BG_NBD_PARAMETERS = ['r', 'alpha', 'a', 'b'] as const

/** A day in weeks, the unit of time of the literature. */
export const DAY_OF_WEEK = 1 / 7

/** From logarithms in the order of BG_NBD_PARAMETERS. */
export function bgNbdOf([r, alpha, a, b]: Float64Array): BgNbd {
  return { r: Math.exp(r!), alpha: Math.exp(alpha!), a: Math.exp(a!), b: Math.exp(b!) }
}

/**
 * The mean over customers of minus the log-likelihood (their formula 6, A.3), and its slopes by the logarithms of r, alpha, a, b.
 *
 * The two ways in which nothing was bought since the last purchase, alive and not, are summed as logarithms. Γ occurs only in ratios whose arguments lie a
 * whole number apart, which are products: tables by repeats and by days, so that a group costs one exponential and one logarithm.
 */
export function bgNbdLoss(groups: AlikeBuyers): (logs: Float64Array, slopes: Float64Array) => number {
  const { repeats, last, age, size, customers } = groups
  const [most, oldest] = [largest(repeats), largest(age)]
  const tables = new Tables(most, oldest)
  return (logs, slopes) => {
    const { r, alpha, a, b } = bgNbdOf(logs)
    const { log, inverse, fixed, byR, byA, byB, ifGone } = tables.fill({ r, alpha, a, b })
    let [sum, toR, toAlpha, toA, toB] = [0, 0, 0, 0, 0]
    for (let g = 0; g < size.length; g++) {
      const [x, t, T, n] = [repeats[g]!, last[g]!, age[g]!, size[g]!]
      const rate = r + x
      let [told, gone] = [fixed[x]! - rate * log[T]!, 0]
      if (x > 0) {
        const odds = ifGone[x]! + rate * (log[T]! - log[t]!)
        const small = Math.exp(-Math.abs(odds))
        told += Math.max(odds, 0) + Math.log1p(small)
        gone = (odds > 0 ? 1 : small) / (1 + small)
      }
      sum += n * told
      toR += n * (byR[x]! - log[T]! + gone * (log[T]! - log[t]!))
      toAlpha -= n * rate * ((1 - gone) * inverse[T]! + gone * inverse[t]!)
      toA += n * (byA[x]! + gone / a)
      toB += n * (byB[x]! - (x > 0 ? gone / (b + x - 1) : 0))
    }
    slopes[0] = (-r * toR) / customers
    slopes[1] = -r - (alpha * toAlpha) / customers
    slopes[2] = (-a * toA) / customers
    slopes[3] = (-b * toB) / customers
    return -sum / customers
  }
}

/** The chance that somebody is still a customer (Fader, Hardie & Lee 2008, note "Computing P(alive) Using the BG/NBD Model"); 1 without a repeat purchase. */
export function aliveChance({ r, alpha, a, b }: BgNbd, repeats: number, last: number, age: number): number {
  if (repeats === 0) return 1
  const [t, T] = [last * DAY_OF_WEEK, age * DAY_OF_WEEK]
  const odds = Math.log(a / (b + repeats - 1)) + (r + repeats) * Math.log1p((T - t) / (alpha + t))
  return odds > 0 ? Math.exp(-odds) / (1 + Math.exp(-odds)) : 1 / (1 + Math.exp(odds))
}

/** What depends on repeats alone, or on a number of days alone. */
class Tables {
  /** ln(alpha + days) and 1 / (alpha + days). */
  readonly log: Float64Array
  readonly inverse: Float64Array
  /** ln of Γ(r + x) alpha^r / Γ(r) · B(a, b + x) / B(a, b), and its derivatives by r (without that of alpha^r's exponent's alpha), a and b. */
  readonly fixed: Float64Array
  readonly byR: Float64Array
  readonly byA: Float64Array
  readonly byB: Float64Array
  /** ln of a / (b + x − 1). */
  readonly ifGone: Float64Array

  constructor(most: number, oldest: number) {
    this.log = new Float64Array(oldest + 1)
    this.inverse = new Float64Array(oldest + 1)
    const byRepeats = () => new Float64Array(most + 1)
    this.fixed = byRepeats()
    this.byR = byRepeats()
    this.byA = byRepeats()
    this.byB = byRepeats()
    this.ifGone = byRepeats()
  }

  fill({ r, alpha, a, b }: BgNbd): this {
    for (let day = 0; day < this.log.length; day++) {
      this.log[day] = Math.log(alpha + day * DAY_OF_WEEK)
      this.inverse[day] = 1 / (alpha + day * DAY_OF_WEEK)
    }
    const { fixed, byR, byA, byB, ifGone } = this
    fixed[0] = r * Math.log(alpha)
    byR[0] = Math.log(alpha)
    for (let x = 1; x < fixed.length; x++) {
      const y = x - 1
      fixed[x] = fixed[y]! + Math.log(r + y) + Math.log((b + y) / (a + b + y))
      byR[x] = byR[y]! + 1 / (r + y)
      byA[x] = byA[y]! - 1 / (a + b + y)
      byB[x] = byB[y]! + 1 / (b + y) - 1 / (a + b + y)
      ifGone[x] = Math.log(a / (b + y))
    }
    return this
  }
}

const largest = (column: Int32Array): number => column.reduce((most, one) => Math.max(most, one), 0)
