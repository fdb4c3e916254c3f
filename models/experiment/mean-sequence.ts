import type { Interval } from '../uplift/interval.ts'
import type { Sample } from '../uplift/means.ts'
import { ALPHA } from './confidence-sequence.ts'

/** Bounds are narrowest, relative to those for a fixed number, at about so many customers; anywhere near they are hardly wider. */
const NARROWEST_AT = 1000
/** Waudby-Smith et al., appendix on the choice of ρ: (−2 ln α + ln(−2 ln α + 1)) / t. */
const RHO2 = (-2 * Math.log(ALPHA) + Math.log(1 - 2 * Math.log(ALPHA))) / NARROWEST_AT

/**
 * By how much the mean of `these` is above that of `others`, at all times at once. The normal mixture of Robbins 1970 with estimated variances: an asymptotic
 * confidence sequence (Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas 2024, "Time-uniform central limit theory and asymptotic confidence sequences", Annals of
 * Statistics 52), so, unlike that of shares, it keeps its promise only once means are near normal: ask for some buyers first.
 *
 * For each mean μ, M(μ) = exp(ρ²n²(m − μ)² / (2σ²(nρ² + 1))) / √(nρ² + 1) behaves as a martingale, and so does the product of two, whichever of the two the
 * next customer is given to. The pairs for which it stays below 1/alpha are an ellipse; the bounds are its edges along the difference. Both have at least two.
 */
export function meanDifferenceSequence(these: Sample, others: Sample, alpha = ALPHA): Interval {
  const difference = these.mean - others.mean
  const most = Math.log(1 / alpha) + (Math.log(grown(these)) + Math.log(grown(others))) / 2
  const reach = Math.sqrt(2 * most * (width(these) + width(others)))
  return { difference, low: difference - reach, high: difference + reach }
}

const grown = ({ of }: Sample): number => of * RHO2 + 1

const width = (sample: Sample): number => (sample.variance * grown(sample)) / (sample.of * sample.of * RHO2)
