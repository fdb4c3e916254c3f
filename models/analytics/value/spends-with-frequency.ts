import { spendersOf } from './fit-gamma-gamma.ts'
import { Z95 } from './fitted.ts'
import type { Spenders } from './gamma-gamma.ts'

/** Whether those who buy more often spend more on each purchase. */
export interface SpendsWithFrequency {
  readonly customers: number
  /** Pearson's, −1 to 1, with its 95 % interval by Fisher's z (1921); null where there are too few, or all are the same. */
  readonly correlation: number | null
  readonly low: number | null
  readonly high: number | null
  /** Whether Gamma–Gamma may be relied on, which takes it that there is no such connection. */
  readonly independent: boolean | null
  readonly says: string
}

/** Below, one tells less than a tenth of the other's variance: Cohen's "medium". */
const MATTERS = 0.3

/** The check that Fader & Hardie 2013 make first: the correlation of repeat purchases with what was spent on them on average. */
export function spendsWithFrequency(buyers: Spenders): SpendsWithFrequency {
  const { repeats, meanAmount } = spendersOf(buyers)
  const customers = repeats.length
  const correlation = correlationOf(repeats, meanAmount)
  if (customers < 10 || correlation === null) {
    const says = 'Too few customers came back, or all of them alike, to tell whether those who buy often spend more each time.'
    return { customers, correlation, low: null, high: null, independent: null, says }
  }
  const [z, reach] = [Math.atanh(Math.min(1 - 1e-12, Math.max(-1 + 1e-12, correlation))), Z95 / Math.sqrt(customers - 3)]
  const independent = Math.abs(correlation) < MATTERS
  const says = independent
    ? 'Those who buy often spend about as much each time as others.'
    : `Those who buy often spend ${correlation > 0 ? 'more' : 'less'} each time than others: values expected of them are ${correlation > 0 ? 'too low' : 'too high'}.`
  return { customers, correlation, low: Math.tanh(z - reach), high: Math.tanh(z + reach), independent, says }
}

/** In units of their largest, so that no square overflows. */
function correlationOf(one: Int32Array, other: Float64Array): number | null {
  const n = one.length
  const [largest, most] = [one.reduce((max, x) => Math.max(max, x), 1), other.reduce((max, y) => Math.max(max, y), 0)]
  const [mx, my] = [one.reduce((sum, x) => sum + x / largest, 0) / n, other.reduce((sum, y) => sum + y / most, 0) / n]
  let [xx, yy, xy] = [0, 0, 0]
  for (let i = 0; i < n; i++) {
    const [x, y] = [one[i]! / largest - mx, other[i]! / most - my]
    xx += x * x
    yy += y * y
    xy += x * y
  }
  const tiny = 1e-24 * n
  return xx > tiny && yy > tiny ? Math.min(1, Math.max(-1, xy / Math.sqrt(xx * yy))) : null
}
