import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SmsBeginning } from '../../../consumers/sms-ledger.ts'
import type { Sql } from '../../../streams/sql.ts'
import {
  ADA,
  customer,
  endLeases,
  fold,
  freshSql,
  heldSlots,
  historyOf,
  ledgerOn,
  onlyAda,
  phoneHash,
  request,
  statusOf,
  stop,
  upTo,
} from './sms-fixture.ts'

const LEASE = 60_000

let sql: Sql
beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())
beforeEach(() => onlyAda(sql))

const beginning = (token: string, id: string, slot = 1): SmsBeginning => ({ token, id, slot, seal: 'open', phone: undefined })

/** Claims everything due under a token with one slot. */
async function claimed(token = 'mine') {
  const ledger = ledgerOn(sql)
  await ledger.lease(token, 1, LEASE)
  const rows = await ledger.claim(token, upTo(100))
  return { ledger, rows }
}

describe('requests', () => {
  test('a second request under the same id changes nothing', async () => {
    await request(sql, [{ id: 'r1', text: 'first' }])
    await request(sql, [{ id: 'r1', text: 'second', customerId: 'bob' }, { id: 'r2' }, { id: 'r2', customerId: 'bob' }])
    const rows = await sql.query('SELECT id, customer_id FROM sms_ledger ORDER BY id')
    expect(rows).toEqual([
      { id: 'r1', customer_id: 'ada' },
      { id: 'r2', customer_id: 'ada' },
    ])
    expect(await historyOf(sql, 'r1')).toEqual(['queued'])
    expect(await historyOf(sql, 'r2')).toEqual(['queued'])
  })

  test('the longest id that may come in has results whose ids fit the same limit', async () => {
    const id = 'x'.repeat(128)
    await request(sql, [{ id }])
    const { ledger } = await claimed()
    await ledger.beginSubmit(beginning('mine', id))
    const ids = await sql.query('SELECT id FROM sms_results WHERE request_id = $1', [id])
    expect(ids).toHaveLength(3)
    for (const { id } of ids) expect((id as string).length).toBeLessThanOrEqual(128)
  })

  test('a queued request is a result that nobody has reported yet', async () => {
    await request(sql, [{ id: 'r1', campaignId: 'c1' }], 1_700_000_000_000)
    expect(await sql.query('SELECT id, n, customer_id, campaign_id, status, at, reported FROM sms_results')).toEqual([
      { id: 'r1:1', n: 1, customer_id: 'ada', campaign_id: 'c1', status: 'queued', at: 1_700_000_000_000, reported: false },
    ])
  })
})

describe('claims', () => {
  test('a row is claimed once, the longest queued first', async () => {
    await request(sql, [{ id: 'b' }], 1)
    await request(sql, [{ id: 'a' }], 2)
    await request(sql, [{ id: 'c' }], 3)
    const { ledger, rows } = await claimed()
    expect(rows.map(row => row.id)).toEqual(['b', 'a', 'c'])
    await ledger.lease('other', 1, LEASE)
    expect(await ledger.claim('other', upTo(100))).toEqual([])
    expect(await historyOf(sql, 'a')).toEqual(['queued', 'claimed'])
  })

  test('nobody claims without a live lease', async () => {
    await request(sql, [{ id: 'r1' }])
    const ledger = ledgerOn(sql)
    expect(await ledger.claim('mine', upTo(10))).toEqual([])
    await ledger.lease('mine', 1, LEASE)
    await endLeases(sql)
    expect(await ledger.claim('mine', upTo(10))).toEqual([])
  })

  test('no more than fifty slots are ever held, and a slot is taken over only after its lease', async () => {
    const ledger = ledgerOn(sql)
    const [a, b] = [await ledger.lease('a', 40, LEASE), await ledger.lease('b', 40, LEASE)]
    expect([a.slots.length, b.slots.length]).toEqual([40, 10])
    expect(new Set([...a.slots, ...b.slots]).size).toBe(50)
    await sql.query("UPDATE sms_slots SET lease_until = 1 WHERE token = 'a'")
    expect((await ledger.lease('b', 50, LEASE)).slots).toHaveLength(50)
    expect((await ledger.lease('a', 40, LEASE)).slots).toEqual([])
  })

  test('a lease that ended is not taken up again under the same token', async () => {
    const ledger = ledgerOn(sql)
    await ledger.lease('a', 50, LEASE)
    await endLeases(sql)
    expect((await ledger.lease('a', 50, LEASE)).slots).toEqual([])
  })

  test('giving back returns claims to the queue and all slots but the busy ones', async () => {
    await request(sql, [{ id: 'r1' }, { id: 'r2' }])
    const ledger = ledgerOn(sql)
    const { slots } = await ledger.lease('mine', 3, LEASE)
    await ledger.claim('mine', upTo(10))
    await ledger.beginSubmit(beginning('mine', 'r1', slots[0]!))
    await ledger.release('mine', [slots[0]!])
    expect(await statusOf(sql, 'r1')).toBe('submitting')
    expect(await historyOf(sql, 'r2')).toEqual(['queued', 'claimed', 'queued: released'])
    expect(await heldSlots(sql)).toBe(1)
  })
})

describe('the last check before the write', () => {
  const begin = async (id: string, more: Partial<SmsBeginning> = {}) => {
    const { ledger } = await claimed()
    return ledger.beginSubmit({ ...beginning('mine', id), ...more })
  }

  test('a consented marketing text goes out to the number of the profile', async () => {
    await request(sql, [{ id: 'r1', class: 'marketing' }])
    expect(await begin('r1')).toEqual({ status: 'submitting', attempt: 1, excused: 0, doubtful: false, to: ADA })
    expect(await historyOf(sql, 'r1')).toEqual(['queued', 'claimed', 'submitting'])
  })

  test.each([
    ['marketing without consent', { class: 'marketing' }, { phone: ADA }, 'no_consent'],
    ['marketing after consent was revoked', { class: 'marketing' }, { phone: ADA, consent: 'revoked' }, 'no_consent'],
    ['a customer without a phone', { class: 'transactional' }, {}, 'no_phone'],
    ['a phone that cannot be one', { class: 'transactional' }, { phone: '+9230012' }, 'invalid_number'],
  ] as const)('%s is suppressed', async (_, wanted, known, reason) => {
    await customer(sql, 'ada', known)
    await request(sql, [{ id: 'r1', ...wanted }])
    expect(await begin('r1')).toEqual({ status: 'suppressed', reason })
    expect(await historyOf(sql, 'r1')).toEqual(['queued', 'claimed', `suppressed: ${reason}`])
  })

  test('a transactional text needs no consent', async () => {
    await customer(sql, 'ada', { phone: ADA })
    await request(sql, [{ id: 'r1' }])
    expect((await begin('r1')).status).toBe('submitting')
  })

  test.each(['marketing', 'transactional'] as const)('STOP stops %s texts, START lets them go again', async kind => {
    await request(sql, [
      { id: 'r1', class: kind },
      { id: 'r2', class: kind },
    ])
    await stop(sql, ADA)
    expect(await begin('r1')).toEqual({ status: 'suppressed', reason: 'opted_out' })
    await stop(sql, ADA, false)
    expect((await ledgerOn(sql).beginSubmit(beginning('mine', 'r2'))).status).toBe('submitting')
  })

  test('a bare number gets transactional texts only, and STOP holds for it too', async () => {
    const to = '+923007654321'
    await request(sql, [
      { id: 'm', to, class: 'marketing' },
      { id: 't', to },
      { id: 's', to },
    ])
    const { ledger } = await claimed()
    expect(await ledger.beginSubmit({ ...beginning('mine', 'm'), phone: to })).toEqual({
      status: 'suppressed',
      reason: 'no_consent',
    })
    expect(await ledger.beginSubmit({ ...beginning('mine', 't'), phone: to })).toEqual({
      status: 'submitting',
      attempt: 1,
      doubtful: false,
      excused: 0,
      to,
    })
    await stop(sql, to)
    expect(await ledger.beginSubmit({ ...beginning('mine', 's'), phone: to })).toEqual({
      status: 'suppressed',
      reason: 'opted_out',
    })
  })

  test('a key that is gone suppresses, even where the text was opened before', async () => {
    await request(sql, [{ id: 'r1' }])
    await sql.query('DELETE FROM customer_keys')
    expect(await begin('r1')).toEqual({ status: 'suppressed', reason: 'erased' })
  })

  test('a claim of another lease, or one whose slot went, begins nothing', async () => {
    await request(sql, [{ id: 'r1' }])
    const { ledger } = await claimed()
    expect(await ledger.beginSubmit(beginning('other', 'r1'))).toEqual({ status: 'lost' })
    expect(await ledger.beginSubmit(beginning('mine', 'r1', 2))).toEqual({ status: 'lost' })
    await endLeases(sql)
    expect(await ledger.beginSubmit(beginning('mine', 'r1'))).toEqual({ status: 'lost' })
    expect(await statusOf(sql, 'r1')).toBe('claimed')
  })

  test('texts that begin together are each judged by their own facts', async () => {
    await customer(sql, 'bob', { phone: '+923001111111' })
    await request(sql, [
      { id: 'a', class: 'marketing' },
      { id: 'b', class: 'marketing', customerId: 'bob' },
      { id: 'c', customerId: 'nobody' },
      { id: 'd' },
    ])
    const ledger = ledgerOn(sql)
    await ledger.lease('mine', 4, LEASE)
    await ledger.claim('mine', upTo(10))
    const begun = await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map((id, i) => ledger.beginSubmit(beginning('mine', id, 1 + (i % 4)))),
    )
    expect(begun.map(b => (b.status === 'suppressed' ? b.reason : b.status))).toEqual([
      'submitting',
      'no_consent',
      'no_phone',
      'submitting',
      'lost',
    ])
  })

  test('a number that changed after the claim is the one that counts', async () => {
    await request(sql, [{ id: 'r1' }, { id: 'r2' }])
    const { ledger } = await claimed()
    await customer(sql, 'ada', { phone: '+923002222222' })
    expect(await ledger.beginSubmit({ ...beginning('mine', 'r1'), phone: ADA })).toMatchObject({ to: '+923002222222' })
    await stop(sql, '+923002222222')
    expect(await ledger.beginSubmit({ ...beginning('mine', 'r2'), phone: ADA })).toEqual({
      status: 'suppressed',
      reason: 'opted_out',
    })
  })

  test('the phone has its row from then on', async () => {
    await request(sql, [{ id: 'r1' }])
    await begin('r1')
    expect(await sql.query('SELECT phone_hash, stopped FROM opt_outs')).toEqual([{ phone_hash: phoneHash(ADA), stopped: false }])
  })
})

describe('answers', () => {
  async function submitting(id = 'r1') {
    await request(sql, [{ id }])
    const { ledger } = await claimed()
    await ledger.beginSubmit(beginning('mine', id))
    return ledger
  }
  const answer = { token: 'mine', id: 'r1', attempt: 1 }

  test('an answer is kept once, however often it is told', async () => {
    const ledger = await submitting()
    await ledger.settle({ ...answer, status: 'submitted', gatewayId: 'g1' })
    await ledger.settle({ ...answer, status: 'submitted', gatewayId: 'g1' })
    await ledger.settle({ ...answer, status: 'rejected', detail: 'late' })
    expect(await historyOf(sql, 'r1')).toEqual(['queued', 'claimed', 'submitting', 'submitted'])
    expect(await sql.query('SELECT gateway, gateway_id FROM sms_ledger')).toEqual([{ gateway: 'test', gateway_id: 'g1' }])
  })

  test('what was surely not written is due again, but not before its time', async () => {
    const ledger = await submitting()
    await ledger.settle({ ...answer, status: 'queued', detail: 'gateway_unreachable', delayMs: 60_000 })
    expect(await ledger.due()).toBe(false)
    expect(await ledger.claim('mine', upTo(10))).toEqual([])
    await sql.query('UPDATE sms_ledger SET not_before = 0')
    expect(await ledger.claim('mine', upTo(10))).toHaveLength(1)
    expect(await ledger.beginSubmit(beginning('mine', 'r1'))).toMatchObject({ attempt: 2 })
  })

  test('the answer of an earlier attempt does not touch a later one', async () => {
    const ledger = await submitting()
    await ledger.settle({ ...answer, status: 'queued' })
    await ledger.claim('mine', upTo(10))
    await ledger.beginSubmit(beginning('mine', 'r1'))
    await ledger.settle({ ...answer, status: 'submitted' })
    expect(await statusOf(sql, 'r1')).toBe('submitting')
  })

  test('unknown is never queued again; a late answer settles it', async () => {
    const ledger = await submitting()
    await ledger.settle({ ...answer, status: 'unknown', detail: 'reset' })
    await ledger.settle({ ...answer, status: 'queued' })
    expect(await statusOf(sql, 'r1')).toBe('unknown')
    await ledger.settle({ ...answer, status: 'submitted', gatewayId: 'g1' })
    expect(await historyOf(sql, 'r1')).toEqual(['queued', 'claimed', 'submitting', 'unknown: reset', 'submitted'])
  })
})

describe('after a death', () => {
  test('claims return to the queue, submissions become unknown, and nothing of the living is touched', async () => {
    await request(sql, [{ id: 'r1' }, { id: 'r2' }])
    const { ledger } = await claimed('dead')
    await ledger.beginSubmit(beginning('dead', 'r1'))
    expect(await ledger.reap()).toBe(0)
    await endLeases(sql)
    await request(sql, [{ id: 'r3' }])
    await ledger.lease('alive', 1, LEASE)
    await ledger.claim('alive', upTo(1))
    expect(await Promise.all([ledger.reap(), ledgerOn(sql).reap()])).toContain(2)
    expect(await historyOf(sql, 'r1')).toEqual(['queued', 'claimed', 'submitting', 'unknown: instance_lost'])
    expect(await historyOf(sql, 'r2')).toEqual(['queued', 'claimed', 'queued: lease_ended'])
    expect(await statusOf(sql, 'r3')).toBe('claimed')
  })

  test('a slot that somebody else holds now does not keep the dead one alive', async () => {
    await request(sql, [{ id: 'r1' }])
    const { ledger } = await claimed('dead')
    await ledger.beginSubmit(beginning('dead', 'r1'))
    await endLeases(sql)
    await ledger.lease('heir', 50, LEASE)
    expect(await ledger.reap()).toBe(1)
    expect(await statusOf(sql, 'r1')).toBe('unknown')
  })
})

test('a record that the ledger could not hold is refused before it reaches the database', async () => {
  const { sms } = await import('../../../consumers/sms.ts')
  const good = { id: 'r', customerId: 'ada', class: 'marketing' as const, requestedAt: 1, sealed: 's' }
  const at = { partition: 0, offset: 0, appendedAt: 1, personal: undefined }
  expect(sms.read!(good, at)).toEqual({ event: good })
  for (const bad of [
    { ...good, id: 'a\0b' },
    { ...good, recipient: 'h' },
    { ...good, customerId: undefined },
    { ...good, requestedAt: 1e30 },
    { ...good, link: '\ud800' },
  ])
    expect(sms.read!(bad, at)).toHaveProperty('unreadable')
  await expect(fold(sql, [good], 1)).resolves.toBeUndefined()
})
