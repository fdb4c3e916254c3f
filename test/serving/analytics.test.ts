import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { snapshotTableNames } from '../../infra/analytics/live/snapshot-tables.ts'
import { tableColumns } from '../../infra/analytics/table.ts'
import { rfmTable } from '../../models/analytics/rfm/rfm-table.ts'
import { type SegmentTotal, segmentTotals } from '../../models/analytics/rfm/segment-totals.ts'
import { codePointOrder } from '../../models/code-point-order.ts'
import { formatMoney } from '../../models/money.ts'
import { OrderStatistics } from '../../models/order-statistics.ts'
import { Random } from '../../models/random.ts'
import { cutsOf, type noCuts } from '../../models/rfm.ts'
import type { AnalyticsSnapshot } from '../../schemas/analytics-snapshot.ts'
import { buildApp } from '../../serving/app.ts'
import { segmentsNow } from '../../serving/lookups/segments-now.ts'
import type { Analytics } from '../../serving/ports/analytics.ts'
import type { Sql } from '../../streams/sql.ts'
import { NOW, quietPorts, standingClock } from './fake-ports.ts'
import { lookupDatabase, putCustomer } from './lookup-database.ts'

/** A row of every table: a text is its column's name, a number counts up. */
const row = (name: keyof typeof tableColumns): (string | number)[] =>
  tableColumns[name].map(({ name: column, kind }, at) =>
    kind === 'text' || kind === 'month' || kind === 'date' ? column : at + 0.25,
  )
const snapshot: AnalyticsSnapshot = {
  ...{ id: 'snap_3', seq: 3, takenAt: NOW, asOf: NOW - 1000, currency: 'PKR', buyers: 7, degraded: [] },
  tables: Object.fromEntries(
    snapshotTableNames.map(name => [name, { columns: [...tableColumns[name]], rows: [row(name)] }]),
  ) as AnalyticsSnapshot['tables'],
}
const none: Analytics = quietPorts().analytics
const holding = (own: Partial<Analytics> = {}): Analytics => ({ ...none, newest: () => ({ snapshot, without: [] }), ...own })
const app = (analytics: Analytics) => buildApp(quietPorts({ analytics }))
const paths = ['overview', 'cohorts', 'revenue', 'revenue?by=month', 'clusters', 'value']

describe('answers of the newest snapshot', () => {
  test.each(paths)('/analytics/%s says whose it is, and has every column under the name that the documents have', async path => {
    const answer = await app(holding()).inject(`/analytics/${path}`)
    const { snapshotId, takenAt, asOf, currency, degraded, ...body } = answer.json()
    expect([answer.statusCode, snapshotId, currency, degraded]).toEqual([200, 'snap_3', 'PKR', undefined])
    expect([takenAt, asOf]).toEqual([new Date(NOW).toISOString(), new Date(NOW - 1000).toISOString()])
    const document = (await app(none).inject('/openapi.json')).json()
    const [route] = path.split('?')
    const schema = document.paths[`/analytics/${route}`].get.responses['200'].content['application/json'].schema
    for (const [name, value] of Object.entries(body)) {
      const told = [value].flat()[0]
      if (typeof told !== 'object') continue
      const { items = schema.properties[name] } = schema.properties[name]
      const fits = [items, ...(items.anyOf ?? [])].map(one => Object.keys(one.properties ?? {}).sort())
      expect(fits).toContainEqual(Object.keys(told as object).sort())
    }
  })

  test('money is a decimal string, what there is nothing to say of is null', async () => {
    const { overview } = (await app(holding()).inject('/analytics/overview')).json()
    expect([overview.gross, overview.customers]).toEqual(['5.25', 0.25])
    const bare = { ...snapshot, tables: { ...snapshot.tables, value: { columns: [...tableColumns.value], rows: [] } } }
    const { value, segments } = (
      await app(holding({ newest: () => ({ snapshot: bare as AnalyticsSnapshot, without: ['value'] }) })).inject(
        '/analytics/value',
      )
    ).json()
    expect([value, segments.length]).toEqual([null, 1])
  })

  test.each(paths)('/analytics/%s without a snapshot is a problem that says why', async path => {
    const answer = await app(none).inject(`/analytics/${path}`)
    expect([answer.statusCode, answer.json().code, answer.json().detail]).toEqual([
      404,
      'snapshot_missing',
      'There is no snapshot.',
    ])
  })

  test('what is stale, or was made with something missing, says so, in words and in sentences', async () => {
    const poor = { ...snapshot, degraded: [{ stage: 'value', says: 'Nobody came back.' }] }
    const held = () => ({ snapshot: poor, without: ['value', 'snapshot_stale'] })
    const body = (await app(holding({ newest: held })).inject('/analytics/overview')).json()
    expect([body.degraded, body.remarks]).toEqual([['value', 'snapshot_stale'], ['Nobody came back.']])
  })

  test('who has it already gets nothing again, until it is another or poorer', async () => {
    const first = await app(holding()).inject('/analytics/clusters')
    const headers = { 'if-none-match': first.headers.etag as string }
    const same = await app(holding()).inject({ url: '/analytics/clusters', headers })
    expect([same.statusCode, same.body]).toEqual([304, ''])
    const stale = holding({ newest: () => ({ snapshot, without: ['snapshot_stale'] }) })
    expect((await app(stale).inject({ url: '/analytics/clusters', headers })).statusCode).toBe(200)
  })

  test('cohorts and months are as many as are asked for, the newest', async () => {
    const cohort = (month: string, after: number) => [month, 3, after, 1, 0.5, 2.5]
    const rows = ['2024-01', '2024-02', '2024-03'].flatMap((month, at) => [0, 1, 2].slice(0, 3 - at).map(k => cohort(month, k)))
    const own = { ...snapshot, tables: { ...snapshot.tables, cohorts: { columns: [...tableColumns.cohorts], rows } } }
    const held = holding({ newest: () => ({ snapshot: own as AnalyticsSnapshot, without: [] }) })
    const { cohorts } = (await app(held).inject('/analytics/cohorts?months=2')).json()
    expect(cohorts.map(({ cohort: month }: { cohort: string }) => month)).toEqual(['2024-02', '2024-02', '2024-03'])
    expect((await app(held).inject('/analytics/cohorts?months=0')).json().code).toBe('query_invalid')
    expect((await app(held).inject('/analytics/revenue?by=moon')).json().code).toBe('query_invalid')
  })
})

describe('GET /analytics/movement', () => {
  const head = (id: string) => ({ id, takenAt: NOW, asOf: NOW, tookMs: 1500, buyers: 4 })
  const moved = [
    { from: 'Loyal', to: 'Champions', customers: 2 },
    { from: null, to: 'New', customers: 3 },
    { from: 'Lost', to: null, customers: 1 },
  ]

  test('is a diagram: nodes at either end, new and gone ones of their own, and links that add up', async () => {
    const asked: unknown[] = []
    const movement: Analytics['movement'] = async (...choices) => {
      asked.push(choices)
      return { from: head('snap_1'), to: head('snap_2'), moved }
    }
    const body = (await app(holding({ movement })).inject('/analytics/movement?from=snap_1&to=2011-09-01')).json()
    expect(asked).toEqual([[{ id: 'snap_1' }, { at: Date.parse('2011-09-01T00:00:00Z') }]])
    expect(body.customers).toEqual({ both: 2, new: 3, gone: 1 })
    expect(body.nodes.map(({ id, customers }: { id: string; customers: number }) => [id, customers])).toEqual([
      ['from:Loyal', 2],
      ['from:Lost', 1],
      ['from:new', 3],
      ['to:Champions', 2],
      ['to:New', 3],
      ['to:gone', 1],
    ])
    expect(body.links).toContainEqual({ source: 'from:new', target: 'to:New', customers: 3 })
    expect([body.from.tookSeconds, body.degraded]).toEqual([1.5, undefined])
  })

  test('of one snapshot alone says that it is compared with itself', async () => {
    const movement: Analytics['movement'] = async () => ({ from: head('snap_1'), to: head('snap_1'), moved: [] })
    expect((await app(holding({ movement })).inject('/analytics/movement')).json().degraded).toEqual(['one_snapshot'])
  })

  test('of what is not there is a problem: no snapshot at all, one that is gone, an instant that is none', async () => {
    const code = async (analytics: Analytics, query: string) =>
      (await app(analytics).inject(`/analytics/movement${query}`)).json().code
    const one = holding({ snapshots: async () => [head('snap_9')] })
    expect(await code(none, '')).toBe('snapshot_missing')
    expect(await code(one, '?from=snap_1')).toBe('snapshot_unknown')
    expect(await code(one, '?from=yesterday')).toBe('query_invalid')
    expect(await code(one, '?from=yesterday&to=tomorrow')).toBe('query_invalid')
  })
})

test('snapshots are listed, the newest first as the port has them, no more than are asked for', async () => {
  const head = { id: 'snap_3', takenAt: NOW, asOf: NOW, tookMs: 250, buyers: 7 }
  const limits: number[] = []
  const snapshots: Analytics['snapshots'] = async limit => {
    limits.push(limit)
    return [head]
  }
  const body = (await app(holding({ snapshots })).inject('/analytics/snapshots?limit=5')).json()
  const at = new Date(NOW).toISOString()
  expect([body.snapshots, limits]).toEqual([[{ id: 'snap_3', takenAt: at, asOf: at, buyers: 7, tookSeconds: 0.25 }], [5]])
})

describe('GET /analytics/segments', () => {
  let sql: Sql
  const DAY = 86_400_000
  const random = new Random('segments now')
  const customers = Array.from({ length: 300 }, (_, c) => {
    const orders = random.chance(0.1) ? 0 : random.int(1, 9)
    const firstAt = NOW - random.int(100, 400) * DAY
    const lastAt = NOW - random.int(-2, 90) * DAY + random.int(0, DAY)
    const gross = random.int(1, 40) * 12_345
    return { id: `c${c}`, orders, firstAt, lastAt, gross, net: gross - random.int(0, 12_345) }
  })
  beforeAll(async () => {
    sql = await lookupDatabase()
    for (const { orders, ...facts } of customers)
      await putCustomer(sql, orders === 0 ? { id: facts.id, net: -100 } : { ...facts, orders })
  })
  afterAll(() => sql.close())

  /** The cuts of all who bought, by the structure that `ranking` keeps them in. */
  function cuts() {
    const buyers = customers.filter(({ orders }) => orders > 0)
    const of = (value: (one: (typeof buyers)[number]) => number) => {
      const statistics = new OrderStatistics()
      for (const one of buyers) statistics.add(value(one), 1)
      return cutsOf(statistics)
    }
    const [recency, frequency, monetary] = [of(one => one.lastAt), of(one => one.orders), of(one => one.gross)]
    return { version: 4, customers: buyers.length, recency, frequency, monetary } as typeof noCuts
  }

  test('has the numbers of models/analytics/rfm on the same facts, to the last customer and the last rupee', async () => {
    const own: Analytics = { ...none, segmentsNow: (...asked) => segmentsNow(sql, ...asked) }
    const server = buildApp(quietPorts({ analytics: own, cuts }))
    const body = (await server.inject('/analytics/segments')).json()
    const column = (of: (one: (typeof customers)[number]) => number) => Float64Array.from(customers, of)
    const facts = {
      firstAt: column(one => one.firstAt),
      lastAt: column(one => one.lastAt),
      orders: Int32Array.from(customers, one => one.orders),
      gross: column(one => (one.orders === 0 ? 0 : one.gross)),
      net: column(one => one.net),
      lines: { purchases: 0, refunds: 0, neither: 0 },
    }
    const table = rfmTable(facts, { asOf: NOW, byId: codePointOrder(customers.map(({ id }) => id)), newDays: 30 })
    const shown = (total: SegmentTotal) => ({
      segment: total.name,
      ...{ customers: total.customers, orders: total.orders, gross: formatMoney(total.gross), net: formatMoney(total.net) },
    })
    const sums = (one: Record<string, unknown>) => ({
      ...{ segment: one.segment, customers: one.customers, orders: one.orders, gross: one.gross, net: one.net },
    })
    expect(body.segments.map(sums)).toEqual(segmentTotals(table).map(shown))
    for (const [i, total] of segmentTotals(table).entries()) {
      const { shareOfCustomers, shareOfGross, meanRecencyDays, meanOrders } = body.segments[i]
      expect(shareOfCustomers).toBeCloseTo(total.shareOfCustomers, 12)
      expect(shareOfGross).toBeCloseTo(total.shareOfGross, 12)
      expect([meanRecencyDays ?? 0, meanOrders ?? 0]).toEqual([total.meanRecencyDays, total.meanOrders])
    }
    expect([body.customers, body.cutsVersion, body.asOf]).toEqual([table.ranked, 4, new Date(NOW).toISOString()])
  })

  test('of nobody has every segment with nobody in it', async () => {
    const quiet = await lookupDatabase()
    const own: Analytics = { ...none, segmentsNow: (...asked) => segmentsNow(quiet, ...asked) }
    const body = (await buildApp(quietPorts({ analytics: own })).inject('/analytics/segments')).json()
    expect([body.customers, body.segments.length, body.segments[0].meanGross]).toEqual([0, 11, null])
    await quiet.close()
  })

  test('while the database is away they are those of the newest snapshot, and say so; without one it is a 503', async () => {
    const away = async () => Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))
    const body = (await app(holding({ segmentsNow: away })).inject('/analytics/segments')).json()
    expect([body.degraded, body.snapshotId, body.customers, body.segments.length]).toEqual([['database'], 'snap_3', 7, 1])
    expect((await app({ ...none, segmentsNow: away }).inject('/analytics/segments')).statusCode).toBe(503)
    const broken = async () => Promise.reject(new Error('a mistake of ours'))
    expect((await app(holding({ segmentsNow: broken })).inject('/analytics/segments')).statusCode).toBe(500)
  })

  test('all who ask at once have one pass over the customers, and so have those who ask soon after', async () => {
    let passes = 0
    const { advance, ...clock } = standingClock()
    const counting: Analytics = {
      ...none,
      async segmentsNow() {
        passes++
        advance(100)
        return []
      },
    }
    const server = buildApp(quietPorts({ analytics: counting, clock }))
    const ask = () => server.inject('/analytics/segments')
    await Promise.all([ask(), ask(), ask()])
    expect(passes).toBe(1)
    advance(2900)
    await ask()
    expect(passes).toBe(1)
    advance(200)
    await ask()
    expect(passes).toBe(2)
  })
})
