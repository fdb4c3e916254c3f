import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { settleByHand } from '../../../infra/sms/settle-by-hand.ts'
import { smsReceipts } from '../../../infra/sms/sms-receipts.ts'
import type { Sql } from '../../../streams/sql.ts'
import { freshSql, historyOf, onlyAda, request, statusOf } from './sms-fixture.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let sql: Sql
beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())
beforeEach(async () => {
  await onlyAda(sql)
  await request(sql, [{ id: 'r1' }, { id: 'r2' }])
  await sql.script("UPDATE sms_ledger SET status = 'unknown' WHERE id = 'r1'")
})
const settle = (id: string, why = 'their console shows it') => settleByHand(sql, { id, as: 'submitted', who: 'key 1f', why })

test("who settles a text in doubt and why stands in its history, to be told as every result, without anybody's number", async () => {
  expect(await settle('r1', 'called +92 300 1234567, who got it')).toEqual({ outcome: 'settled' })
  expect(await historyOf(sql, 'r1')).toEqual(['queued', 'submitted: settled by key 1f: called …, who got it'])
  const rows = await sql.query("SELECT reported FROM sms_results WHERE request_id = 'r1' AND status = 'submitted'")
  expect(rows).toEqual([{ reported: false }])
})

test('a text that nobody is in doubt about is let be', async () => {
  expect(await settle('r2')).toEqual({ outcome: 'other', status: 'queued' })
  await settle('r1')
  expect(await settle('r1')).toEqual({ outcome: 'other', status: 'submitted' })
  expect(await settle('nobody')).toEqual({ outcome: 'missing' })
  expect(await historyOf(sql, 'r2')).toEqual(['queued'])
})

test('a receipt says more than an operator', async () => {
  await settle('r1')
  await smsReceipts(sql).take({ requestId: 'r1', gateway: 'test', gatewayId: undefined, status: 'delivered', detail: '' })
  expect(await statusOf(sql, 'r1')).toBe('delivered')
})
