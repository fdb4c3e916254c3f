import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AnalysisOptions, analyzeShop } from '../../../infra/analytics/analyze-shop.ts'
import type { ShopColumns } from '../../../infra/analytics/shop-columns.ts'
import { type Cell, type Table, tableColumns } from '../../../infra/analytics/table.ts'
import { Random } from '../../../models/random.ts'
import { normalOf } from '../../models/analytics/clusters/planted.ts'
import { type Line, shopInColumns } from '../../support/shop-in-columns.ts'

const OPTIONS: AnalysisOptions = {
  asOf: undefined,
  maxClusters: 5,
  seed: 42,
  recommendations: 3,
  minConfidence: 0,
  horizonDays: 365,
  currency: 'PKR',
  variants: [],
}

const analyzed = (shop: ShopColumns, options: Partial<AnalysisOptions> = {}) =>
  analyzeShop(shop, undefined, { ...OPTIONS, ...options }, { say: () => {}, signal: new AbortController().signal })

const column = ({ columns, rows }: Table, name: string): Cell[] => {
  const at = columns.findIndex(one => one.name === name)
  return rows.map(row => row[at]!)
}
const sumOf = (table: Table, name: string): number => column(table, name).reduce<number>((sum, cell) => sum + Number(cell), 0)

const DAY = 86_400_000
const dated = (day: number): string => new Date(Date.UTC(2025, 0, 1) + day * DAY).toISOString()

const lines = fc.array(
  fc.record({
    customer: fc.integer({ min: 0, max: 12 }).map(n => `customer ${n}`),
    product: fc.integer({ min: 0, max: 6 }).map(n => `product ${n}`),
    at: fc.integer({ min: 0, max: 700 }).map(dated),
    price: fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.constant(1e9), fc.constant(0.01)),
    quantity: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 1, max: 20 }) }, { weight: 1, arbitrary: fc.constant(-1) }),
    order: fc.integer({ min: 0, max: 30 }).map(n => `order ${n}`),
  }),
  { minLength: 0, maxLength: 60 },
)

describe('an analysis of whatever shop', () => {
  test('has every table with its columns, and no cell that is no finite number, text or nothing', async () => {
    await fc.assert(
      fc.asyncProperty(lines, async some => {
        const { tables } = await analyzed(shopInColumns(some, ['nobody']))
        expect(Object.keys(tables.tables).sort()).toEqual(Object.keys(tableColumns).sort())
        for (const [name, table] of Object.entries(tables.tables)) {
          expect(table.columns).toEqual(tableColumns[name as keyof typeof tableColumns])
          for (const row of table.rows) {
            expect(row.length).toBe(table.columns.length)
            for (const cell of row) expect(typeof cell === 'number' ? Number.isFinite(cell) : true).toBe(true)
          }
        }
      }),
      { numRuns: 60 },
    )
  }, 120_000)

  test('adds up: segments, grid, months and clusters tell of the same customers, orders and money', async () => {
    await fc.assert(
      fc.asyncProperty(lines, async some => {
        const { tables } = (await analyzed(shopInColumns(some))).tables
        const [buyers, orders, gross] = ['buyers', 'orders', 'gross'].map(name => column(tables.overview, name)[0] as number)
        for (const table of [tables.segments, tables.rfm_grid]) {
          expect(sumOf(table, 'customers')).toBe(buyers)
          expect(sumOf(table, 'gross')).toBeCloseTo(gross!, 0)
        }
        expect(sumOf(tables.segments, 'orders')).toBe(orders)
        expect(sumOf(tables.months, 'gross')).toBeCloseTo(gross!, 0)
        expect(sumOf(tables.months, 'new_customers')).toBe(buyers)
        expect(sumOf(tables.clusters, 'customers')).toBe(buyers)
        expect(sumOf(tables.segment_clusters, 'customers')).toBe(buyers)
        expect(sumOf(tables.products, 'gross')).toBeCloseTo(gross!, 0)
      }),
      { numRuns: 60 },
    )
  }, 120_000)

  test('is the same again with the same seed', async () => {
    await fc.assert(
      fc.asyncProperty(lines, async some => {
        const [one, other] = [await analyzed(shopInColumns(some)), await analyzed(shopInColumns(some))]
        expect(JSON.stringify(other.tables)).toBe(JSON.stringify(one.tables))
      }),
      { numRuns: 15 },
    )
  }, 120_000)
})

describe('an analysis that has little to work with', () => {
  test('of nobody who bought says so, and leaves what rests on purchases empty', async () => {
    const { tables, degraded } = (await analyzed(shopInColumns([], ['ada', 'bilal']))).tables
    expect(column(tables.overview, 'customers')).toEqual([2])
    expect(column(tables.overview, 'gross')).toEqual([0])
    expect(tables.value.rows).toEqual([])
    expect(tables.months.rows).toEqual([])
    expect(degraded.map(({ stage }) => stage)).toContain('rfm')
  })

  test('of one customer has one segment, one cluster, and no forecast, which it explains', async () => {
    const { tables, degraded } = (await analyzed(shopInColumns([{ customer: 'ada', at: dated(0), price: 10 }]))).tables
    expect(sumOf(tables.segments, 'customers')).toBe(1)
    expect(tables.clusters.rows.length).toBe(1)
    expect(column(tables.value, 'revenue')).toEqual([null])
    expect(degraded.map(({ stage }) => stage)).toContain('value')
  })

  test('of too few days to see lists come true tells no revenue of them, and why', async () => {
    const lines = ['ada', 'bilal'].map((customer, n) => ({ customer, product: `product ${n}`, at: dated(n), price: 10 }))
    const { tables, degraded } = (await analyzed(shopInColumns(lines))).tables
    expect(column(tables.recommended, 'customers')).toEqual([1, 1])
    for (const name of ['expected_revenue', 'expected_revenue_low', 'expected_revenue_high'])
      expect(column(tables.recommended, name)).toEqual([null, null])
    expect(degraded.filter(({ stage }) => stage === 'recommend').map(({ says }) => says)).toEqual([
      expect.stringMatching(/fewer than ten days .* no revenue/),
    ])
  })

  test('of refunds alone counts them, and nobody as a buyer', async () => {
    const { tables } = (await analyzed(shopInColumns([{ customer: 'ada', at: dated(0), price: 10, quantity: -2 }]))).tables
    expect(column(tables.overview, 'buyers')).toEqual([0])
    expect(column(tables.overview, 'refunds')).toEqual([20])
  })

  test('of customers who are all alike puts them into one cluster', async () => {
    const alike = Array.from({ length: 40 }, (_, n) => ({ customer: `customer ${n}`, at: dated(3), price: 10 }))
    const { tables } = (await analyzed(shopInColumns(alike))).tables
    expect(tables.clusters.rows.length).toBe(1)
    expect(sumOf(tables.clusters, 'customers')).toBe(40)
  })

  test('does not let a billion-rupee order make a cluster of its own', async () => {
    const { tables } = (await analyzed(shopInColumns([...planted(), { customer: 'seth', at: dated(600), price: 1e9 }]))).tables
    for (const many of column(tables.clusters, 'customers')) expect(many).toBeGreaterThan(1)
  })

  test('ends at once when it is told to', async () => {
    const stop = new AbortController()
    stop.abort(new Error('enough'))
    const shop = shopInColumns(planted())
    await expect(analyzeShop(shop, undefined, OPTIONS, { say: () => {}, signal: stop.signal })).rejects.toThrow('enough')
  })
})

test('kinds of customers that were planted do not share a cluster', async () => {
  const shop = shopInColumns(planted())
  const { clusterOf, tables } = await analyzed(shop)
  expect(tables.tables.clusters.rows.length).toBeGreaterThanOrEqual(3)
  for (const cluster of column(tables.tables.clusters, 'cluster')) {
    const kinds = shop.customers.id.filter((_, c) => clusterOf[c] === cluster).map(id => id.split(' ')[0])
    const most = Math.max(...['weekly', 'old', 'new'].map(kind => kinds.filter(one => one === kind).length))
    expect(most / kinds.length).toBeGreaterThan(0.95)
  }
})

/** Those who come often for little, those who came once long ago for much, those who came once lately for little; each differs from the next as log-normals do. */
function planted(): Line[] {
  const normal = normalOf(new Random('planted shop', 1))
  const about = (middle: number, spread = 0.35) => middle * Math.exp(spread * normal())
  return Array.from({ length: 100 }, (_, n) => [
    ...Array.from({ length: Math.round(about(30)) }, (_, at) => ({
      customer: `weekly ${n}`,
      at: dated(690 - Math.round(about(6) + at * 14)),
      price: about(20),
    })),
    { customer: `old ${n}`, at: dated(700 - Math.round(Math.min(690, about(500)))), price: about(5000) },
    { customer: `new ${n}`, at: dated(700 - Math.round(about(20))), price: about(30) },
  ]).flat()
}
