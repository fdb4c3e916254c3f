import { setTimeout as pause } from 'node:timers/promises'
import { inflateSync } from 'node:zlib'
import { Compile } from 'typebox/compile'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { snapshotReports } from '../../../../consumers/snapshot-reports.ts'
import { ShopTooLarge } from '../../../../infra/analytics/live/growing-shop.ts'
import { type LiveSource, shopOfLog } from '../../../../infra/analytics/live/shop-of-log.ts'
import { snapshotTables } from '../../../../infra/analytics/live/snapshot-tables.ts'
import { newestPlace, pruneSnapshots, snapshotAfter, storeSnapshot } from '../../../../infra/analytics/live/snapshots-table.ts'
import { snapshotter } from '../../../../infra/analytics/live/snapshotter.ts'
import { takeSnapshot } from '../../../../infra/analytics/live/take-snapshot.ts'
import { AnalyticsSnapshot } from '../../../../schemas/analytics-snapshot.ts'
import { analyticsSnapshots, customerChanges } from '../../../../schemas/topics.ts'
import { systemClock } from '../../../../streams/clock.ts'
import type { Engine } from '../../../../streams/engine.ts'
import { noJournal } from '../../../../streams/journal.ts'
import { silent } from '../../../../streams/meter.ts'
import { scanner } from '../../../../streams/scanner.ts'
import type { Sql } from '../../../../streams/sql.ts'
import { flowSql } from '../../../support/flow-world.ts'
import { readTopic } from '../../../support/read-topic.ts'
import { BEGAN, changesOf, DAY, fileLines, liveWorld, ranked, tell } from './told-shop.ts'

// A worker that analyses is a process's worth of start-up, and machines are busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let sql: Sql
beforeAll(async () => {
  sql = await flowSql()
})
afterAll(() => sql.close())

const quiet = { signal: new AbortController().signal }
const now = BEGAN + 410 * DAY

/** Runs a snapshotter at an instant until it has looked once, or until something is stored. */
function start(engine: Engine, more: Partial<Parameters<typeof snapshotter>[1]> = {}) {
  const stop = new AbortController()
  const counted: Record<string, number> = {}
  const meter = {
    ...silent,
    count: (name: string, labels: Readonly<Record<string, string>>, by = 1) => {
      const key = labels.result ?? name
      counted[key] = (counted[key] ?? 0) + by
    },
  }
  const clock = { ...systemClock, now: () => now }
  const running = snapshotter({ ...engine, clock, meter }, { everyMs: 3_600_000, currency: 'PKR', ...more }).run(stop.signal)
  running.catch(() => {}) // heard where it is awaited
  return {
    counted,
    running,
    async stop() {
      stop.abort()
      await running.catch(() => {})
    },
  }
}

const stored = async () => (await newestPlace(sql)).seq

describe('taking a snapshot', () => {
  test('in a worker gives what the same tables give here, each customer a number for good', async () => {
    const world = await liveWorld(sql)
    await tell(world, changesOf(fileLines(80)))
    const made = await takeSnapshot(world, { now, ...quiet })
    const { shop } = await shopOfLog(world)
    const { tables, rfm } = snapshotTables(shop, now)
    expect(made.tables).toEqual(JSON.parse(JSON.stringify(tables)))
    expect([made.buyers, made.asOf, made.degraded]).toEqual([80, now, []])
    const segments = inflateSync(made.segments)
    const inOrder = made.joined.map(id => rfm.segment[shop.customers.id.indexOf(id)])
    expect([...segments]).toEqual(inOrder)
  })

  test('every row has as many cells as its table columns, and none is NaN, of one customer as of many', async () => {
    for (const customers of [1, 2, 60]) {
      const world = await liveWorld(sql)
      await tell(world, changesOf(fileLines(customers)))
      const { tables } = await takeSnapshot(world, { now, ...quiet })
      for (const { name, columns, rows } of Object.values(tables))
        for (const row of rows) {
          expect([name, row.length]).toEqual([name, columns.length])
          expect(row.filter(cell => typeof cell === 'number' && !Number.isFinite(cell))).toEqual([])
        }
    }
  })

  test('sums of its tables are one another: months, segments and overview tell of the same shop', async () => {
    const world = await liveWorld(sql)
    await tell(world, changesOf(fileLines(90, { seed: 5 })))
    const { tables } = await takeSnapshot(world, { now, ...quiet })
    const column = (name: keyof typeof tables, of: string) => {
      const at = tables[name].columns.findIndex(({ name: own }) => own === of)
      return tables[name].rows.reduce((sum, row) => sum + (row[at] as number), 0)
    }
    for (const of of ['orders', 'gross', 'net']) {
      expect(column('months', of)).toBeCloseTo(column('overview', of), 4)
      expect(column('segments', of)).toBeCloseTo(column('overview', of), 4)
    }
    expect(column('months', 'new_customers')).toBe(column('overview', 'buyers'))
    expect(column('segments', 'customers')).toBe(column('overview', 'buyers'))
    expect(column('cohorts', 'spent')).toBeCloseTo(column('overview', 'gross'), 4)
    for (const of of ['purchases', 'revenue'] as const)
      expect(column('value_by_segment', of) / column('value', of)).toBeCloseTo(1, 9)
    expect([column('value', 'buyers'), column('value_by_segment', 'customers')]).toEqual([90, 90])
    expect(column('clusters', 'customers')).toBe(90)
  })

  test('a shop of long ago is looked at as of the day after its last purchase, a running one as of now', async () => {
    const world = await liveWorld(sql)
    await tell(world, changesOf([{ customer: 'ada', order: 'o', product: 'tea', at: BEGAN + 5, quantity: 1, price: '1.00' }]))
    expect((await takeSnapshot(world, { now: BEGAN + 20 * DAY, ...quiet })).asOf).toBe(BEGAN + 20 * DAY)
    expect((await takeSnapshot(world, { now: BEGAN + 40 * DAY, ...quiet })).asOf).toBe(BEGAN + DAY)
  })

  test('more than the worker has room for, in columns or in its heap, is refused in a sentence', async () => {
    const world = await liveWorld(sql)
    await tell(world, changesOf(fileLines(200)))
    await expect(takeSnapshot(world, { now, ...quiet, mostBytes: 1 << 15 })).rejects.toThrow(/more than fits into 0 MB/)
    const lines = (from: number) =>
      Array.from({ length: 200 }, (_, i) => ({
        customer: `customer ${from + i}`,
        order: `${from + i}`,
        product: 'tea',
        at: BEGAN,
        quantity: 1,
        price: '1.00',
      }))
    const bundle = (from: number) =>
      Buffer.from(JSON.stringify(changesOf(lines(from)).map(value => ({ at: 1, key: 'c', value }))))
    let next = 0
    const member = {
      async next() {
        const record = { topic: 't', partition: 0, offset: next, key: null, value: bundle(200 * next), headers: {}, timestamp: 0 }
        return { type: 'records', batches: [{ topic: 't', partition: 0, from: next, next: ++next, records: [record] }] }
      },
      leave: async () => {},
    }
    const log = { offsets: async () => [{ start: 0, end: 1e9 }], follow: async () => member } as unknown as LiveSource['log']
    const heap = takeSnapshot({ ...world, log }, { now, ...quiet, heapMb: 64 })
    await expect(heap).rejects.toThrow(ShopTooLarge)
    await expect(heap).rejects.toThrow(/does not fit into the 64 MB of heap/)
  })

  test('of two hundred customers fits into the least memory that can be set', async () => {
    const world = await liveWorld(sql)
    await tell(world, changesOf(fileLines(200)))
    expect((await takeSnapshot(world, { now, ...quiet, mostBytes: 1 << 26 })).buyers).toBe(200)
  })

  test('a record that nobody can read is told of', async () => {
    const world = await liveWorld(sql)
    const value = Buffer.from([])
    await world.log.publish([
      { topic: world.names.of(customerChanges), partition: 0, key: null, value, headers: {}, timestamp: 0 },
    ])
    expect((await takeSnapshot(world, { now, ...quiet })).degraded).toContainEqual({
      stage: 'history',
      says: expect.stringMatching(/^1 record of the log cannot be read/),
    })
  })

  test('a worker that dies ends the try with what it died of, and the next one has a new worker', async () => {
    const world = await liveWorld(sql)
    await tell(world, changesOf(fileLines(5)))
    const query = (async (_: string, [after] = [] as unknown[]) =>
      after === -1 ? [{ number: 0, customer_id: null }] : []) as unknown as Sql['query']
    const dying = takeSnapshot({ ...world, sql: { ...sql, query } }, { now, ...quiet })
    await expect(dying).rejects.toThrow(TypeError)
    expect((await takeSnapshot(world, { now, ...quiet })).buyers).toBe(5)
  })

  test('is left when it is told to, in the midst of a log that never ends', async () => {
    const world = await liveWorld(sql)
    const log = { ...world.log, offsets: async () => [0, 1].map(() => ({ start: 0, end: 1000 })) }
    const stop = new AbortController()
    const taking = takeSnapshot({ ...world, log }, { now, signal: stop.signal })
    setTimeout(() => stop.abort(new Error('enough')), 300)
    await expect(taking).rejects.toThrow('enough')
  })
})

describe('snapshots from time to time', () => {
  test('the first is taken once somebody bought something, the next when its time has come', async () => {
    const world = await liveWorld(sql)
    const first = start(world.engine)
    await pause(300)
    expect(await stored()).toBe(0)
    await first.stop()
    await tell(world, changesOf(fileLines(30)))
    await ranked(sql, 30)
    const second = start(world.engine)
    await vi.waitFor(async () => expect(await stored()).toBe(1), 20_000)
    await second.stop()
    expect(second.counted).toMatchObject({ stored: 1, failed: 0 })
    const again = start(world.engine)
    await pause(300)
    await again.stop()
    expect(await stored()).toBe(1)
    await sql.query('UPDATE analytics_snapshots SET taken_at = taken_at - 3600000')
    const due = start(world.engine)
    await vi.waitFor(async () => expect(await stored()).toBe(2), 20_000)
    await due.stop()
    expect((await sql.query('SELECT FROM scanner_leases')).length).toBe(0)
  })

  test('a shop that is being filled is looked at again once it has a tenth more customers', async () => {
    const world = await liveWorld(sql)
    await tell(world, changesOf(fileLines(10)))
    await ranked(sql, 10)
    const first = start(world.engine)
    await vi.waitFor(async () => expect(await stored()).toBe(1), 20_000)
    await first.stop()
    await sql.query('UPDATE analytics_snapshots SET taken_at = taken_at - 61000, took_ms = 3050')
    await ranked(sql, 20)
    const early = start(world.engine)
    await pause(300)
    await early.stop()
    expect(await stored()).toBe(1)
    await sql.query('UPDATE analytics_snapshots SET took_ms = 3000')
    for (const [customers, seq] of [
      [10, 1],
      [11, 2],
    ] as const) {
      await ranked(sql, customers)
      const next = start(world.engine)
      if (seq === 1) await pause(300)
      await vi.waitFor(async () => expect(await stored()).toBe(seq), 20_000)
      await next.stop()
    }
  })

  test('two instances at once make one between them', async () => {
    const world = await liveWorld(sql)
    await tell(world, changesOf(fileLines(40)))
    await ranked(sql, 40)
    const both = [start(world.engine), start(world.engine)]
    await vi.waitFor(async () => expect(await stored()).toBe(1), 20_000)
    await pause(300)
    for (const one of both) await one.stop()
    expect(await stored()).toBe(1)
    expect(both.map(({ counted }) => counted.stored).sort()).toEqual([0, 1])
  })

  test('of two that were taken from the same place, as when a lease ran out, the second changes nothing', async () => {
    const world = await liveWorld(sql)
    await tell(world, changesOf(fileLines(12)))
    const made = await takeSnapshot(world, { now, ...quiet })
    const place = { after: await newestPlace(sql), takenAt: now, tookMs: 1, currency: 'PKR', numbered: 0 }
    expect(await Promise.all([storeSnapshot(sql, made, place), storeSnapshot(sql, made, place)])).toEqual([true, false])
    const numbers = await sql.query('SELECT number, customer_id FROM analytics_customers ORDER BY number')
    expect(numbers.map(({ number }) => number)).toEqual([...made.joined.keys()])
    expect(numbers.map(({ customer_id: id }) => id)).toEqual(made.joined)
  })

  test('customers keep their numbers from snapshot to snapshot, and new ones come after them', async () => {
    const world = await liveWorld(sql)
    const changes = changesOf(fileLines(20))
    const early = changes.filter(({ customerId }) => /^c1?[0-9]$/.test(customerId))
    await tell(world, early.slice(0, 40))
    const first = await takeSnapshot(world, { now, ...quiet })
    await storeSnapshot(sql, first, { after: await newestPlace(sql), takenAt: now, tookMs: 1, currency: 'PKR', numbered: 0 })
    await tell(world, early.slice(40))
    const second = await takeSnapshot(world, { now, ...quiet })
    expect(second.joined.filter(id => first.joined.includes(id))).toEqual([])
    expect(inflateSync(second.segments).length).toBe(first.joined.length + second.joined.length)
  })

  test('one that fails is counted, said, and not tried again at once; stopping one leaves nothing behind', async () => {
    const world = await liveWorld(sql)
    await tell(world, changesOf(fileLines(100)))
    await ranked(sql, 100)
    const failing = start(world.engine, { mostBytes: 1 << 14 })
    await expect(failing.running).rejects.toThrow(/more than fits/)
    expect(failing.counted).toMatchObject({ failed: 1, stored: 0 })
    const stopped = start(world.engine)
    await pause(100)
    await stopped.stop()
    expect(stopped.counted.failed).toBe(0)
    expect([await stored(), (await sql.query('SELECT FROM scanner_leases')).length]).toEqual([0, 0])
    const late = start({ ...world.engine, log: { ...world.log, offsets: async () => [{ start: 0, end: 9 }] } }, { budgetMs: 300 })
    await expect(late.running).rejects.toThrow(/took longer than/)
    const next = start(world.engine)
    await vi.waitFor(async () => expect(await stored()).toBe(1), 20_000)
    await next.stop()
  })

  test('the supervisor may call again at once: the log is read again ten minutes later', async () => {
    const world = await liveWorld(sql)
    await tell(world, changesOf(fileLines(100)))
    await ranked(sql, 100)
    let reads = 0
    const offsets: typeof world.log.offsets = topic => {
      reads++
      return world.log.offsets(topic)
    }
    const at = { monotonic: 0 }
    const clock = { ...systemClock, now: () => now, monotonic: () => at.monotonic }
    const engine = { ...world.engine, log: { ...world.log, offsets }, clock }
    const failing = snapshotter(engine, { everyMs: 3_600_000, currency: 'PKR', mostBytes: 1 << 14 })
    const run = (ms: number) => failing.run(AbortSignal.timeout(ms))
    await expect(run(30_000)).rejects.toThrow(/more than fits/)
    await run(300)
    at.monotonic = 599_000
    await run(300)
    expect(reads).toBe(1)
    at.monotonic = 601_000
    await expect(run(30_000)).rejects.toThrow(/more than fits/)
    expect(reads).toBe(2)
  })

  test('each is told to the log once, as a record of its schema', async () => {
    const world = await liveWorld(sql)
    await tell(world, changesOf(fileLines(25)))
    await ranked(sql, 25)
    const one = start(world.engine)
    await vi.waitFor(async () => expect(await stored()).toBe(1), 20_000)
    await one.stop()
    const stop = new AbortController()
    const { publish } = world
    const telling = scanner(snapshotReports, {
      ...{ sql, publish: publish as never, clock: systemClock, meter: silent, journal: noJournal, page: 10 },
    }).run(stop.signal)
    await vi.waitFor(async () => expect(await sql.query('SELECT FROM analytics_snapshots WHERE reported')).toHaveLength(1))
    stop.abort()
    await telling
    const told = await readTopic(world, analyticsSnapshots)
    expect(told).toHaveLength(1)
    const snapshot = await snapshotAfter(sql, 0)
    expect(Compile(AnalyticsSnapshot).Check(snapshot)).toBe(true)
  })

  test('all of two days are kept, then the last of each day for ninety; never is the newest lost, or one not told', async () => {
    await liveWorld(sql)
    const put = (seq: number, hoursAgo: number, reported = true) =>
      sql.query(`INSERT INTO analytics_snapshots VALUES ($1, $2, 1, $3, 0, 1, 1, '{}', ''::bytea, '[]', $4)`, [
        `snap_${seq}`,
        seq,
        Math.floor(now / DAY) * DAY - hoursAgo * 3_600_000,
        reported,
      ])
    const ages = [100 * 24 + 1, 91 * 24 + 1, 80 * 24 + 2, 80 * 24 + 1, 72 + 2, 72 + 1, 47, 46, 1]
    for (const [i, hours] of ages.entries()) await put(i + 1, hours, hours !== 91 * 24 + 1)
    await pruneSnapshots(sql, Math.floor(now / DAY) * DAY)
    const left = async () => (await sql.query('SELECT seq FROM analytics_snapshots ORDER BY seq')).map(({ seq }) => seq)
    expect(await left()).toEqual([2, 4, 6, 7, 8, 9])
    await pruneSnapshots(sql, now + 1000 * DAY)
    expect(await left()).toEqual([2, 9])
  })
})
