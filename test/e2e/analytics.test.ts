import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { readLiveShop } from '../../infra/analytics/live/read-live-shop.ts'
import { shopOfLog } from '../../infra/analytics/live/shop-of-log.ts'
import { snapshotTables } from '../../infra/analytics/live/snapshot-tables.ts'
import { newestPlace } from '../../infra/analytics/live/snapshots-table.ts'
import { rfmColumns } from '../../models/analytics/rfm/rfm-columns.ts'
import { rfmTable } from '../../models/analytics/rfm/rfm-table.ts'
import { segmentTotals } from '../../models/analytics/rfm/segment-totals.ts'
import { codePointOrder } from '../../models/code-point-order.ts'
import { formatMoney, lineTotal } from '../../models/money.ts'
import { analyticsSnapshots } from '../../schemas/topics.ts'
import { DAY, type FileLine, fileLines } from '../infra/analytics/live/told-shop.ts'
import { readTopic } from '../support/read-topic.ts'
import { scrape } from '../support/scrape.ts'
import { type Deployment, embeddedDeployment } from '../support/scratch-deployment.ts'
import { startHere, type TarangHere } from '../support/tarang-here.ts'

let deployment: Deployment
let here: TarangHere
beforeAll(async () => {
  deployment = await embeddedDeployment()
  here = await startHere(deployment.config)
}, 120_000)
afterAll(async () => {
  await here?.stop()
  await deployment?.dispose()
})

const PATIENCE = { timeout: 90_000, interval: 250 }
const lines = fileLines(150, { seed: 8 })

/** Each line as an event of its own, so that orders come in pieces; one in nine is sent twice. */
const eventsOf = (rows: readonly FileLine[], begin = 0) =>
  rows.flatMap((line, i) => {
    const { customer, order, product, at, quantity, price, refund } = line
    const event = {
      ...{ type: refund ? 'refund' : 'purchase', id: `e${begin + i}`, customerId: customer, orderId: order },
      occurredAt: new Date(at).toISOString(),
      lines: [{ productId: product, quantity, unitPrice: price }],
    }
    return i % 9 === 0 ? [event, event] : [event]
  })

/** Segments by the rows of a file, no event anywhere. */
function segmentsOfFile(rows: readonly FileLine[], asOf: number) {
  const ids = [...new Set(rows.map(({ customer }) => customer))]
  const orders = [...new Set(rows.map(({ customer, order }) => `${customer}/${order}`))]
  const columns = {
    customer: Int32Array.from(rows, ({ customer }) => ids.indexOf(customer)),
    at: Float64Array.from(rows, ({ at }) => at),
    amount: Float64Array.from(rows, ({ quantity, price, refund }) => (refund ? -1 : 1) * lineTotal(quantity, price)),
    order: Int32Array.from(rows, ({ customer, order }) => orders.indexOf(`${customer}/${order}`)),
  }
  const table = rfmTable(rfmColumns(columns, ids.length), { asOf, byId: codePointOrder(ids), newDays: 30 })
  return segmentTotals(table).map(({ name, customers, orders: many, gross, net }) => ({
    ...{ segment: name, customers, orders: many, gross: formatMoney(gross), net: formatMoney(net) },
  }))
}

const sums = (rows: readonly Record<string, unknown>[]) =>
  rows.map(({ segment, customers, orders, gross, net }) => ({ segment, customers, orders, gross, net }))

async function send(events: readonly object[]): Promise<void> {
  for (let at = 0; at < events.length; at += 500) {
    const { body } = await here.post('/v1/events', { batch: events.slice(at, at + 500) })
    expect(body.rejected).toEqual([])
  }
}
const snapshotsThere = async () => (await newestPlace(here.tarang.sql)).seq

describe('the analytics of a running shop', { timeout: 240_000 }, () => {
  test('of an empty shop say that there is nothing yet', async () => {
    const { status, body } = await here.get('/analytics/overview')
    expect([status, body.code]).toEqual([404, 'snapshot_missing'])
    expect((await here.get('/analytics/movement')).body.code).toBe('snapshot_missing')
    const segments = await here.get('/analytics/segments')
    expect([segments.status, segments.body.customers]).toEqual([200, 0])
  })

  test('segments as they stand have the numbers of the same purchases in files', async () => {
    await send(eventsOf(lines))
    const expected = segmentsOfFile(lines, 0)
    await vi.waitFor(async () => expect(sums((await here.get('/analytics/segments')).body.segments)).toEqual(expected), PATIENCE)
  })

  test('so has the snapshot, which is taken by itself, told to the log, and measured', async () => {
    await vi.waitFor(async () => expect(await snapshotsThere()).toBeGreaterThan(0), PATIENCE)
    await vi.waitFor(async () => expect((await here.get('/analytics/overview')).status).toBe(200), PATIENCE)
    // The first may have been taken while the shop was being filled: the next has all.
    if ((await here.get('/analytics/overview')).body.overview.lines < lines.filter(({ refund }) => !refund).length)
      await nextSnapshot()
    const { body } = await here.get('/analytics/overview')
    const gross = lines.reduce((sum, { quantity, price, refund }) => sum + (refund ? 0 : lineTotal(quantity, price)), 0)
    expect(body.overview).toMatchObject({ buyers: 150, gross: formatMoney(gross), products: 21 })
    // Nothing was bought for long: the shop ends on the day of its last purchase.
    expect(Date.parse(body.asOf)).toBe((Math.floor(Math.max(...lines.map(({ at }) => at)) / DAY) + 1) * DAY)
    const revenue = (await here.get('/analytics/revenue?by=segment')).body
    expect(sums(revenue.rows)).toEqual(segmentsOfFile(lines, Date.parse(body.asOf)))
    const told = await vi.waitFor(async () => {
      const records = await readTopic(here.tarang.engine, analyticsSnapshots)
      expect(records.map(({ value }) => value.id)).toContain(body.snapshotId)
      return records
    }, PATIENCE)
    expect(told.at(-1)!.value).toMatchObject({ id: body.snapshotId, currency: 'PKR', buyers: 150 })
    const { value } = await scrape(here.url)
    expect(value('tarang_analytics_snapshots_total', { result: 'stored' })).toBeGreaterThan(0)
    expect(value('tarang_analytics_snapshots_total', { result: 'failed' })).toBe(0)
    expect(value('tarang_analytics_every_seconds')).toBe(21_600)
  })

  test('a file’s columns and the log’s come to the same tables', async () => {
    const { shop, lost, unreadable } = await shopOfLog(here.tarang.engine)
    expect([lost.customers, unreadable]).toEqual([0, 0])
    const { body } = await here.get('/analytics/value')
    const { tables } = snapshotTables(shop, Date.parse(body.asOf))
    const [row] = tables.value.rows
    const at = tables.value.columns.findIndex(({ name }) => name === 'purchases')
    expect(body.value.purchases).toBeCloseTo(row![at] as number, 6)
    expect((await here.get('/analytics/clusters')).body.clusters.length).toBe(tables.clusters.rows.length)
    expect((await here.get('/analytics/cohorts?months=60')).body.cohorts.length).toBe(tables.cohorts.rows.length)
  })

  test('movement to the next snapshot counts everybody once, new ones from a node of their own', async () => {
    const before = (await here.get('/analytics/snapshots')).body.snapshots[0]
    const last = Math.max(...lines.map(({ at }) => at))
    const fresh = Array.from({ length: 30 }, (_, i): FileLine => {
      const line = { product: 'p1', at: last + DAY, quantity: 2, price: '12.50' }
      return i < 12 ? { ...line, customer: `n${i}`, order: `n${i}` } : { ...line, customer: `c${i}`, order: `x${i}` }
    })
    await send(eventsOf(fresh, 100_000))
    await vi.waitFor(async () => {
      const { segments } = (await here.get('/analytics/segments')).body
      expect(sums(segments)).toEqual(segmentsOfFile([...lines, ...fresh], 0))
    }, PATIENCE)
    await nextSnapshot()
    const { body } = await here.get(`/analytics/movement?from=${before.id}`)
    expect(body.customers).toEqual({ both: 150, new: 12, gone: 0 })
    const linked = body.links.reduce((sum: number, { customers }: { customers: number }) => sum + customers, 0)
    expect(linked).toBe(162)
    expect(body.nodes).toContainEqual({ id: 'from:new', side: 'from', segment: null, customers: 12 })
    expect((await here.get('/analytics/movement?from=snap_77')).body.code).toBe('snapshot_unknown')
  })

  test('once it has ended, a command reads the same shop from its folder; while it runs that is refused in a sentence', async () => {
    const { shop } = await shopOfLog(here.tarang.engine)
    const read = () => readLiveShop(deployment.config, Date.now(), { warn: () => {} })
    await expect(read()).rejects.toThrow(/lock|in use|running/i)
    await here.stop()
    const left = await read()
    expect([left.currency, left.lost.customers, left.unreadable]).toEqual(['PKR', 0, 0])
    expect(left.asOf).toBe((Math.floor(Math.max(...left.shop.lines.at) / DAY) + 1) * DAY)
    expect([left.shop.lines.at.length, left.shop.customers.id.length]).toEqual([shop.lines.at.length, shop.customers.id.length])
    const before = snapshotTables(shop, left.asOf).tables
    const after = snapshotTables(left.shop, left.asOf).tables
    expect([after.overview, after.segments, after.months]).toEqual([before.overview, before.segments, before.months])
    here = await startHere(deployment.config)
    expect((await here.get('/analytics/overview')).body.snapshotId).toMatch(/^snap_\d+$/)
  })

  /** Makes the newest as old as the next one asks for, and waits for that. */
  async function nextSnapshot(): Promise<void> {
    const seq = await snapshotsThere()
    await here.tarang.sql.query('UPDATE analytics_snapshots SET taken_at = taken_at - 21600000')
    await vi.waitFor(async () => expect(await snapshotsThere()).toBeGreaterThan(seq), PATIENCE)
    const id = `snap_${seq + 1}`
    await vi.waitFor(async () => expect((await here.get('/analytics/overview')).body.snapshotId).toBe(id), PATIENCE)
  }
})
