import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrate } from '../../infra/sql/migrate.ts'
import { pgliteSql } from '../../infra/sql/pglite-sql.ts'
import { type Clock, systemClock } from '../../streams/clock.ts'
import { type EmbeddedLogOptions, embeddedLog } from '../../streams/embedded-log.ts'
import type { LogRecord, Membership, NewRecord } from '../../streams/log.ts'
import type { Sql } from '../../streams/sql.ts'
import { logContract } from '../contracts/log.ts'

const migrations = fileURLToPath(new URL('../../infra/migrations', import.meta.url))
const DAY = 86_400_000

async function freshSql(): Promise<Sql> {
  const sql = await pgliteSql({})
  await migrate(sql, { folder: migrations })
  return sql
}

const harness = (options: Partial<EmbeddedLogOptions>) => async () => {
  const sql = await freshSql()
  const log = embeddedLog({ sql, clock: systemClock, ...options })
  return {
    log,
    sql,
    atomic: true,
    another: async () => log,
    kill: async () => embeddedLog({ sql, clock: systemClock, ...options }),
    async close() {
      await log.close()
      await sql.close()
    },
  }
}

logContract('the embedded log', harness({}))
logContract('the embedded log with nothing in memory', harness({ tailBytes: 0 }))

describe('the embedded log', { timeout: 60_000 }, () => {
  let sql: Sql
  let now = 100 * DAY
  const clock: Clock = { ...systemClock, now: () => now }
  beforeAll(async () => {
    sql = await freshSql()
  }, 60_000)
  afterAll(() => sql.close())

  const record = (topic: string, change: Partial<NewRecord> = {}): NewRecord => ({
    topic,
    partition: 0,
    key: 'k',
    value: Buffer.from('v'),
    headers: {},
    timestamp: now,
    ...change,
  })

  test('a reader who keeps up asks the database nothing', async () => {
    let queries = 0
    const counting: Sql = {
      ...sql,
      query(text, values) {
        if (text.includes('FROM log l')) queries++
        return sql.query(text, values)
      },
    }
    const log = embeddedLog({ sql: counting, clock })
    await log.createTopics([{ name: 'kept-up', partitions: 1, retention: 'keep' }])
    const reader = await log.follow(['kept-up'])
    await started(reader, 0)
    for (let n = 0; n < 20; n++) {
      await log.publish([record('kept-up')])
      expect(await readSome(reader)).toHaveLength(1)
    }
    expect(queries).toBe(0)
    const late = await embeddedLog({ sql: counting, clock }).follow(['kept-up'])
    await started(late, 0)
    expect(await readSome(late)).toHaveLength(20)
    expect(queries).toBe(1)
    await log.close()
  })

  test('records that were rolled back are never read, and their offsets are given again', async () => {
    const log = embeddedLog({ sql, clock })
    await log.createTopics([{ name: 'rolled-back', partitions: 1, retention: 'keep' }])
    const reader = await log.follow(['rolled-back'])
    await started(reader, 0)
    const failing = log.publishAndCommit([record('rolled-back', { key: 'never' })], sql, async () => {
      throw new Error('fenced')
    })
    await expect(failing).rejects.toThrow('fenced')
    await log.publish([record('rolled-back', { key: 'kept' })])
    expect((await readSome(reader)).map(({ key, offset }) => [key, offset])).toEqual([['kept', 0]])
    await log.close()
  })

  test('pruning deletes whole batches that all readers have passed and their topic lets go, and moves the start', async () => {
    const log = embeddedLog({ sql, clock })
    await log.createTopics([
      { name: 'days', partitions: 2, retention: { days: 7 } },
      { name: 'kept', partitions: 1, retention: 'keep' },
      { name: 'compacted', partitions: 1, retention: 'compact' },
    ])
    const all = (timestamp: number) => [
      ...['days', 'kept', 'compacted'].flatMap(topic => [record(topic, { timestamp }), record(topic, { timestamp })]),
      record('days', { partition: 1, timestamp }),
    ]
    for (const day of [80, 90, 96]) await log.publish(all(day * DAY)) // days 80 and 90 are older than 7 days
    const starts = async () =>
      Promise.all(['days', 'kept', 'compacted'].map(async topic => (await log.offsets(topic)).map(({ start }) => start)))

    await log.prune(() => 0)
    expect(await starts()).toEqual([[0, 0], [0], [0]])
    await log.prune(() => 3) // in the middle of the second batch
    expect(await starts()).toEqual([[2, 2], [0], [2]])
    await log.prune((topic, partition) => (topic === 'days' && partition === 1 ? 0 : 6))
    expect(await starts()).toEqual([[4, 2], [0], [6]])
    expect(await log.offsets('compacted')).toEqual([{ start: 6, end: 6 }])

    for (const each of [log, embeddedLog({ sql, clock })]) {
      const reader = await each.follow(['days', 'compacted'])
      for (const partition of await assigned(reader)) reader.start({ ...partition, offset: 0 })
      expect((await readAll(reader, 3)).map(({ topic, partition, offset }) => [topic, partition, offset])).toEqual([
        ['days', 0, 4],
        ['days', 0, 5],
        ['days', 1, 2],
      ])
      await reader.leave()
    }
    now += 4 * DAY
    await log.prune(() => Number.MAX_SAFE_INTEGER)
    expect(await starts()).toEqual([[6, 3], [0], [6]])
    expect(await sql.query(`SELECT DISTINCT topic FROM log WHERE topic IN ('days', 'kept', 'compacted')`)).toEqual([
      { topic: 'kept' },
    ])
    expect(await log.publish([record('days')])).toEqual([{ topic: 'days', partition: 0, end: 7 }])
    await log.close()
  })

  test('a batch with one young record stays, and so does what comes after it', async () => {
    const log = embeddedLog({ sql, clock })
    await log.createTopics([{ name: 'mixed', partitions: 1, retention: { days: 7 } }])
    const [old, young] = [now - 30 * DAY, now]
    for (const timestamps of [[old], [old, young], [old]])
      await log.publish(timestamps.map(timestamp => record('mixed', { timestamp })))
    await log.prune(() => 4)
    expect(await log.offsets('mixed')).toEqual([{ start: 1, end: 4 }])
    await log.close()
  })

  test('a closed log lets its readers go and takes nothing more', async () => {
    const log = embeddedLog({ sql, clock })
    await log.createTopics([{ name: 'closing', partitions: 1, retention: 'keep' }])
    const waiting = (await started(await log.follow(['closing']), 0)).next(10, 30_000)
    await log.close()
    expect(await waiting).toEqual({ type: 'left' })
    await expect(log.publish([record('closing')])).rejects.toThrow('closed')
    await expect(log.join('group', ['closing'])).rejects.toThrow('closed')
  })
})

test('a process killed in the middle of `publishAndCommit` leaves records and state that agree', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tarang-log-'))
  try {
    let acknowledged = 0
    for (let kill = 0; kill < 2; kill++) {
      const child = fork(fileURLToPath(new URL('./killed-publisher.ts', import.meta.url)), [folder], {
        execArgv: ['--import', 'tsx'],
      })
      const target = acknowledged + 40
      const reached = new Promise<void>(resolve => {
        child.on('message', n => {
          acknowledged = Number(n)
          if (acknowledged >= target) resolve()
        })
      })
      await Promise.race([reached, once(child, 'exit').then(() => Promise.reject(new Error('the publisher ended by itself')))])
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    }
    const sql = await pgliteSql({ folder })
    const log = embeddedLog({ sql, clock: systemClock })
    const ends = (await log.offsets('counted')).map(({ end }) => end)
    const [counted] = await sql.query<{ n: number }>('SELECT n FROM counted')
    const reader = await log.follow(['counted'])
    for (const partition of await assigned(reader)) reader.start({ ...partition, offset: 0 })
    const records = await readAll(reader, 2 * counted!.n)
    await sql.close()
    expect(counted!.n).toBeGreaterThanOrEqual(acknowledged)
    expect(ends).toEqual([counted!.n, counted!.n])
    for (const partition of [0, 1]) {
      const numbers = records.filter(r => r.partition === partition).map(r => Number(r.key))
      expect(numbers).toEqual(Array.from({ length: counted!.n }, (_, n) => n))
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}, 60_000)

async function assigned(reader: Membership) {
  const signal = await reader.next(1, 5000)
  if (signal?.type !== 'assigned') throw new Error(`expected assigned, got ${signal?.type}`)
  return signal.partitions
}

async function started(reader: Membership, offset: number): Promise<Membership> {
  for (const partition of await assigned(reader)) reader.start({ ...partition, offset })
  return reader
}

async function readSome(reader: Membership): Promise<LogRecord[]> {
  const signal = await reader.next(1000, 5000)
  return signal?.type === 'records' ? signal.batches.flatMap(({ records }) => [...records]) : []
}

async function readAll(reader: Membership, count: number): Promise<LogRecord[]> {
  const records: LogRecord[] = []
  while (records.length < count) {
    const some = await readSome(reader)
    if (some.length === 0) throw new Error(`${records.length} of ${count} records came`)
    records.push(...some)
  }
  return records.sort((a, b) =>
    a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : a.partition - b.partition || a.offset - b.offset,
  )
}
