import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dateExists, daysOf, withDayAsMonth } from '../../../../infra/analytics/read/civil-days.ts'
import { DateReader } from '../../../../infra/analytics/read/date-reader.ts'
import { countsOf, LINES, linesOf, shopOf } from '../../../support/shop-files.ts'

function instantOf(text: string): string {
  const reader = new DateReader()
  const bytes = Buffer.from(`;${text};`)
  return reader.read(bytes, 1, bytes.length - 1) ? new Date(reader.at).toISOString() : 'none'
}

async function datesOf(...dates: readonly string[]) {
  const { shop, validation } = await shopOf({ transactions: [...LINES, ...dates.map((date, n) => `t${n},c2,p1,"${date}",5,1`)] })
  return { dates: linesOf(shop).map(line => String(line[3]).replace('T00:00', '')), validation }
}

describe('a date', () => {
  test.each([
    ['2011-12-09', '2011-12-09T00:00:00.000Z'],
    ['2011-12-09T12:50', '2011-12-09T12:50:00.000Z'],
    ['2011-12-09 12:50:07', '2011-12-09T12:50:07.000Z'],
    ['2011-12-09T12:50:07.123456', '2011-12-09T12:50:07.123Z'],
    ['2011-12-09T12:50:07Z', '2011-12-09T12:50:07.000Z'],
    ['2011-12-09T12:50:07+05:00', '2011-12-09T07:50:07.000Z'],
    ['2011-12-09 12:50:07 +0500', '2011-12-09T07:50:07.000Z'],
    ['2011-12-09T01:00-05', '2011-12-09T06:00:00.000Z'],
    ['2011-12-09 12:50:07 UTC', '2011-12-09T12:50:07.000Z'],
    ['2011-12-9', '2011-12-09T00:00:00.000Z'],
    ['2011/12/09', '2011-12-09T00:00:00.000Z'],
    ['2011.12.09 8:26', '2011-12-09T08:26:00.000Z'],
    ['09.12.2011', '2011-12-09T00:00:00.000Z'],
    ['9.12.11', '2011-12-09T00:00:00.000Z'],
    ['31/12/2010', '2010-12-31T00:00:00.000Z'],
    ['12/31/2010 8:26', '2010-12-31T08:26:00.000Z'],
    ['12/31/2010 8:26 PM', '2010-12-31T20:26:00.000Z'],
    ['12/31/2010 12:26 am', '2010-12-31T00:26:00.000Z'],
    ['31-12-1999', '1999-12-31T00:00:00.000Z'],
    ['31-12-99', '1999-12-31T00:00:00.000Z'],
    ['20111209', '2011-12-09T00:00:00.000Z'],
    ['1323435007', '2011-12-09T12:50:07.000Z'],
    ['1323435007.5', '2011-12-09T12:50:07.500Z'],
    ['1323435007123', '2011-12-09T12:50:07.123Z'],
    ['1323435007123456', '2011-12-09T12:50:07.123Z'],
    ['40886', '2011-12-09T00:00:00.000Z'],
    ['40886.535', '2011-12-09T12:50:24.000Z'],
    ['9 Dec 2011', '2011-12-09T00:00:00.000Z'],
    ['09-Dec-11', '2011-12-09T00:00:00.000Z'],
    ['9th December, 2011 8:26 PM', '2011-12-09T20:26:00.000Z'],
    ['Dec 9, 2011', '2011-12-09T00:00:00.000Z'],
    ['Fri, 09 Dec 2011 12:50:07 GMT', '2011-12-09T12:50:07.000Z'],
    ['Sept 9 2011', '2011-09-09T00:00:00.000Z'],
    ['۹ دسمبر ۲۰۱۱', '2011-12-09T00:00:00.000Z'],
    ['۲۰۱۱-۱۲-۰۹', '2011-12-09T00:00:00.000Z'],
    ['2012-02-29', '2012-02-29T00:00:00.000Z'],
  ])('%s is %s', (text, instant) => expect(instantOf(text)).toBe(instant))

  test.each([
    '',
    'soon',
    '2011-02-29',
    '2011-13-01',
    '2011-00-10',
    '2011-12-09T25:00',
    '2011-12-09T12:60',
    '2011-12-09x',
    '2011-12-09T',
    '2011-12-09T12',
    '31/31/2010',
    '30/02/2011',
    '1/2',
    '1/2/3',
    '1/2/20111',
    '12',
    '999999',
    '12345678',
    '20111332',
    '9 Foo 2011',
    '9 Decoy 2011',
    '2011-12-09T12:50 +5',
    '2011-12-09T12:50:07 Karachi',
    '0000-00-00',
    '13:00 PM',
    '2011-12-09 13:00 PM',
    '-1323435007',
    '12-09',
  ])('%j is none', text => expect(instantOf(text)).toBe('none'))

  test('every day is the one that the calendar of the language says', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2500 }),
        fc.integer({ min: 0, max: 13 }),
        fc.integer({ min: 0, max: 32 }),
        (year, month, day) => {
          const date = new Date(Date.UTC(2000, 0, 1))
          date.setUTCFullYear(year, month - 1, day)
          const exists = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
          expect(dateExists(year, month, day)).toBe(exists)
          if (exists) expect(daysOf(year, month, day)).toBe(date.getTime() / 86_400_000)
          if (exists && day <= 12) expect(withDayAsMonth(daysOf(year, month, day))).toBe(daysOf(year, day, month))
        },
      ),
    )
  })
})

describe('a column of dates', () => {
  test('with a number above 12 tells what comes first', async () => {
    const monthFirst = await datesOf('3/4/2021 8:26', '3/25/2021')
    expect(monthFirst.dates).toEqual(['2021-03-04T08:26', '2021-03-25'])
    expect(countsOf(monthFirst.validation.problems)).toEqual({ 'transactions purchase_date date_month_first repaired': 2 })
    expect(monthFirst.validation.files.transactions.readAs.purchase_date).toBe('month before day')
    const dayFirst = await datesOf('3/4/2021 8:26', '25/3/2021')
    expect(dayFirst.dates).toEqual(['2021-04-03T08:26', '2021-03-25'])
    expect(countsOf(dayFirst.validation.problems)).toEqual({ 'transactions purchase_date date_day_first repaired': 2 })
  })

  test('that tells nothing is read day first, and that is said', async () => {
    const { dates, validation } = await datesOf('3/4/2021', '5/5/2021')
    expect(dates).toEqual(['2021-04-03', '2021-05-05'])
    expect(countsOf(validation.problems)).toEqual({
      'transactions purchase_date date_day_first repaired': 2,
      'transactions purchase_date date_order_unclear kept': 1,
    })
  })

  test('that has both is read as most of it is, and that is said', async () => {
    const { dates, validation } = await datesOf('3/25/2021', '3/26/2021', '27/3/2021', '3/4/2021')
    expect(dates).toEqual(['2021-03-25', '2021-03-26', '2021-03-27', '2021-03-04'])
    expect(countsOf(validation.problems)).toEqual({
      'transactions purchase_date date_day_first repaired': 1,
      'transactions purchase_date date_month_first repaired': 3,
      'transactions purchase_date date_order_mixed kept': 1,
    })
  })

  test('of several forms is read each as it is, and every form is counted', async () => {
    const { dates, validation } = await datesOf(
      '2021-03-04',
      '2021/03/04',
      '04.03.2021',
      '1614816000',
      '44259',
      '4 Mar 2021',
      '20210304',
    )
    expect(new Set(dates)).toEqual(new Set(['2021-03-04']))
    expect(countsOf(validation.problems)).toEqual(
      Object.fromEntries(
        ['year_first', 'day_first', 'in_words', 'compact', 'unix', 'sheet'].map(form => [
          `transactions purchase_date date_${form} repaired`,
          1,
        ]),
      ),
    )
  })

  test('is settled before it is held against rules: the other order would be in the future', async () => {
    const { dates, validation } = await datesOf('01/11/2023', '12/25/2022', '11/01/2023')
    expect(dates).toEqual(['2023-01-11', '2022-12-25', '2023-11-01'])
    expect(validation.files.transactions.leftOut).toBe(0)
  })

  test('may be that of registrations', async () => {
    const { shop } = await shopOf({
      customers: ['customer_id,registration_date', 'c1,3/4/2020', 'c2,3/25/2020'],
      transactions: [...LINES, 't1,c1,p1,2021-03-04,5,1'],
    })
    expect([...shop.customers.registeredDay]).toEqual([daysOf(2020, 3, 4), daysOf(2020, 3, 25)])
  })
})
