import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clusterCustomers } from '../../../../models/analytics/clusters/cluster-customers.ts'
import { rfmColumns } from '../../../../models/analytics/rfm/rfm-columns.ts'
import { rfmFeatures } from '../../../../models/analytics/rfm/rfm-features.ts'
import { NO_SEGMENT, RFM_FLAGS, rfmTable } from '../../../../models/analytics/rfm/rfm-table.ts'
import { segmentStrategies, strategyOfSegment } from '../../../../models/analytics/rfm/segment-strategy.ts'
import { segmentTotals } from '../../../../models/analytics/rfm/segment-totals.ts'
import { addPurchase, addRefund, noHistory } from '../../../../models/rfm.ts'
import { segments } from '../../../../models/segments.ts'

const DAY = 86_400_000

interface Line {
  readonly customer: number
  readonly day: number
  readonly amount: number
  readonly order: number
}

const line = fc.record({
  customer: fc.integer({ min: 0, max: 4 }),
  day: fc.integer({ min: 0, max: 400 }),
  amount: fc.integer({ min: -3, max: 9 }),
  order: fc.integer({ min: 0, max: 6 }),
})

const columnsOf = (lines: readonly Line[]) => ({
  customer: Int32Array.from(lines, ({ customer }) => customer),
  at: Float64Array.from(lines, ({ day }) => day * DAY),
  amount: Float64Array.from(lines, ({ amount }) => amount * 10_000),
  order: Int32Array.from(lines, ({ order }) => order),
})

const tableOf = (lines: readonly Line[], customers: number, asOf = 400) => {
  const byId = Int32Array.from({ length: customers }, (_, customer) => customer)
  return rfmTable(rfmColumns(columnsOf(lines), customers), { asOf: asOf * DAY, byId, newDays: 30 })
}

test('facts are those of the engine’s own history, line by line, in any order, even where an order’s id is two customers’', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 40 }), lines => {
      const facts = rfmColumns(columnsOf(lines), 5)
      for (let who = 0; who < 5; who++) {
        const seen = new Set<number>()
        let history = noHistory
        for (const { customer, day, amount, order } of lines) {
          if (customer !== who) continue
          if (amount > 0) {
            history = addPurchase(history, { at: day * DAY, gross: amount * 10_000, newOrder: !seen.has(order) })
            seen.add(order)
          } else if (amount < 0) history = addRefund(history, -amount * 10_000)
        }
        const { orders, gross, net, firstAt, lastAt } = facts
        expect({ orders: orders[who], gross: gross[who], net: net[who] }).toEqual({
          orders: history.orders,
          gross: history.gross,
          net: history.net,
        })
        expect([firstAt[who], lastAt[who]]).toEqual([history.firstAt ?? 0, history.lastAt ?? 0])
      }
    }),
  )
})

test('without orders every line is one, and a line that is no number is counted and nothing else', () => {
  const facts = rfmColumns(
    {
      customer: Int32Array.of(0, 0, 0, 0),
      at: Float64Array.of(5, 5, Number.NaN, 5),
      amount: Float64Array.of(1, 2, 3, Number.NaN),
    },
    1,
  )
  expect([facts.orders[0], facts.gross[0], facts.net[0]]).toEqual([2, 3, 3])
  expect(facts.lines).toEqual({ purchases: 2, refunds: 0, neither: 2 })
})

test('flags say what is far outside, single and new; who has no purchase has no score, segment or flag', () => {
  const usual = Array.from({ length: 20 }, (_, customer) => [
    { customer, day: 300 + (customer % 5), amount: 10 + (customer % 3), order: customer },
    { customer, day: 310 + (customer % 5), amount: 10, order: 100 + customer },
  ]).flat()
  const table = tableOf(
    [...usual, { customer: 20, day: 390, amount: 1e9, order: 999 }, { customer: 21, day: 399, amount: -5, order: 998 }],
    22,
  )
  expect(table.flags[20]).toBe(RFM_FLAGS.recency | RFM_FLAGS.frequency | RFM_FLAGS.monetary | RFM_FLAGS.single | RFM_FLAGS.new)
  expect([...table.flags.subarray(0, 20)]).toEqual(Array(20).fill(0))
  expect([table.ranked, table.recencyDays[21], table.r.tied[21], table.segment[21], table.flags[21]]).toEqual([
    21,
    -1,
    0,
    NO_SEGMENT,
    0,
  ])
})

test('recency is never negative: a purchase after the day asked for counts as of that day, and makes nobody new', () => {
  const table = tableOf([{ customer: 0, day: 500, amount: 1, order: 0 }], 1)
  expect([table.recencyDays[0], table.flags[0]]).toEqual([0, RFM_FLAGS.single])
})

test('segments’ totals add up to all customers and all money', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 40 }), lines => {
      const table = tableOf(lines, 5)
      const totals = segmentTotals(table)
      expect(totals.map(({ name }) => name)).toEqual(segments)
      expect(totals.reduce((sum, { customers }) => sum + customers, 0)).toBe(table.ranked)
      const paid = lines.reduce((sum, { amount }) => sum + Math.max(0, amount) * 10_000, 0)
      expect(totals.reduce((sum, { gross }) => sum + gross, 0)).toBe(paid)
      expect(totals.flatMap(total => Object.values(total)).filter(Number.isNaN)).toEqual([])
    }),
  )
})

test('every segment has a strategy of its own, with what M changes', () => {
  expect(Object.keys(segmentStrategies).sort()).toEqual([...segments].sort())
  expect(new Set(segments.map(segment => strategyOfSegment(segment, 3)!.action)).size).toBe(segments.length)
  expect(strategyOfSegment('Lost', 5)!.care).not.toBe(strategyOfSegment('Lost', 1)!.care)
  expect(strategyOfSegment('toString', 1)).toBeUndefined()
})

test.each([
  ['no lines', []],
  ['one customer', [{ customer: 0, day: 10, amount: 7, order: 0 }]],
  ['all alike', [0, 1, 2, 3].map(customer => ({ customer, day: 10, amount: 7, order: customer }))],
] as const)('%s: tables and clusters without a NaN', (_, lines) => {
  const table = tableOf(lines, 4)
  const { customers, features } = rfmFeatures(table.facts, 400 * DAY)
  const clusters = clusterCustomers(features, customers.length, { maxClusters: 10, seed: 42 })
  expect(clusters.clusters.length).toBe(Math.min(1, lines.length))
  const numbers = [
    ...Object.values(table.fences).flatMap(Object.values),
    ...clusters.clusters.flatMap(({ means }) => Object.values(means)),
  ]
  expect(numbers.filter(x => !Number.isFinite(x))).toEqual([])
  expect(table.segment.filter(s => s !== NO_SEGMENT).length).toBe(lines.length)
})
