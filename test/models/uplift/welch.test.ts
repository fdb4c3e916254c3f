import { expect, test } from 'vitest'
import { welchTest } from '../../../models/uplift/means.ts'
import { hillstromRows } from '../../support/hillstrom.ts'
import { testWithData } from '../../support/shared-data.ts'
import { oracle } from '../../support/value-oracle.ts'

function sampleOf(values: readonly number[]) {
  const of = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / of
  return { of, mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (of - 1) }
}

/** R: t.test(extra ~ group, data = sleep). */
test('t, degrees of freedom and p are those of R for data everybody has', () => {
  const one = sampleOf([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2])
  const two = sampleOf([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
  const { t, freedom, p } = welchTest(one, two)
  expect([t, freedom, p]).toEqual([expect.closeTo(-1.8608, 4), expect.closeTo(17.776, 3), expect.closeTo(0.07939, 5)])
})

test('samples without any spread have a p too', () => {
  const same = { of: 4, mean: 2, variance: 0 }
  expect(welchTest(same, same)).toMatchObject({ t: 0, p: 1 })
  expect(welchTest(same, { ...same, mean: 3 })).toMatchObject({ difference: -1, p: 0 })
})

test('one group’s spread may be as small, or as large, as numbers go', () => {
  for (const variance of [1e-200, 1e200]) {
    const found = welchTest({ of: 9, mean: 1, variance }, { of: 7, mean: 0, variance: variance / 3 })
    expect(Object.values(found).every(Number.isFinite)).toBe(true)
  }
})

testWithData('on Hillstrom’s mails lifts, intervals and p are those of scipy', ['hillstrom.csv.gz'], async () => {
  const rows = hillstromRows()
  for (const { arm, outcome, lift, low, high, t, freedom, p } of oracle.hillstrom) {
    const of = (segment: string) => sampleOf(rows.filter(row => row.segment === segment).map(row => Number(row[outcome])))
    const found = welchTest(of(arm), of('No E-Mail'))
    expect(found.difference).toBeCloseTo(lift, 9)
    expect([found.low, found.high]).toEqual([expect.closeTo(low, 7), expect.closeTo(high, 7)])
    expect([found.t, found.freedom, found.p]).toEqual([expect.closeTo(t, 7), expect.closeTo(freedom, 3), expect.closeTo(p, 9)])
  }
})
