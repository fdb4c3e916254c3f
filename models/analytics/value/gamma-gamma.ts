import { logGamma } from '../../bandit/beta.ts'
import { digamma } from './digamma.ts'

/**
 * Gamma–Gamma (Fader & Hardie 2013, "The Gamma-Gamma Model of Monetary Value"): what a customer spends on a purchase day is Gamma(p, ν) about a mean of their
 * own, and ν is Gamma(q, v) among customers. How much they spend goes with how often they buy in no way: spendsWithFrequency tells whether that holds.
 */
export interface GammaGamma {
  readonly p: number
  readonly q: number
  /** In the unit of amounts. */
  readonly v: number
}

export const GAMMA_GAMMA_PARAMETERS = ['p', 'q', 'v'] as const

export const gammaGammaOf = ([p, q, v]: Float64Array, unit: number): GammaGamma => ({
  p: Math.exp(p!),
  q: Math.exp(q!),
  v: unit * Math.exp(v!),
})

/** Customers who came back: on how many days, and what they spent on each, on average, above 0. */
export interface Spenders {
  readonly repeats: Int32Array
  readonly meanAmount: Float64Array
}

/** The mean over customers of minus the log-likelihood (formula 1a there) of amounts in any unit, and its slopes by the logarithms of p, q, v. */
export function gammaGammaLoss({ repeats, meanAmount }: Spenders): (logs: Float64Array, slopes: Float64Array) => number {
  const n = repeats.length
  const most = repeats.reduce((max, one) => Math.max(max, one), 0)
  const [ratio, slope] = [new Float64Array(most + 1), new Float64Array(most + 1)]
  const met = Uint8Array.from(ratio, () => 0)
  for (let i = 0; i < n; i++) met[repeats[i]!] = 1
  let logAmounts = 0
  for (let i = 0; i < n; i++) logAmounts += Math.log(meanAmount[i]!)
  return (logs, slopes) => {
    const { p, q, v } = gammaGammaOf(logs, 1)
    // Γ(px + q) / Γ(px) depends on the repeats alone: once for each number that occurs.
    for (let x = 1; x <= most; x++) {
      if (met[x] === 0) continue
      ratio[x] = logGamma(p * x + q) - logGamma(p * x)
      slope[x] = digamma(p * x + q)
    }
    const [logV, ownQ, ofP] = [Math.log(v), digamma(q), slopesOfP(p, met)]
    let [sum, toP, toQ, toV] = [-n * logGamma(q) - logAmounts, 0, 0, 0]
    for (let i = 0; i < n; i++) {
      const x = repeats[i]!
      const spent = x * meanAmount[i]!
      const whole = spent + v
      const [logSpent, logShare] = [Math.log(spent / whole), Math.log(whole)]
      sum += ratio[x]! + q * (logV - logShare) + p * x * logSpent
      toP += x * (slope[x]! - ofP[x]! + logSpent)
      toQ += slope[x]! - ownQ + logV - logShare
      toV += q / v - (p * x + q) / whole
    }
    slopes[0] = (-p * toP) / n
    slopes[1] = (-q * toQ) / n
    slopes[2] = (-v * toV) / n
    return -sum / n
  }
}

function slopesOfP(p: number, met: Uint8Array): Float64Array {
  return Float64Array.from(met, (is, x) => (is === 0 || x === 0 ? 0 : digamma(p * x)))
}

/** What somebody spends on a purchase day, expected after `repeats` of them that cost `meanAmount` on average (formula 5 there): finite where p·repeats + q > 1. */
export function expectedAmount({ p, q, v }: GammaGamma, repeats: number, meanAmount: number): number {
  return (p * (v + repeats * meanAmount)) / (p * repeats + q - 1)
}
