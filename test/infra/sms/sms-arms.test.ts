import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { SmsRules } from '../../../consumers/sms-admission.ts'
import { readCaps } from '../../../models/sms-caps.ts'
import type { Sql } from '../../../streams/sql.ts'
import { ADA, customer, freshSql, ledgerOn, onlyAda, request, stop, upTo } from './sms-fixture.ts'

let sql: Sql
beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())
beforeEach(() => onlyAda(sql))

/** Begins what is due, and answers what the ledger keeps of a text. */
async function begun(id: string, rules: Partial<SmsRules> = {}) {
  const ledger = ledgerOn(sql, rules)
  const { slots } = await ledger.lease('mine', 50, 600_000)
  const rows = await ledger.claim('mine', upTo(50))
  for (const [i, row] of rows.entries())
    await ledger.beginSubmit({ token: 'mine', id: row.id, slot: slots[i]!, seal: 'open', phone: undefined })
  const [row] = await sql.query(
    'SELECT status, arm, drawn_at, segment, variant, recommendation_id FROM sms_ledger WHERE id = $1',
    [id],
  )
  return row!
}
const again = (id: string) =>
  sql.query("UPDATE sms_ledger SET status = 'queued', token = NULL, slot = NULL, not_before = 0 WHERE id = $1", [id])
const eid = { id: 'eid', class: 'marketing', campaignId: 'eid' } as const
const holding = (campaign: number, all = 0) => ({
  holdout: { share: all, campaigns: new Map([['eid', campaign]]), salt: 'a' },
})

test('a text that goes, waits for the hour or meets a cap is of those that were to get it, and knows where the customer stood', async () => {
  await sql.query("UPDATE customers SET segment = 'Loyal'")
  await request(sql, [{ ...eid, variant: 'short', recommendationId: 'rec_1' }])
  const went = await begun('eid')
  expect(went).toMatchObject({
    status: 'submitting',
    arm: 'treated',
    segment: 'Loyal',
    variant: 'short',
    recommendation_id: 'rec_1',
  })
  expect(Math.abs((went.drawn_at as number) - Date.now())).toBeLessThan(60_000)
  await request(sql, [{ ...eid, id: 'waits' }])
  expect(await begun('waits', { quiet: { from: 0, to: 1439 } })).toMatchObject({ status: 'queued', arm: 'treated' })
  await request(sql, [{ ...eid, id: 'capped' }])
  expect(await begun('capped', { caps: readCaps('1/day')! })).toMatchObject({ status: 'suppressed', arm: 'treated' })
})

test('who is held out stays in the ledger, told apart by what they are held out of', async () => {
  await request(sql, [eid])
  expect(await begun('eid', holding(1))).toMatchObject({ status: 'suppressed', arm: 'held_out' })
  await request(sql, [{ ...eid, id: 'all' }])
  expect(await begun('all', holding(1, 1))).toMatchObject({ status: 'suppressed', arm: 'held_out_of_all' })
})

test('what no customer could have got is of no group, nor what is not marketing', async () => {
  await request(sql, [{ id: 'code', class: 'transactional', campaignId: 'eid' }])
  expect(await begun('code', holding(1))).toMatchObject({ status: 'submitting', arm: null, drawn_at: null })
  await stop(sql, ADA)
  await request(sql, [eid])
  expect(await begun('eid', holding(1))).toMatchObject({ status: 'suppressed', arm: null, drawn_at: null, segment: null })
})

test('what was drawn first holds, whatever the settings say later, and with it when that was and where the customer stood', async () => {
  await request(sql, [eid])
  const first = await begun('eid')
  await again('eid')
  await customer(sql, 'ada', { phone: ADA, consent: 'granted' })
  await sql.query("UPDATE customers SET segment = 'Lost'")
  const { drawn_at, segment } = first
  expect(await begun('eid', holding(1))).toMatchObject({ status: 'suppressed', arm: 'treated', drawn_at, segment })
})
