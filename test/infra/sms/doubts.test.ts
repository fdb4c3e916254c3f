import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { SmsRules } from '../../../consumers/sms-admission.ts'
import type { SmsBeginning } from '../../../consumers/sms-ledger.ts'
import { smsDoubts } from '../../../infra/sms/doubts.ts'
import { smsAges } from '../../../infra/sms/sms-ages.ts'
import { smsReceipts } from '../../../infra/sms/sms-receipts.ts'
import { readCaps } from '../../../models/sms-caps.ts'
import type { Sql } from '../../../streams/sql.ts'
import { ADA, endLeases, freshSql, historyOf, ledgerOn, onlyAda, request, statusOf, stop } from './sms-fixture.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let sql: Sql
beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())
beforeEach(async () => {
  await sql.script('TRUNCATE sms_receipts')
  await onlyAda(sql)
})

const doubts = (gateway = 'test') => smsDoubts(sql, gateway)

/** Claims what is due under a new lease of one slot. */
async function claiming(rules: Partial<SmsRules> = {}) {
  const ledger = ledgerOn(sql, rules)
  const token = randomUUID()
  const { slots } = await ledger.lease(token, 1, 60_000)
  await ledger.claim(token, { transactional: 100, marketing: 100 })
  const beginning = (id: string): SmsBeginning => ({ token, id, slot: slots[0]!, seal: 'open', phone: undefined })
  return { ledger, token, begin: (id: string) => ledger.beginSubmit(beginning(id)) }
}

/** Moves the beginning of every doubt into the past, and lets each be asked about now. */
const age = (ms: number) => sql.query('UPDATE sms_ledger SET updated_at = updated_at - $1::bigint, ask_at = 0', [ms])

/** A text whose instance died after it was begun. */
async function lost(id = 'r1', more = {}): Promise<void> {
  await request(sql, [{ id, ...more }])
  const { ledger, begin } = await claiming()
  await begin(id)
  await endLeases(sql)
  await ledger.reap()
  expect(await statusOf(sql, id)).toBe('unknown')
}

describe('whom the gateway is asked about', () => {
  test('texts of this gateway alone, also of an instance that died, and none before its answer could have come', async () => {
    await lost()
    expect(await doubts().take(10)).toEqual([])
    await age(15_000)
    expect(await doubts('another').take(10)).toEqual([])
    const [text, ...others] = await doubts().take(10)
    expect([text, others]).toEqual([{ id: 'r1', gatewayId: undefined, asked: 0, forMs: expect.any(Number) }, []])
    expect(text!.forMs).toBeGreaterThanOrEqual(15_000)
  })

  test('each by one at a time, the longest due first', async () => {
    await lost('r1')
    await lost('r2')
    await age(15_000)
    await sql.query("UPDATE sms_ledger SET ask_at = 1 WHERE id = 'r1'")
    const first = await doubts().take(1)
    const second = await doubts().take(10)
    expect([first, second, await doubts().take(10)].map(texts => texts.map(({ id }) => id))).toEqual([['r2'], ['r1'], []])
  })
})

describe('what came of asking', () => {
  test('is kept each time, and the age by which alerts go does not begin anew', async () => {
    await lost()
    await age(700_000)
    await doubts().take(1)
    await doubts().settle([{ id: 'r1', status: 'unknown', detail: 'asked: absent', nextMs: 20_000 }])
    await doubts().settle([{ id: 'r1', status: 'unknown', detail: 'asked: unanswered, http 500', nextMs: 40_000 }])
    expect((await historyOf(sql, 'r1')).slice(3)).toEqual([
      'unknown: instance_lost',
      'unknown: asked: absent',
      'unknown: asked: unanswered, http 500',
    ])
    expect((await smsAges(sql)).unknown).toBeGreaterThanOrEqual(700)
    const rows = await sql.query("SELECT at FROM sms_results WHERE request_id = 'r1' ORDER BY n DESC LIMIT 1")
    expect(Date.now() - (rows[0]!.at as number)).toBeLessThan(60_000)
    expect(await doubts().take(1)).toEqual([])
    await age(0)
    expect(await doubts().take(1)).toMatchObject([{ asked: 2 }])
  })

  test('after the last asking it is left to a receipt or an operator', async () => {
    await lost()
    await age(15_000)
    await doubts().settle([{ id: 'r1', status: 'unknown', detail: 'asked: absent' }])
    expect(await doubts().take(1)).toEqual([])
    await smsReceipts(sql).take({ requestId: 'r1', gateway: 'test', gatewayId: undefined, status: 'delivered', detail: '' })
    expect(await statusOf(sql, 'r1')).toBe('delivered')
  })

  test('settles the text, under the id that was found; a receipt still moves it on, and asking again changes nothing', async () => {
    await lost()
    await doubts().settle([{ id: 'r1', status: 'submitted', detail: 'asked: submitted', gatewayId: 'gw-1' }])
    await doubts().settle([{ id: 'r1', status: 'rejected', detail: 'asked: not_at_gateway' }])
    const rows = await sql.query("SELECT status, gateway_id FROM sms_ledger WHERE id = 'r1'")
    expect(rows).toEqual([{ status: 'submitted', gateway_id: 'gw-1' }])
    await smsReceipts(sql).take({ requestId: 'r1', gateway: 'test', gatewayId: undefined, status: 'delivered', detail: '' })
    expect(await statusOf(sql, 'r1')).toBe('delivered')
  })
})

describe('a text that is repeated because its gateway recognises it', () => {
  const repeat = () => doubts().settle([{ id: 'r1', status: 'queued', detail: 'repeated', nextMs: 20_000 }])

  test('is begun anew as a second attempt', async () => {
    await lost()
    await repeat()
    const { ledger, token, begin } = await claiming()
    expect(await begin('r1')).toMatchObject({ status: 'submitting', attempt: 2, doubtful: true, to: ADA })
    await ledger.settle({ token, id: 'r1', attempt: 2, status: 'submitted', gatewayId: 'gw-1' })
    expect(await statusOf(sql, 'r1')).toBe('submitted')
  })

  test('is not said to be suppressed when STOP came meanwhile: it does not go again, and whether it went stays open', async () => {
    await lost()
    await repeat()
    await stop(sql, ADA)
    const { begin } = await claiming()
    expect(await begin('r1')).toEqual({ status: 'unknown' })
    expect((await historyOf(sql, 'r1')).at(-1)).toBe('unknown: opted_out')
  })

  test('is not kept back by the cap that it was counted under itself, and still counts for others', async () => {
    const caps = readCaps('1/day')!
    await lost('r1', { class: 'marketing' })
    await repeat()
    await request(sql, [{ id: 'r2', class: 'marketing' }], Date.now() - 1000)
    const { begin } = await claiming({ caps })
    expect(await begin('r2')).toMatchObject({ status: 'suppressed', reason: 'cap' })
    expect(await begin('r1')).toMatchObject({ status: 'submitting', doubtful: true })
  })
})
