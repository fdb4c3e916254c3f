import { expect, test } from 'vitest'
import { type GroupOutcome, upliftOver } from '../../../models/uplift/uplift.ts'

const group = (customers: number, buyers: number, meanRevenue = buyers / customers): GroupOutcome => ({
  customers,
  buyers,
  meanRevenue,
  revenueVariance: 1,
})

test.each([
  ['nobody is held out', group(5000, 200), group(0, 0), /^Nobody was held out/],
  ['hardly anybody is held out', group(5000, 200), group(99, 9), /^Only 99 customers were held out: fewer than 100/],
  ['one is held out', group(5000, 200), group(1, 0), /^Only 1 customer was held out/],
  ['hardly anybody was to get it', group(99, 2), group(5000, 9), /^Only 99 customers were to get it/],
])('nothing is said where %s', (_, treated, heldOut, says) => {
  expect(upliftOver(treated, heldOut)).toEqual({ conversion: null, revenue: null, says: expect.stringMatching(says) })
})

test('of revenue nothing is said where few bought, for then its spread is not known', () => {
  const { conversion, revenue, says } = upliftOver(group(10_000, 600), group(1000, 9))
  expect(conversion!.low).toBeGreaterThan(0)
  expect([revenue, says]).toEqual([
    null,
    expect.stringMatching(
      /^More bought because of it: \+4\.\d\d to \+5\.\d\d percentage points .* Only 9 of those held out bought/,
    ),
  ])
})

test.each([
  ['more', group(10_000, 1000, 5), group(1000, 50, 2), /^More bought .* They spent more\.$/],
  ['less', group(10_000, 500, 2), group(1000, 100, 5), /^Fewer bought .* They spent less\.$/],
  [
    'nobody knows',
    group(10_000, 500, 2),
    group(1000, 50, 2),
    /^Whether more .* cannot be told .* −\d.* to \+\d.* Whether they spent more cannot/,
  ],
])('%s is said as what the intervals say', (_, treated, heldOut, says) => {
  expect(upliftOver(treated, heldOut).says).toMatch(says)
})
