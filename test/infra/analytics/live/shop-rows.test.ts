import fc from 'fast-check'
import { expect, test } from 'vitest'
import { endOfHistory } from '../../../../infra/analytics/live/end-of-history.ts'
import { snapshotTables } from '../../../../infra/analytics/live/snapshot-tables.ts'
import { NO_DAY, type ShopColumns } from '../../../../infra/analytics/shop-columns.ts'
import type { Cell } from '../../../../infra/analytics/table.ts'

const DAY = 86_400_000
const JAN = Date.UTC(2024, 0, 1)
const CUSTOMERS = 6

interface Line {
  readonly customer: number
  readonly order: number
  readonly day: number
  readonly amount: number
}
/** Orders have one customer each; their lines may lie days apart. */
const lines = fc.array(
  fc.record({
    order: fc.integer({ min: 0, max: 11 }),
    day: fc.integer({ min: 0, max: 200 }),
    amount: fc.integer({ min: -3, max: 9 }).map(paid => paid * 10_000),
  }),
  { maxLength: 40 },
)

const shopOf = (all: readonly Line[]): ShopColumns => ({
  customers: {
    id: Array.from({ length: CUSTOMERS }, (_, c) => `c${c}`),
    name: Array(CUSTOMERS).fill(''),
    email: Array(CUSTOMERS).fill(''),
    registeredDay: new Int32Array(CUSTOMERS).fill(NO_DAY),
    known: new Uint8Array(CUSTOMERS),
  },
  products: { id: ['tea'], name: [''], category: [''], price: Float64Array.of(1), known: Uint8Array.of(0) },
  lines: {
    customer: Int32Array.from(all, ({ customer }) => customer),
    at: Float64Array.from(all, ({ day }) => JAN + day * DAY + 5),
    amount: Float64Array.from(all, ({ amount }) => amount),
    product: new Int32Array(all.length),
    quantity: new Float64Array(all.length).fill(1),
    order: Int32Array.from(all, ({ order }) => order),
    orders: 12,
  },
})

const monthOf = (day: number) => new Date(JAN + day * DAY).toISOString().slice(0, 7)
const sum = (some: readonly { readonly amount: number }[]) => some.reduce((all, { amount }) => all + amount, 0) / 10_000

/** Each month by looking at all lines again. */
function monthsAgain(all: readonly Line[], until: number): Cell[][] {
  const bought = all.filter(({ amount }) => amount > 0)
  if (bought.length === 0) return []
  const first = Math.min(...bought.map(({ day }) => day))
  const months = [...new Set(Array.from({ length: until - first + 1 }, (_, at) => monthOf(first + at)))]
  const begins = (of: (line: Line) => number) => {
    const firsts = new Map<number, number>()
    for (const line of bought) firsts.set(of(line), Math.min(firsts.get(of(line)) ?? 1e9, line.day))
    return [...firsts.values()].map(monthOf)
  }
  const [orders, customers] = [begins(({ order }) => order), begins(({ customer }) => customer)]
  return months.map(month => {
    const own = bought.filter(({ day }) => monthOf(day) === month)
    const back = all.filter(({ day, amount }) => amount < 0 && monthOf(day) === month)
    return [
      month,
      orders.filter(one => one === month).length,
      new Set(own.map(({ customer }) => customer)).size,
      customers.filter(one => one === month).length,
      sum(own),
      sum(own) + sum(back),
    ]
  })
}

test('months are what looking at all lines again gives, in whatever order these come', () => {
  fc.assert(
    fc.property(lines, rows => {
      const all = rows.map(row => ({ ...row, customer: row.order % CUSTOMERS }))
      const { tables } = snapshotTables(shopOf(all), JAN + 210 * DAY)
      expect(tables.months.rows).toEqual(monthsAgain(all, 210))
    }),
    { numRuns: 60 },
  )
})

test('the overview counts buyers, orders, refunds and who came back', () => {
  const line = { day: 1, amount: 20_000 }
  const all = [
    { ...line, customer: 0, order: 0 },
    { ...line, customer: 0, order: 0, day: 40 },
    { ...line, customer: 1, order: 1 },
    { ...line, customer: 1, order: 2, day: 90 },
    { ...line, customer: 1, order: 3, amount: -5000 },
    { ...line, customer: 2, order: 4, amount: 0 },
  ]
  const { tables } = snapshotTables(shopOf(all), JAN + 100 * DAY)
  const { columns, rows } = tables.overview
  expect(Object.fromEntries(columns.map(({ name }, at) => [name, rows[0]![at]]))).toEqual({
    ...{ customers: 6, buyers: 2, products: 1, orders: 3, lines: 4, gross: 8, net: 7.5, refunds: 0.5 },
    ...{
      mean_order: 2.67,
      repeat_buyers: 0.5,
      first_day: '2024-01-02',
      last_day: '2024-03-31',
      as_of: '2024-04-10',
    },
  })
})

test('of nobody every table is there, and says nothing that is not so', () => {
  const { tables, degraded } = snapshotTables(shopOf([]), JAN)
  expect(degraded.map(({ stage }) => stage)).toEqual(['value'])
  expect([tables.months.rows, tables.cohorts.rows, tables.clusters.rows, tables.value.rows]).toEqual([[], [], [], []])
  expect(tables.segments.rows.every(row => row[1] === 0)).toBe(true)
  expect(tables.overview.rows[0]!.slice(8, 12)).toEqual([null, null, null, null])
})

test('a purchase that says it is of a time to come does not move the end of a history', () => {
  const columns = (...days: number[]) => ({
    at: Float64Array.from(days, day => JAN + day * DAY + 7),
    amount: Float64Array.from(days, () => 1),
  })
  const now = JAN + 50 * DAY
  expect(endOfHistory(columns(3, 60), now)).toBe(JAN + 4 * DAY)
  expect(endOfHistory(columns(30), now)).toBe(now)
  expect(endOfHistory(columns(60), now)).toBe(now)
  expect(endOfHistory(columns(), now)).toBe(now)
})
