import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { smsAges } from '../../../infra/sms/sms-ages.ts'
import type { Sql } from '../../../streams/sql.ts'
import { freshSql, request } from './sms-fixture.ts'

let sql: Sql
beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())
beforeEach(() => sql.script('TRUNCATE sms_ledger, sms_results, link_clicks, customer_keys'))

const rounded = async () => Object.values(await smsAges(sql)).map(age => Math.floor(age / 10) * 10)

test('where no text waits, nothing has an age', async () => {
  expect(await smsAges(sql)).toEqual({ due: 0, unknown: 0, unreported: 0 })
})

test('each age is that of the oldest: of what is due, of what nobody knows, of what was not told', async () => {
  const now = Date.now()
  await request(sql, [{ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'd' }], now - 400_000)
  await sql.query('UPDATE sms_results SET reported = true')
  await sql.query("UPDATE sms_ledger SET not_before = $1 WHERE id = 'a'", [now - 100_000])
  await sql.query("UPDATE sms_ledger SET not_before = $1 WHERE id = 'b'", [now + 100_000]) // tried again later: not due
  await sql.query("UPDATE sms_ledger SET status = 'unknown', updated_at = $1 WHERE id = 'c'", [now - 200_000])
  await sql.query("UPDATE sms_ledger SET status = 'unknown', updated_at = $1 WHERE id = 'd'", [now - 300_000])
  await sql.query("UPDATE sms_results SET reported = false WHERE request_id = 'd'")
  expect(await rounded()).toEqual([100, 300, 400])
  await sql.query(
    "INSERT INTO link_clicks (id, code, request_id, at, method, links, address) VALUES ('k', 'c', 'd', $1, 'GET', 1, 'a')",
    [now - 500_000],
  )
  expect(await rounded()).toEqual([100, 300, 500])
})

test('a long ledger is not read through for them', async () => {
  await request(sql, [{ id: 'first' }])
  await sql.query(
    `INSERT INTO sms_ledger (id, partition, customer_id, class, owner, sealed, requested_at, result_key, status)
     SELECT 'old-' || n, 0, 'ada', 'transactional', 'c', 's', 0, 'old-' || n, 'submitted' FROM generate_series(1, 20000) n`,
  )
  await sql.script('ANALYZE sms_ledger')
  const plan = await sql.query("EXPLAIN SELECT updated_at FROM sms_ledger WHERE status = 'unknown' ORDER BY updated_at LIMIT 1")
  expect(JSON.stringify(plan)).toMatch(/sms_ledger_unknown/)
  const due = await sql.query("EXPLAIN SELECT not_before FROM sms_ledger WHERE status = 'queued' ORDER BY not_before LIMIT 1")
  expect(JSON.stringify(due)).toMatch(/sms_ledger_queue/)
})
