import { setTimeout as pause } from 'node:timers/promises'
import { deflateSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { CurrentSnapshot } from '../../../../infra/analytics/live/current-snapshot.ts'
import { sqlAnalytics } from '../../../../infra/analytics/live/sql-analytics.ts'
import { systemClock } from '../../../../streams/clock.ts'
import type { Sql } from '../../../../streams/sql.ts'
import { freshSql } from '../../sms/sms-fixture.ts'

const HOUR = 3_600_000
const WEEK = 7 * 24 * HOUR
const now = Date.UTC(2024, 5, 1)

let sql: Sql
beforeAll(async () => {
  sql = await freshSql()
}, 120_000)
afterAll(() => sql.close())
beforeEach(() => sql.script('TRUNCATE analytics_snapshots'))

const put = (seq: number, takenAt: number, segments: readonly number[], { format = 1, names = ['Champions', 'Lost'] } = {}) =>
  sql.query(`INSERT INTO analytics_snapshots VALUES ($1, $2, $3, $4, $4, 10, $5, $6, $7, $8::jsonb, true)`, [
    ...[`snap_${seq}`, seq, format, takenAt, segments.length],
    JSON.stringify({ id: `snap_${seq}`, seq, takenAt, asOf: takenAt, currency: 'PKR', buyers: 1, tables: {}, degraded: [] }),
    deflateSync(Uint8Array.from(segments)),
    JSON.stringify(names),
  ])

const clockAt = (at: { now: number; monotonic: number }) => ({
  ...systemClock,
  now: () => at.now,
  monotonic: () => at.monotonic,
})
const analytics = () => sqlAnalytics(sql, new CurrentSnapshot(sql, systemClock, HOUR), HOUR)

test('movement is between the newest and a week before unless told, by ids or by instants', async () => {
  await put(1, now - 3 * WEEK, [0])
  await put(2, now - WEEK - HOUR, [0, 1])
  await put(3, now - HOUR, [1, 1, 0])
  await put(4, now, [1, 255, 0])
  const ends = async (...asked: Parameters<ReturnType<typeof analytics>['movement']>) => {
    const found = await analytics().movement(...asked)
    return found && [found.from.id, found.to.id]
  }
  expect(await ends(undefined, undefined)).toEqual(['snap_2', 'snap_4'])
  expect(await ends({ id: 'snap_1' }, { id: 'snap_3' })).toEqual(['snap_1', 'snap_3'])
  expect(await ends({ at: now - 2 * WEEK }, { at: now - 1 })).toEqual(['snap_1', 'snap_3'])
  expect(await ends({ at: 5 }, undefined)).toEqual(['snap_1', 'snap_4'])
  expect(await ends({ id: 'snap_9' }, undefined)).toBeUndefined()
  expect((await analytics().movement(undefined, undefined))!.moved).toEqual([
    { from: 'Champions', to: 'Lost', customers: 1 },
    { from: 'Lost', to: null, customers: 1 },
    { from: null, to: 'Champions', customers: 1 },
  ])
})

test('a snapshot of another version is left alone: not the newest, not listed, not compared with', async () => {
  await put(1, now - WEEK, [0])
  await put(2, now - HOUR, [0], { format: 2 })
  const current = new CurrentSnapshot(sql, systemClock, HOUR)
  await current.look()
  expect(current.current()?.snapshot.id).toBe('snap_1')
  expect((await analytics().snapshots(10)).map(({ id }) => id)).toEqual(['snap_1'])
  expect(await analytics().movement({ id: 'snap_2' }, undefined)).toBeUndefined()
  expect((await analytics().movement(undefined, undefined))?.to.id).toBe('snap_1')
})

test('a segment that was renamed between two snapshots is two, by their names', async () => {
  await put(1, now - WEEK, [0, 1])
  await put(2, now, [0, 1], { names: ['Heroes', 'Lost'] })
  expect((await analytics().movement(undefined, undefined))!.moved).toEqual([
    { from: 'Champions', to: 'Heroes', customers: 1 },
    { from: 'Lost', to: 'Lost', customers: 1 },
  ])
})

test('without a snapshot there is nothing, and a sentence why', async () => {
  expect(await analytics().movement(undefined, undefined)).toBeUndefined()
  expect(analytics().newest()).toBeUndefined()
  expect(analytics().whyNone).toMatch(/soon after the first purchase/)
  expect(sqlAnalytics(sql, new CurrentSnapshot(sql, systemClock, undefined), undefined).whyNone).toMatch(/is off/)
})

test('the newest is followed; an old one says that it is stale, and one of a database that is away that it may be', async () => {
  await put(1, now, [0])
  const at = { now: now + HOUR, monotonic: 0 }
  let away = false
  const query: Sql['query'] = (...asked) => (away ? Promise.reject(new Error('away')) : sql.query(...asked))
  const current = new CurrentSnapshot(
    { ...sql, query },
    { ...clockAt(at), sleep: (_, signal) => systemClock.sleep(20, signal) },
    HOUR,
  )
  const stop = new AbortController()
  let following = current.follow(stop.signal)
  await vi.waitFor(() => expect(current.current()?.without).toEqual([]))
  at.now = now + 2 * HOUR
  expect(current.current()?.without).toEqual(['snapshot_stale'])
  away = true
  await expect(following).rejects.toThrow('away')
  at.monotonic = 20_000
  expect(current.current()).toMatchObject({ snapshot: { id: 'snap_1' }, without: ['database', 'snapshot_stale'] })
  away = false
  following = current.follow(stop.signal)
  await put(2, at.now, [0])
  await vi.waitFor(() => expect(current.current()).toMatchObject({ snapshot: { id: 'snap_2' }, without: [] }))
  stop.abort()
  await following
  await pause(1)
})
