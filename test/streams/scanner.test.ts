import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { smsReports } from '../../consumers/sms-reports.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import { noJournal } from '../../streams/journal.ts'
import { silent } from '../../streams/meter.ts'
import type { Outbound, Publish } from '../../streams/outbound.ts'
import { scanner } from '../../streams/scanner.ts'
import type { Sql } from '../../streams/sql.ts'
import { freshSql, request } from '../infra/sms/sms-fixture.ts'

let sql: Sql
beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())
beforeEach(() => sql.script('TRUNCATE sms_ledger, sms_results, customer_keys, scanner_leases'))

const unreported = async () => (await sql.query('SELECT count(*) AS rows FROM sms_results WHERE NOT reported'))[0]!.rows

/** A log that keeps what was appended, and fails when told to. */
function log() {
  const records: Outbound[] = []
  const failures: string[] = []
  const publish: Publish = async appended => {
    records.push(...appended)
    const failure = failures.shift()
    if (failure !== undefined) throw new Error(failure)
    return []
  }
  return { records, failures, publish }
}

const idsOf = (records: readonly Outbound[], topic: string) =>
  records.filter(r => r.topic.name === topic).map(r => r.value.id as string)

/** Runs a scanner until every row is reported. */
async function drain(publish: Publish, page?: number): Promise<void> {
  const stop = new AbortController()
  const run = scanner(smsReports, { sql, publish, clock, meter: silent, journal: noJournal, ...(page && { page }) }).run(
    stop.signal,
  )
  try {
    while ((await unreported()) !== 0) await Promise.race([clock.sleep(5), run])
  } finally {
    stop.abort()
    await run
  }
}

/** A request and some more of its life. */
async function lives(ids: readonly string[], steps: number): Promise<void> {
  await request(
    sql,
    ids.map(id => ({ id, campaignId: 'c1' })),
    1_700_000_000_000,
  )
  for (let n = 2; n <= steps; n++)
    await sql.query(
      `INSERT INTO sms_results (id, partition, request_id, n, customer_id, campaign_id, status, detail, attempt, at)
       SELECT u.id || ':' || $2::integer, 0, u.id, $2::integer, 'ada', 'c1', 'claimed', 'step ' || $2::integer, 0, 5 FROM unnest($1::text[]) AS u(id)`,
      [ids, n],
    )
}

test('a row is told to sms-results and to its customer, under the row’s id', async () => {
  await lives(['r1'], 2)
  const { records, publish } = log()
  await drain(publish)
  expect(records.map(({ topic, key, value }) => [topic.name, key, value])).toEqual([
    [
      'sms-results',
      'ada',
      { id: 'r1:1', requestId: 'r1', customerId: 'ada', campaignId: 'c1', status: 'queued', at: 1_700_000_000_000 },
    ],
    [
      'events',
      'ada',
      {
        type: 'sms',
        id: 'r1:1',
        customerId: 'ada',
        occurredAt: '2023-11-14T22:13:20.000Z',
        requestId: 'r1',
        campaignId: 'c1',
        status: 'queued',
      },
    ],
    [
      'sms-results',
      'ada',
      { id: 'r1:2', requestId: 'r1', customerId: 'ada', campaignId: 'c1', status: 'claimed', at: 5, detail: 'step 2' },
    ],
    [
      'events',
      'ada',
      {
        type: 'sms',
        id: 'r1:2',
        customerId: 'ada',
        occurredAt: '1970-01-01T00:00:00.005Z',
        requestId: 'r1',
        campaignId: 'c1',
        status: 'claimed',
        detail: 'step 2',
      },
    ],
  ])
})

test('what became of a bare number is told to nobody’s stream', async () => {
  await request(sql, [{ id: 'r1', to: '+923001234567' }])
  const { records, publish } = log()
  await drain(publish)
  expect(records.map(r => r.topic.name)).toEqual(['sms-results'])
  expect(records[0]!.key).toBe(records[0]!.value.recipient)
})

test('pages keep each request’s order, and nothing is told twice in quiet times', async () => {
  await lives(['a', 'b', 'c', 'd'], 6)
  const { records, publish } = log()
  await drain(publish, 5)
  const ids = idsOf(records, 'events')
  expect(ids).toHaveLength(24)
  for (const id of ['a', 'b', 'c', 'd'])
    expect(ids.filter(i => i.startsWith(id))).toEqual([1, 2, 3, 4, 5, 6].map(n => `${id}:${n}`))
})

test('a failed append is appended again: nothing is lost, and copies carry the same ids', async () => {
  await lives(['a', 'b'], 3)
  const { records, failures, publish } = log()
  failures.push('the log is away')
  await expect(drain(publish, 4)).rejects.toThrow('the log is away')
  await drain(publish, 4)
  expect(idsOf(records, 'sms-results')).toHaveLength(4 + 6)
  expect(new Set(idsOf(records, 'sms-results')).size).toBe(6)
})

test('with two instances one appends, and the other takes over when it stops', async () => {
  const { records, publish } = log()
  const stops = [new AbortController(), new AbortController()]
  const runs = stops.map(stop => scanner(smsReports, { sql, publish, clock, meter: silent, journal: noJournal }).run(stop.signal))
  await lives(['a', 'b'], 10)
  while ((await unreported()) !== 0) await clock.sleep(5)
  expect(idsOf(records, 'sms-results')).toHaveLength(20)
  stops[0]!.abort()
  await runs[0]
  await lives(['c'], 2)
  while ((await unreported()) !== 0) await clock.sleep(5)
  expect(idsOf(records, 'sms-results')).toHaveLength(22)
  stops[1]!.abort()
  await runs[1]
})

test('a wake is heard before the next look', async () => {
  const stop = new AbortController()
  const { records, publish } = log()
  const reporter = scanner(smsReports, {
    sql,
    publish,
    clock: { ...clock, sleep: (_, signal) => clock.sleep(1e6, signal) },
    meter: silent,
    journal: noJournal,
  })
  const run = reporter.run(stop.signal)
  await clock.sleep(20)
  await lives(['a'], 1)
  reporter.wake()
  while (records.length === 0) await clock.sleep(2)
  stop.abort()
  await run
  expect(idsOf(records, 'events')).toEqual(['a:1'])
})
