import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatMoney, lineTotal, parseMoney } from '../../models/money.ts'

/** Digits with a point somewhere, and the same number in 10^-14. */
const decimal = (wholeDigits: number, decimals: number) =>
  fc
    .record({
      minus: fc.boolean(),
      whole: fc.bigInt({ min: 0n, max: 10n ** BigInt(wholeDigits) - 1n }),
      fraction: fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: decimals }),
    })
    .map(({ minus, whole, fraction }) => ({
      text: `${minus ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`,
      exact: (minus ? -1n : 1n) * BigInt(`${whole}${fraction.padEnd(10, '0')}`),
    }))

const half = (value: bigint, unit: bigint): bigint => (value < 0n ? -((-value + unit / 2n) / unit) : (value + unit / 2n) / unit)

test('a line comes to what whole numbers say, whatever its quantity, price and decimals', () => {
  const quantity = fc.oneof(
    fc.integer({ min: -1000, max: 1000 }),
    fc.integer({ min: -1e9, max: 1e9 }).map(n => n / 1e4),
  )
  fc.assert(
    fc.property(quantity, decimal(6, 10), (count, price) => {
      const exact = BigInt(Math.round(count * 1e4)) * price.exact // in 10^-14
      expect(BigInt(lineTotal(count, price.text))).toBe(half(exact, 10n ** 10n))
    }),
    { numRuns: 2000 },
  )
})

test('what binary fractions get wrong comes out right: 3 × 0.1, 6 × 2.55, 1.1 × 1.1', () => {
  expect(lineTotal(3, '0.1')).toBe(3000)
  expect(lineTotal(6, '2.55')).toBe(153_000)
  expect(lineTotal(1.1, '1.1')).toBe(12_100)
})

test('half of the smallest unit is rounded away from zero', () => {
  expect([parseMoney('0.00005'), parseMoney('-0.00005'), parseMoney('0.000049')]).toEqual([1, -1, 0])
})

test('money that is shown reads back as itself, with two decimals at least', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), units => {
      expect(formatMoney(units)).toMatch(/^-?\d+\.\d{2,4}$/)
      expect(parseMoney(formatMoney(units)) === units || units === 0).toBe(true)
    }),
  )
  expect([60_000, 25_500, 8245, -1, 0].map(formatMoney)).toEqual(['6.00', '2.55', '0.8245', '-0.0001', '0.00'])
})

test.each(['', '1,5', '1e3', 'Infinity', '.5', '--1'])('%j is no money', text => {
  expect(() => parseMoney(text)).toThrow('a decimal number was expected')
})
