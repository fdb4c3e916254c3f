import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NumberReader, POINT_OF_THREE } from '../../../../infra/analytics/read/number-reader.ts'
import { countsOf, LINES, shopOf } from '../../../support/shop-files.ts'

function numberOf(text: string): number | string {
  const reader = new NumberReader()
  const bytes = Buffer.from(`;${text};`)
  if (!reader.read(bytes, 1, bytes.length - 1)) return 'none'
  return (reader.mantissa + 0) / 10 ** reader.decimals
}

/** Amounts that a column of prices comes to, in a file that has semicolons between its fields. */
async function amountsOf(...prices: readonly string[]) {
  const lines = prices.map((price, n) => `t${n};c1;p1;2021-03-04;${price};1`)
  const { shop, validation } = await shopOf({ transactions: [LINES[0]!.replaceAll(',', ';'), ...lines] })
  return { amounts: Array.from(shop.lines.amount, amount => amount / 10_000), validation }
}

describe('a number', () => {
  test.each([
    ['1234.50', 1234.5],
    ['-12.5', -12.5],
    ['.5', 0.5],
    ['5.', 5],
    ['+5', 5],
    ['1,234.50', 1234.5],
    ['1.234,50', 1234.5],
    ['1 234,50', 1234.5],
    ['1 234,50', 1234.5],
    ['1 234.50', 1234.5],
    ["1'234.50", 1234.5],
    ['1’234.50', 1234.5],
    ['1,23,456.78', 123456.78],
    ['1,234,567', 1234567],
    ['1.234.567', 1234567],
    ['12,34,567', 1234567],
    ['12,5', 12.5],
    ['12,34', 12.34],
    ['0,125', 0.125],
    ['12345,678', 12345.678],
    ['Rs 1,234.50', 1234.5],
    ['Rs. 1,234.50', 1234.5],
    ['Rs.500/-', 500],
    ['PKR 500', 500],
    ['500 PKR', 500],
    ['₨500', 500],
    ['$5.25', 5.25],
    ['-$5.25', -5.25],
    ['$-5.25', -5.25],
    ['US$ 5.25', 5.25],
    ['5,25 €', 5.25],
    ['€5,25', 5.25],
    ['(5.25)', -5.25],
    ['5.25-', -5.25],
    ['−5.25', -5.25],
    ['۱۲۳۴٫۵۰', 1234.5],
    ['۱٬۲۳۴٫۵۰', 1234.5],
    ['١٢٣٤', 1234],
    ['۵۰۰ روپے', 500],
    ['1.5E+05', 150000],
    ['1e-2', 0.01],
    ['12.500000000000000', 12.5],
    ['2.5499999999999998', 2.54999999999999],
  ])('%s is %d', (text, number) => expect(numberOf(text)).toBeCloseTo(number, 12))

  test.each([
    '',
    '-',
    '.',
    ',',
    'abc',
    '12a',
    '1.2.3',
    '1,2,3',
    '1,2345,678',
    '1..2',
    '12/5',
    '--',
    'Rs',
    '1e',
    '1,,2',
    '1234,567.8',
    '٫',
    '5 5',
  ])('%j is none', text => expect(numberOf(text)).toBe('none'))
})

describe('a column of numbers', () => {
  test('whose values leave no doubt tells what its comma is', async () => {
    expect((await amountsOf('1,234', '1,5')).amounts).toEqual([1.234, 1.5])
    expect((await amountsOf('1.234', '1,5')).amounts).toEqual([1234, 1.5])
    expect((await amountsOf('1.234', '1.5')).amounts).toEqual([1.234, 1.5])
    expect((await amountsOf('1,234', '1.5')).amounts).toEqual([1234, 1.5])
    expect((await amountsOf('1,234', '1,234,567')).amounts).toEqual([1234, 1234567])
    expect((await amountsOf('1.234', '1.234.567')).amounts).toEqual([1234, 1234567])
    expect((await amountsOf('1.234', '1.5')).validation.files.transactions.readAs.price).toBe('decimal point')
    const { validation } = await amountsOf('1.234', '1,5')
    expect(validation.files.transactions.readAs.price).toBe('decimal comma')
    expect(countsOf(validation.problems)).toEqual({ 'transactions price decimal_comma repaired': 1 })
  })

  test('that tells nothing is read with a decimal point, and that is said', async () => {
    const { amounts, validation } = await amountsOf('1,234', '1.234', '7')
    expect(amounts).toEqual([1234, 1.234, 7])
    expect(countsOf(validation.problems)).toMatchObject({ 'transactions price comma_unclear kept': 2 })
  })

  test('that has both is read as most of it is, and that is said', async () => {
    const { amounts, validation } = await amountsOf('1,5', '2,5', '3.5', '1.234')
    expect(amounts).toEqual([1.5, 2.5, 3.5, 1234])
    expect(countsOf(validation.problems)).toMatchObject({ 'transactions price comma_mixed kept': 1 })
  })

  test('learns nothing of values that are no numbers, and an exponent leaves no doubt', async () => {
    const { amounts } = await amountsOf('1,2,3', '1,2,3', '2,5', '1.234', '1.234e3')
    expect(amounts).toEqual([2.5, 1234, 1234])
  })

  test('may have decimal commas in quotes between commas', async () => {
    const { shop, validation } = await shopOf({
      transactions: [...LINES, 't1,c1,p1,2021-03-04,"12,5",2', 't2,c1,p1,2021-03-04,"Rs 1.234,50",1'],
    })
    expect([...shop.lines.amount]).toEqual([250_000, 12_345_000])
    expect(countsOf(validation.problems)).toEqual({
      'transactions price number_grouped repaired': 1,
      'transactions price decimal_comma repaired': 2,
      'transactions price currency_sign repaired': 1,
    })
  })

  test('does not change what it said of quantities or of prices of products', async () => {
    const { shop } = await shopOf({
      products: ['product_id;product_name;category;price', 'p1;Tea;Drinks;1.250', 'p2;Mug;Kitchen;12,5'],
      transactions: [LINES[0]!.replaceAll(',', ';'), 't1;c1;p1;2021-03-04;1.234;1,234', 't2;c1;p1;2021-03-04;1.5;0,5'],
    })
    expect([...shop.products.price]).toEqual([12_500_000, 125_000])
    expect([...shop.lines.quantity]).toEqual([1.234, 0.5])
    expect([...shop.lines.amount]).toEqual([Math.round(12_340 * 1.234), 7500])
  })
})

test('what stood around one amount changes nothing of how the next ones are read', () => {
  const values = [
    'Rs 5',
    'Rs 1,234.50',
    '5 PKR',
    '5 PK7',
    'Rs 5 PKR',
    '7',
    'Rs',
    '€5,25',
    '5,25 €',
    'R5',
    'Rs 1 234,50',
    '-Rs 5',
    '$1,5',
    '1,5',
    '(Rs 5)',
    'Rs Rs',
    '5-',
    '',
  ]
  const value = (reader: NumberReader, text: string) => {
    const bytes = Buffer.from(`;${text};`)
    return reader.read(bytes, 1, bytes.length - 1) ? [reader.mantissa + 0, reader.decimals, reader.style, reader.unclear] : 'none'
  }
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...values)), texts => {
      const reader = new NumberReader()
      for (const text of texts) expect(value(reader, text), text).toEqual(value(new NumberReader(), text))
    }),
    { numRuns: 1000 },
  )
})

test('what is unclear of one value is said of it', () => {
  const reader = new NumberReader()
  reader.read(Buffer.from('1.234'), 0, 5)
  expect([reader.unclear, reader.mantissa, reader.decimals]).toEqual([POINT_OF_THREE, 1234, 3])
})
