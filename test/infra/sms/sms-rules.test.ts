import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SmsRules } from '../../../consumers/sms-admission.ts'
import type { SmsBeginning, SmsBegun, SmsLedger } from '../../../consumers/sms-ledger.ts'
import { offsetIn } from '../../../models/local-time.ts'
import { type QuietHours, quietUntil } from '../../../models/quiet-hours.ts'
import { readCaps } from '../../../models/sms-caps.ts'
import type { Sql } from '../../../streams/sql.ts'
import { ADA, customer, freshSql, historyOf, ledgerOn, onlyAda, phoneHash, request, statusOf, stop, upTo } from './sms-fixture.ts'

const LEASE = 600_000
const HOUR = 3_600_000

let sql: Sql
beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())
beforeEach(() => onlyAda(sql))

/** Begins every text that is due, all at once, each through a slot of its own; answers how it went by id. */
async function beginDue(ledger: SmsLedger): Promise<Record<string, SmsBegun>> {
  const { slots } = await ledger.lease('mine', 50, LEASE)
  const rows = await ledger.claim('mine', upTo(50))
  const begin = (id: string, i: number): SmsBeginning => ({ token: 'mine', id, slot: slots[i]!, seal: 'open', phone: undefined })
  const begun = await Promise.all(rows.map(({ id }, i) => ledger.beginSubmit(begin(id, i))))
  return Object.fromEntries(rows.map(({ id }, i) => [id, begun[i]!]))
}
const marketing = (...ids: string[]) => ids.map(id => ({ id, class: 'marketing' as const }))
const outcomes = (begun: Record<string, SmsBegun>) =>
  Object.values(begun)
    .map(({ status }) => status)
    .sort()
const withCaps = (text: string): Partial<SmsRules> => ({ caps: readCaps(text)! })

describe('quiet hours', () => {
  /** From an hour ago until in an hour, by the clock of that zone. */
  function around(zone: string): QuietHours {
    const minute = Math.floor((((Date.now() + offsetIn(zone, Date.now())) % (24 * HOUR)) + 24 * HOUR) / 60_000)
    return { from: (minute + 23 * 60) % 1440, to: (minute + 60) % 1440 }
  }
  const quiet = around('Asia/Karachi')

  test('a marketing text goes back to the queue until they are over, with the reason; it is not suppressed', async () => {
    await request(sql, marketing('r1'))
    const end = quietUntil(quiet, 'Asia/Karachi', Date.now())!
    expect(await beginDue(ledgerOn(sql, { quiet }))).toEqual({ r1: { status: 'waiting', until: end } })
    expect(await historyOf(sql, 'r1')).toEqual(['queued', 'claimed', 'queued: quiet_hours'])
    const [row] = await sql.query('SELECT not_before, attempts, token, slot, begun_at FROM sms_ledger')
    expect(row).toEqual({ not_before: end, attempts: 0, token: null, slot: null, begun_at: null })
    expect(await beginDue(ledgerOn(sql, { quiet }))).toEqual({})
    await sql.query('UPDATE sms_ledger SET not_before = 0') // they are over
    expect(outcomes(await beginDue(ledgerOn(sql)))).toEqual(['submitting'])
  })

  test('a transactional text goes', async () => {
    await request(sql, [{ id: 'r1' }])
    expect(outcomes(await beginDue(ledgerOn(sql, { quiet })))).toEqual(['submitting'])
  })

  test('a marketing text that goes is told when they begin, a transactional one is not', async () => {
    const now = Math.floor(Date.now() / 60_000)
    const later = { from: (now + 120) % 1440, to: (now + 600) % 1440 } // by the clock of UTC
    await customer(sql, 'ada', { phone: ADA, consent: 'granted', traits: { timeZone: 'UTC' } })
    await request(sql, [...marketing('m'), { id: 't' }])
    const begun = await beginDue(ledgerOn(sql, { quiet: later }))
    expect(begun.m).toMatchObject({ status: 'submitting', before: (now + 120) * 60_000 })
    expect(begun.t).toMatchObject({ status: 'submitting', before: undefined })
  })

  test('what may never go does not wait first', async () => {
    await request(sql, marketing('r1'))
    await stop(sql, ADA)
    expect(await beginDue(ledgerOn(sql, { quiet }))).toEqual({ r1: { status: 'suppressed', reason: 'opted_out' } })
  })

  test.each([
    [{ timeZone: 'America/Los_Angeles' }, ADA, 'submitting'],
    [{ city: 'New York', timeZone: 'nowhere' }, ADA, 'submitting'],
    [{ properties: { country: 'NO' } }, ADA, 'submitting'],
    [{}, '+447400123456', 'submitting'], // by the country of the number
    [{ city: 'Lahore' }, '+447400123456', 'queued'],
    [{ timeZone: 'Asia/Karachi', city: 'London' }, '+447400123456', 'queued'],
    [{ timeZone: 7, city: null, properties: { country: ['PK'] } }, ADA, 'queued'],
  ] as const)('the clock is that of the customer: %j with %s', async (traits, phone, status) => {
    await customer(sql, 'ada', { phone, consent: 'granted', traits })
    await request(sql, marketing('r1'))
    await beginDue(ledgerOn(sql, { quiet }))
    expect(await statusOf(sql, 'r1')).toBe(status)
  })
})

describe('caps', () => {
  test('of texts that begin at once, in one transaction or in several, as many go as may', async () => {
    await request(sql, marketing(...Array.from({ length: 40 }, (_, i) => `r${i}`)))
    const begun = outcomes(await beginDue(ledgerOn(sql, withCaps('3/24h'))))
    expect(begun.filter(status => status === 'submitting')).toHaveLength(3)
    expect(begun.filter(status => status === 'suppressed')).toHaveLength(37)
    const reasons = await sql.query("SELECT DISTINCT reason FROM sms_ledger WHERE status = 'suppressed'")
    expect(reasons).toEqual([{ reason: 'cap: 3/24h' }])
  })

  test('they hold over campaigns, for a phone that two customers have, and for a customer who changes the phone', async () => {
    const ledger = ledgerOn(sql, withCaps('1/7d'))
    await customer(sql, 'bob', { phone: ADA, consent: 'granted' })
    await request(sql, [{ id: 'a', class: 'marketing', campaignId: 'c1' }])
    expect(outcomes(await beginDue(ledger))).toEqual(['submitting'])
    await request(sql, [{ id: 'b', class: 'marketing', customerId: 'bob', campaignId: 'c2' }])
    expect(await beginDue(ledger)).toEqual({ b: { status: 'suppressed', reason: 'cap' } })
    await customer(sql, 'ada', { phone: '+923007654321', consent: 'granted' })
    await request(sql, [{ id: 'c', class: 'marketing', campaignId: 'c3' }])
    expect(await beginDue(ledger)).toEqual({ c: { status: 'suppressed', reason: 'cap' } })
    await customer(sql, 'cy', { phone: '+923005555555', consent: 'granted' })
    await request(sql, [{ id: 'd', class: 'marketing', customerId: 'cy' }])
    expect(outcomes(await beginDue(ledger))).toEqual(['submitting'])
  })

  test('transactional texts neither count nor are held; nor does what was refused or is too long ago', async () => {
    const ledger = ledgerOn(sql, withCaps('1/24h'))
    await request(sql, [{ id: 't1' }, { id: 't2' }])
    expect(outcomes(await beginDue(ledger))).toEqual(['submitting', 'submitting'])
    await request(sql, marketing('refused'))
    expect(outcomes(await beginDue(ledger))).toEqual(['submitting'])
    await ledger.settle({ token: 'mine', id: 'refused', attempt: 1, status: 'rejected', detail: 'no' })
    await request(sql, marketing('old'))
    expect(outcomes(await beginDue(ledger))).toEqual(['submitting'])
    await sql.query("UPDATE sms_ledger SET begun_at = begun_at - $1 WHERE id = 'old'", [24 * HOUR + 1])
    await request(sql, marketing('new'))
    expect(outcomes(await beginDue(ledger))).toEqual(['submitting'])
    await request(sql, [...marketing('late'), { id: 't3' }])
    expect(await beginDue(ledger)).toMatchObject({ late: { status: 'suppressed' }, t3: { status: 'submitting' } })
  })

  test('what may have gone counts, and a text is not kept back by its own earlier attempt', async () => {
    const ledger = ledgerOn(sql, withCaps('1/24h'))
    await request(sql, marketing('r1'))
    await beginDue(ledger)
    await ledger.settle({ token: 'mine', id: 'r1', attempt: 1, status: 'queued', detail: 'unreached', delayMs: 0 })
    expect(await beginDue(ledger)).toEqual({ r1: { status: 'submitting', attempt: 2, excused: 0, doubtful: false, to: ADA } })
    await ledger.settle({ token: 'mine', id: 'r1', attempt: 2, status: 'unknown', detail: 'timeout' })
    await request(sql, marketing('r2'))
    expect(outcomes(await beginDue(ledger))).toEqual(['suppressed'])
  })

  test('a text whose slot is gone takes nobody’s place', async () => {
    const ledger = ledgerOn(sql, withCaps('1/24h'))
    await request(sql, marketing('r1', 'r2'))
    const { slots } = await ledger.lease('mine', 1, LEASE)
    await ledger.claim('mine', upTo(2))
    const begin = (id: string, slot: number) => ledger.beginSubmit({ token: 'mine', id, slot, seal: 'open', phone: ADA })
    const begun = await Promise.all([begin('r1', 50), begin('r2', slots[0]!)])
    expect(begun.map(({ status }) => status)).toEqual(['lost', 'submitting'])
  })

  test('counting reads what went lately by an index, however long the ledger is', async () => {
    await sql.query(
      `INSERT INTO sms_ledger (id, partition, customer_id, class, owner, sealed, requested_at, result_key, status, phone_hash, begun_at)
       SELECT 'old-' || n, 0, 'c' || n % 100, 'marketing', 'c', 's', 0, 'old-' || n, 'submitted', 'h' || n % 100, n FROM generate_series(1, 20000) n`,
    )
    await sql.script('ANALYZE sms_ledger')
    const plan = JSON.stringify(
      await sql.query(
        "EXPLAIN SELECT id FROM sms_ledger WHERE phone_hash = 'h1' AND class = 'marketing' AND begun_at > 19000 AND status IN ('submitting', 'submitted')",
      ),
    )
    expect(plan).toMatch(/sms_ledger_went_to_phone/)
  })
})

test('who is held out gets no marketing, and is told apart', async () => {
  await request(sql, [...marketing('m'), { id: 't' }])
  expect(await beginDue(ledgerOn(sql, { holdout: { share: 1, campaigns: new Map(), salt: 'a' } }))).toMatchObject({
    m: { status: 'suppressed', reason: 'holdout' },
    t: { status: 'submitting' },
  })
})

test('who is held out of a campaign gets nothing of it, and what others send', async () => {
  await request(sql, [
    { id: 'eid', class: 'marketing', campaignId: 'eid' },
    { id: 'other', class: 'marketing', campaignId: 'winter' },
  ])
  const holdout = { share: 0, campaigns: new Map([['eid', 1]]), salt: 'a' }
  expect(await beginDue(ledgerOn(sql, { holdout }))).toMatchObject({
    eid: { status: 'suppressed', reason: 'holdout' },
    other: { status: 'submitting' },
  })
  expect(await historyOf(sql, 'eid')).toEqual(['queued', 'claimed', 'suppressed: holdout: campaign'])
})

describe('what a customer wrote by SMS', () => {
  let n = 0
  /** As the `customers` fold keeps it. */
  const wrote = (keyword: 'stop' | 'start' | 'help' | null, at: number, customerId = 'ada') =>
    sql.query(
      `INSERT INTO documents (customer_id, id, partition, at, direction, log_offset, body, keyword) VALUES ($1, $2, 0, $3, 'in', 0, '{}', $4)`,
      [customerId, `m${n++}`, at, keyword],
    )
  const wordOnPhone = (stopped: boolean, since: number | null) =>
    sql.query('INSERT INTO opt_outs (phone_hash, stopped, since, source) VALUES ($1, $2, $3, $4)', [
      phoneHash(ADA),
      stopped,
      since,
      'test',
    ])
  const goes = async (id = 'r') => {
    await request(sql, [{ id }])
    return outcomes(await beginDue(ledgerOn(sql)))[0]
  }

  test('STOP stops every text, START lifts it, HELP and others change nothing', async () => {
    await wrote('stop', 100)
    await wrote('help', 300)
    await wrote(null, 400)
    expect(await goes('r1')).toBe('suppressed')
    await wrote('start', 50) // an earlier one that came late
    expect(await goes('r2')).toBe('suppressed')
    await wrote('start', 500)
    expect(await goes('r3')).toBe('submitting')
  })

  test('holds for whoever else has the phone, also for a bare number', async () => {
    await customer(sql, 'bob', { phone: ADA, consent: 'granted' })
    await wrote('stop', 100, 'bob')
    expect(await goes('r1')).toBe('suppressed')
    await request(sql, [{ id: 'bare', to: ADA }])
    const ledger = ledgerOn(sql)
    const { slots } = await ledger.lease('mine', 1, LEASE)
    await ledger.claim('mine', upTo(1))
    expect(await ledger.beginSubmit({ token: 'mine', id: 'bare', slot: slots[0]!, seal: 'open', phone: ADA })).toEqual({
      status: 'suppressed',
      reason: 'opted_out',
    })
  })

  test.each([
    ['start', 200, true, 100, 'submitting'],
    ['start', 100, true, 200, 'suppressed'],
    ['stop', 200, false, 100, 'suppressed'],
    ['stop', 100, false, 200, 'submitting'],
    ['start', 100, true, 100, 'suppressed'],
    ['start', 100, true, null, 'suppressed'],
    ['stop', 100, false, null, 'suppressed'],
  ] as const)('%s at %i, and on the phone’s own row stopped is %s since %s: %s', async (keyword, at, stopped, since, outcome) => {
    await wrote(keyword, at)
    await wordOnPhone(stopped, since)
    expect(await goes()).toBe(outcome)
  })
})
