import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Random } from '../../../models/random.ts'
import { rewardModel } from '../../../models/reward-model.ts'
import { qini, type Scored } from '../../../models/uplift/qini.ts'
import { hillstromRows } from '../../support/hillstrom.ts'
import { testWithData } from '../../support/shared-data.ts'

const scored = fc
  .array(
    fc.tuple(
      fc.integer({ min: -3, max: 3 }),
      fc.integer({ min: 0, max: 1 }),
      fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant(1e9)),
    ),
    {
      minLength: 1,
      maxLength: 40,
    },
  )
  .map(rows => columns(rows))

const columns = (rows: readonly (readonly [number, number, number])[]): Scored => ({
  score: Float64Array.from(rows, ([score]) => score),
  treated: Uint8Array.from(rows, ([, treated]) => treated),
  outcome: Float64Array.from(rows, ([, , outcome]) => outcome),
})

/** The definition, threshold by threshold. */
function plainArea({ score, treated, outcome }: Scored): number {
  const all = [...score].map((own, i) => ({ own, given: treated[i] === 1, did: outcome[i]! }))
  const given = all.filter(one => one.given).length
  const points = [...new Set(all.map(({ own }) => own))]
    .sort((a, b) => b - a)
    .map(least => {
      const chosen = all.filter(({ own }) => own >= least)
      const sum = (some: typeof all) => some.reduce((total, { did }) => total + did, 0)
      const [t, c] = [chosen.filter(one => one.given), chosen.filter(one => !one.given)]
      const gain = c.length === 0 ? sum(t) : sum(t) - (sum(c) * t.length) / c.length
      return [chosen.length / all.length, gain / given] as const
    })
  let [area, [x, y]] = [0, [0, 0] as readonly [number, number]]
  for (const [to, gain] of points) {
    area += ((to - x) * (gain + y)) / 2
    ;[x, y] = [to, gain]
  }
  return area - y / 2
}

test('the coefficient is that of a plain walk over thresholds, and within its bounds', () => {
  fc.assert(
    fc.property(scored, all => {
      const found = qini(all)
      const given = all.treated.reduce((sum, one) => sum + one, 0)
      if (given === 0 || given === all.treated.length) expect(found).toBeNull()
      else {
        const plain = plainArea(all)
        expect(Math.abs(found!.coefficient - plain)).toBeLessThan(1e-9 * (1 + Math.abs(plain)) + 1e-3)
        expect([...found!.gain, found!.low, found!.high].every(Number.isFinite)).toBe(true)
        expect(found!.low <= found!.coefficient && found!.coefficient <= found!.high).toBe(true)
      }
    }),
    { numRuns: 60 },
  )
})

test('an order that knows whom it helps is worth something, one that is turned round costs as much, and chance is worth nothing', () => {
  const random = new Random('qini-test')
  const rows = Array.from({ length: 6000 }, () => {
    const [lean, treated] = [random.float(), random.int(0, 1)]
    return { lean, treated, did: random.chance(0.1 + 0.3 * lean * treated) ? 1 : 0, luck: random.float() }
  })
  const by = (of: (row: (typeof rows)[number]) => number) => qini(columns(rows.map(row => [of(row), row.treated, row.did])))!
  const [knows, turned, luck] = [by(row => row.lean), by(row => -row.lean), by(row => row.luck)]
  expect(knows.low).toBeGreaterThan(0)
  expect(turned.high).toBeLessThan(0)
  expect(luck.low < 0 && luck.high > 0).toBe(true)
  // ∫ of what 0.3·lean brings from the top, 0.15·(2s − s²), less half of what all of it brings.
  expect(knows.coefficient).toBeCloseTo(0.025, 2)
})

testWithData('on Hillstrom’s mails customers are ranked by models that have not seen them', ['hillstrom.csv.gz'], async () => {
  const rows = hillstromRows().filter(({ segment }) => segment !== 'Mens E-Mail')
  const log = rows.map(row => ({
    arm: row.segment === 'No E-Mail' ? 0 : 1,
    propensity: 0.5,
    reward: Number(row.visit),
    features: [Number(row.recency), Math.log1p(Number(row.history)), Number(row.mens), Number(row.womens), Number(row.newbie)],
  }))
  const say = rewardModel(log, 2)
  const found = qini(
    columns(
      log.map((one, i) => {
        const [none, mailed] = say(one, i) as [number, number]
        return [mailed - none, one.arm, one.reward]
      }),
    ),
  )!
  // That of all, at the end of the curve, is the lift of the test.
  const rate = (arm: number) =>
    log.filter(one => one.arm === arm).reduce((sum, { reward }) => sum + reward, 0) / log.filter(one => one.arm === arm).length
  expect(found.gain.at(-1)).toBeCloseTo(rate(1) - rate(0), 9)
  // Who bought women's things before visits more for a mail of women's things: known of this test (Radcliffe 2008).
  expect(found.low).toBeGreaterThan(0)
})
