import { type BgNbd, DAY_OF_WEEK } from './bg-nbd.ts'

/** What somebody who is a customer still will buy within a time, by BG/NBD. */
export interface Ahead {
  /** The expected number of purchases, and of its square. */
  mean: number
  square: number
  /** `above[j]` is the chance of more than j purchases, for j = 0 and on as far as it is worth telling. */
  above: Float64Array
  counted: number
}

export const newAhead = (): Ahead => ({ mean: 0, square: 0, above: new Float64Array(64), counted: 0 })

/** Digits that sums are carried to. */
const PRECISION = 1e-11
/** Rarer than that no quantile is asked for. */
const RARE = 1e-4
/** Below e to this, chances underflow and their logarithms are carried. */
const UNDERFLOW = -690

/**
 * Purchases within `weeks` of somebody who is alive, made `repeats` repeat purchases, and was a customer for `age` days; of a new customer where both are 0.
 *
 * The paper has these as a Gauss hypergeometric function (formula 10; Fader, Hardie & Lee 2005), ₂F₁(r+x, b+x; a+b+x−1; t/(alpha+T+t)) over a − 1, which has a
 * hole at a = 1 and loses its digits near it and for heavy buyers. Its series by what happens has neither: in the time, as long as they stay, they would buy
 * K times, K ~ NegBin(R = r+x, z = t/(alpha+T+t)), and they are still there after j of them with chance (b+x)_j/(a+b+x)_j, so that
 *   E[Y] = Σ_k P(K = k) Σ_{j<k} (b+x)_j/(a+b+x)_j   and   P(Y > j) = P(K > j) (b+x)_j/(a+b+x)_j;
 * all terms are positive, and the rest of the series has a bound by which it is ended. Takes a step for every purchase that is at all likely.
 */
export function purchasesAhead({ r, alpha, a, b }: BgNbd, repeats: number, age: number, weeks: number, out: Ahead): Ahead {
  const [rate, since, stay] = [r + repeats, alpha + age * DAY_OF_WEEK, b + repeats]
  const z = weeks / (since + weeks)
  const mode = (rate * weeks) / since
  let log = -rate * Math.log1p(weeks / since) // of P(K = 0)
  let chance = Math.exp(log)
  let [left, kept, sum, odd] = [-Math.expm1(log), 1, 0, 0] // P(K > k), stayed after k, and the sums of that and of (2j + 1) times it over j < k
  out.mean = 0
  out.square = 0
  out.counted = 0
  for (let k = 0; ; k++) {
    out.mean += chance * sum
    out.square += chance * odd
    if (k === 0 || (out.counted === k && left * kept > RARE)) tell(out, left * kept)
    const ratio = ((rate + k) / (k + 1)) * z
    if (k >= mode && ratio < 1 && ended(out, chance, Math.max(ratio, z), k, sum, odd, kept)) return out
    sum += kept
    odd += (2 * k + 1) * kept
    kept *= (stay + k) / (a + stay + k)
    if (log < UNDERFLOW) log += Math.log(ratio)
    chance = log < UNDERFLOW ? 0 : chance === 0 ? Math.exp(log) : chance * ratio
    left = Math.max(0, left - chance)
  }
}

/** Whether what would still come, at most a geometric series of this ratio, no longer counts. */
function ended(out: Ahead, chance: number, ratio: number, k: number, sum: number, odd: number, kept: number): boolean {
  const rest = 1 / (1 - ratio)
  const mean = chance * rest * (sum + kept * rest)
  const square = chance * rest * (odd + kept * rest * (2 * k + 1 + 2 * rest))
  return mean <= PRECISION * out.mean && square <= PRECISION * out.square
}

function tell(out: Ahead, above: number): void {
  if (out.counted === out.above.length) {
    const more = new Float64Array(2 * out.counted)
    more.set(out.above)
    out.above = more
  }
  out.above[out.counted++] = above
}
