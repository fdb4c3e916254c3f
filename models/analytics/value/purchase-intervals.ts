import { digamma } from './digamma.ts'
import type { PurchaseDays } from './purchase-days.ts'

/** How evenly customers buy. */
export interface PurchaseIntervals {
  /** Of each customer: the mean of the days between purchases, and their standard deviation by it (coefficient of variation); −1 where unknown. */
  readonly meanDays: Float64Array
  readonly variation: Float64Array
  /** The shape of a gamma of those days: 1 as if by chance (Poisson), above even, below in bursts; −1 below FEW intervals. */
  readonly shape: Float64Array
  /** Of all customers together, by Wheat & Morrison; null with too few. */
  readonly overall: { readonly shape: number; readonly customers: number } | null
}

export type Rhythm = 'unknown' | 'in bursts' | 'by chance' | 'regular'

/** A shape of fewer intervals is mostly luck. */
const FEW = 4
/** A gamma that even is a clock. */
const MOST = 1000
const FEW_CUSTOMERS = 30

/** In a word, by shape. */
export function rhythmOf(shape: number): Rhythm {
  if (shape < 0) return 'unknown'
  if (shape < 0.75) return 'in bursts'
  return shape < 2 ? 'by chance' : 'regular'
}

export function purchaseIntervals({ start, day }: PurchaseDays): PurchaseIntervals {
  const customers = start.length - 1
  const unknown = () => new Float64Array(customers).fill(-1)
  const found = { meanDays: unknown(), variation: unknown(), shape: unknown() }
  const even = new Evenness()
  for (let c = 0; c < customers; c++) {
    const [from, end] = [start[c]!, start[c + 1]!]
    const gaps = end - from - 1
    if (gaps < 1) continue
    const mean = (day[end - 1]! - day[from]!) / gaps
    let [squares, logs] = [0, 0]
    for (let at = from + 1; at < end; at++) {
      const gap = day[at]! - day[at - 1]!
      squares += (gap - mean) ** 2
      logs += Math.log(gap)
    }
    found.meanDays[c] = mean
    if (gaps > 1) {
      found.variation[c] = Math.sqrt(squares / (gaps - 1)) / mean
      even.add(day[end - 1]! - day[end - 2]!, day[end - 2]! - day[end - 3]!)
    }
    if (gaps >= FEW) found.shape[c] = gammaShape(Math.log(mean) - logs / gaps, gaps)
  }
  return { ...found, overall: even.shape() }
}

/**
 * The shape of a gamma by maximum likelihood, by Newton's steps from Minka's start (2002, "Estimating a Gamma distribution"), with the first-order correction
 * of its bias, which is large for few values (Johnson, Kotz & Balakrishnan 1994, §17.7).
 * @param s the logarithm of the mean, less the mean of logarithms
 */
export function gammaShape(s: number, of: number): number {
  if (s < 1 / (2 * MOST)) return MOST
  let shape = (3 - s + Math.sqrt((s - 3) ** 2 + 24 * s)) / (12 * s)
  for (let step = 0; step < 8; step++) {
    const slope = 1 / shape - (digamma(shape * (1 + 1e-5)) - digamma(shape * (1 - 1e-5))) / (2e-5 * shape)
    shape = 1 / (1 / shape + (Math.log(shape) - digamma(shape) - s) / (shape * shape * slope))
  }
  return Math.min(MOST, ((of - 3) * shape + 2 / 3) / of)
}

/**
 * The shape that all customers share, whatever their rates: of two successive intervals, each one's share of both is Beta(k, k), so k = (1 − 4V) / (8V) of
 * its variance V about a half (Wheat & Morrison 1990, "Estimating Purchase Regularity with Two Interpurchase Times", Journal of Marketing Research 27).
 */
class Evenness {
  private customers = 0
  private squares = 0

  add(one: number, other: number): void {
    this.customers++
    this.squares += (one / (one + other) - 0.5) ** 2
  }

  shape(): { shape: number; customers: number } | null {
    const { customers } = this
    if (customers < FEW_CUSTOMERS) return null
    const variance = this.squares / customers
    return { shape: variance < 1e-6 ? MOST : Math.min(MOST, (1 - 4 * variance) / (8 * variance)), customers }
  }
}
