import { expect, test } from 'vitest'
import { meanDifferenceSequence } from '../../../models/experiment/mean-sequence.ts'
import { Random } from '../../../models/random.ts'
import { meanDifference } from '../../../models/uplift/means.ts'

/** Counts, sums and squares of what customers spent. */
class Spent {
  of = 0
  private sum = 0
  private squares = 0
  add(amount: number): void {
    this.of++
    this.sum += amount
    this.squares += amount * amount
  }
  sample() {
    const mean = this.sum / this.of
    return { of: this.of, mean, variance: (this.squares - mean * this.sum) / (this.of - 1) }
  }
}

test('is the edge of all pairs of means whose martingales stay below 1/alpha together', () => {
  const these = { of: 400, mean: 12, variance: 900 }
  const others = { of: 150, mean: 9, variance: 400 }
  const rho2 = (-2 * Math.log(0.05) + Math.log(1 - 2 * Math.log(0.05))) / 1000
  const log = ({ of, mean, variance }: typeof these, mu: number) =>
    (rho2 * of * of * (mean - mu) ** 2) / (2 * variance * (of * rho2 + 1)) - Math.log(of * rho2 + 1) / 2
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let a = 0; a <= 24; a += 0.02)
    for (let b = 0; b <= 20; b += 0.02) {
      if (log(these, a) + log(others, b) > Math.log(20)) continue
      low = Math.min(low, a - b)
      high = Math.max(high, a - b)
    }
  const found = meanDifferenceSequence(these, others)
  expect(found.low).toBeCloseTo(low, 1)
  expect(found.high).toBeCloseTo(high, 1)
})

test('looked at after every customer, it holds the truth where most spend nothing and few much; Welch’s does not', () => {
  let [missed, welch] = [0, 0]
  const RUNS = 200
  for (let run = 0; run < RUNS; run++) {
    const random = new Random('spent', run)
    const [a, b] = [new Spent(), new Spent()]
    const buyers = [0, 0]
    const out = { sequence: false, welch: false }
    for (let customer = 0; customer < 2000; customer++) {
      const arm = random.float() < 0.7 ? 0 : 1
      // One in ten buys, for 1 to some 50: as much as the logarithm of a draw has it.
      const amount = random.float() < 0.1 ? Math.exp(-0.8 * Math.log(1 - random.float())) : 0
      ;[a, b][arm]!.add(Math.min(amount, 50))
      if (amount > 0) buyers[arm]!++
      if (Math.min(...buyers) < 10) continue
      const misses = ({ low, high }: { low: number; high: number }) => low > 0 || high < 0
      out.sequence ||= misses(meanDifferenceSequence(a.sample(), b.sample()))
      // Welch’s costs more: every tenth customer is enough for it to fail.
      out.welch ||= customer % 10 === 0 && misses(meanDifference(a.sample(), b.sample()))
    }
    if (out.sequence) missed++
    if (out.welch) welch++
  }
  expect(missed / RUNS).toBeLessThanOrEqual(0.05)
  expect(welch / RUNS).toBeGreaterThan(0.1)
}, 120_000)
