import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { SmsLedger } from '../../../consumers/sms-ledger.ts'
import { type SmsReceipts, smsReceipts } from '../../../infra/sms/sms-receipts.ts'
import { type ReceiptStatus, receiptStatuses } from '../../../serving/ports/sms-callbacks.ts'
import type { Sql } from '../../../streams/sql.ts'
import { endLeases, freshSql, historyOf, ledgerOn, request, statusOf, upTo } from './sms-fixture.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const ADA = '+923001234567'
let sql: Sql
let ledger: SmsLedger
let receipts: SmsReceipts
let told = 0
beforeAll(async () => {
  sql = await freshSql()
  ledger = ledgerOn(sql)
  receipts = smsReceipts(sql, () => told++)
})
afterAll(() => sql.close())
beforeEach(async () => {
  told = 0
  await sql.script(
    'TRUNCATE sms_ledger, sms_results, sms_receipts, opt_outs, customer_keys; UPDATE sms_slots SET token = NULL, lease_until = 0',
  )
})

/** A text on its way to the gateway. */
async function submitting(id: string, token = 'one'): Promise<{ token: string; id: string; attempt: number }> {
  await request(sql, [{ id, to: ADA }])
  const { slots } = await ledger.lease(token, 1, 60_000)
  await ledger.claim(token, upTo(1))
  const begun = await ledger.beginSubmit({ token, id, slot: slots[0]!, seal: 'open', phone: ADA })
  if (begun.status !== 'submitting') throw new Error(begun.status)
  return { token, id, attempt: begun.attempt }
}
const submitted = async (id: string) => ledger.settle({ ...(await submitting(id)), status: 'submitted', gatewayId: `gw-${id}` })
const tell = (requestId: string, status: ReceiptStatus, detail = status.toUpperCase()) =>
  receipts.take({ requestId, gateway: 'kannel', gatewayId: undefined, status, detail })
const pending = async () => (await sql.query('SELECT count(*) AS n FROM sms_receipts WHERE pending'))[0]!.n

test('a receipt settles its text, with what the network said, and is told to the log', async () => {
  await submitted('a')
  await tell('a', 'delivered', 'DELIVRD 000')
  expect((await historyOf(sql, 'a')).slice(-2)).toEqual(['submitted', 'delivered: DELIVRD 000'])
  expect(told).toBe(1)
})

test('a failure that is told after the delivery is kept, and changes nothing', async () => {
  await submitted('a')
  await tell('a', 'delivered')
  for (const late of ['undelivered', 'expired', 'rejected', 'submitted'] as const) await tell('a', late)
  expect(await statusOf(sql, 'a')).toBe('delivered')
  expect(await historyOf(sql, 'a')).toHaveLength(5)
  expect(await sql.query('SELECT status FROM sms_receipts ORDER BY seq')).toHaveLength(5)
  expect(told).toBe(1)
})

test('a receipt that is told again is neither kept nor counted again', async () => {
  await submitted('a')
  for (let i = 0; i < 3; i++) await Promise.all([tell('a', 'undelivered'), tell('a', 'undelivered')])
  expect(await sql.query('SELECT status FROM sms_receipts')).toHaveLength(1)
  expect((await historyOf(sql, 'a')).filter(step => step.startsWith('undelivered'))).toHaveLength(1)
})

test('a receipt that comes before the answer waits for it', async () => {
  const sent = await submitting('a')
  await tell('a', 'delivered')
  expect(await statusOf(sql, 'a')).toBe('submitting')
  await ledger.reap()
  expect(await statusOf(sql, 'a')).toBe('submitting')
  await ledger.settle({ ...sent, status: 'submitted', gatewayId: 'gw' })
  await ledger.reap()
  expect((await historyOf(sql, 'a')).slice(-2)).toEqual(['submitted', 'delivered: DELIVERED'])
})

test('a receipt for a text that nobody knows waits until somebody does', async () => {
  await tell('later', 'delivered')
  await ledger.reap()
  expect(await pending()).toBe(1)
  await submitted('later')
  await ledger.reap()
  expect([await statusOf(sql, 'later'), await pending()]).toEqual(['delivered', 0])
})

test('what nobody knew is known by a receipt, also of a text whose instance died', async () => {
  const sent = await submitting('a')
  await ledger.settle({ ...sent, status: 'unknown', detail: 'connection_lost' })
  await tell('a', 'submitted')
  expect(await statusOf(sql, 'a')).toBe('submitted')
  await submitting('b', 'two')
  await tell('b', 'delivered')
  await endLeases(sql)
  await ledger.reap()
  expect((await historyOf(sql, 'b')).slice(-2)).toEqual(['unknown: instance_lost', 'delivered: DELIVERED'])
})

test('a text that was surely not sent is not moved by a receipt', async () => {
  await request(sql, [{ id: 'a', to: ADA }])
  await tell('a', 'delivered')
  await ledger.reap()
  expect(await statusOf(sql, 'a')).toBe('queued')
})

test('receipts come to the same whatever their order, and however often each comes', async () => {
  let n = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...receiptStatuses), { minLength: 1, maxLength: 8 }),
      fc.boolean(),
      async (all, early) => {
        const id = `p${n++}`
        const most = Math.max(...all.map(status => receiptStatuses.indexOf(status)))
        if (early) await Promise.all(all.map(status => tell(id, status)))
        await submitted(id)
        if (!early) await Promise.all(all.map(status => tell(id, status)))
        await ledger.reap()
        expect(await statusOf(sql, id)).toBe(receiptStatuses[most])
        await sql.script('UPDATE sms_slots SET token = NULL, lease_until = 0')
      },
    ),
    { numRuns: 40 },
  )
})
