import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { keepCustomerWords, keepPhoneWords, type PhoneWord } from '../../../infra/sms/phone-words.ts'
import { saidIn } from '../../../producers/sms-words.ts'
import type { Message } from '../../../schemas/events.ts'
import type { Sql } from '../../../streams/sql.ts'
import { customer, freshSql, phoneHash } from './sms-fixture.ts'

const ADA = '+923001234567'
let sql: Sql
beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())
beforeEach(() => sql.script('TRUNCATE opt_outs, customers, profiles'))

const rowOf = async (phone = ADA) =>
  (await sql.query('SELECT stopped, since, source FROM opt_outs WHERE phone_hash = $1', [phoneHash(phone)]))[0]
const word = (keyword: 'stop' | 'start', at: number): PhoneWord => ({ phone: ADA, keyword, at, source: 'test' })

test('the newest word holds, in whatever order and however often words come, one by one or together', async () => {
  const words = fc.array(
    fc.record({ keyword: fc.constantFrom('stop' as const, 'start' as const), at: fc.integer({ min: 1, max: 4 }) }),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  await fc.assert(
    fc.asyncProperty(words, fc.boolean(), async (said, together) => {
      await sql.script('TRUNCATE opt_outs')
      const all = said.map(({ keyword, at }) => word(keyword, at))
      if (together) await keepPhoneWords(sql, phoneHash, all)
      else for (const one of all) await keepPhoneWords(sql, phoneHash, [one])
      const newest = Math.max(...said.map(({ at }) => at))
      const stopped = said.some(({ keyword, at }) => at === newest && keyword === 'stop')
      expect(await rowOf()).toMatchObject({ stopped, since: newest })
    }),
    { numRuns: 15 },
  )
})

test('a row that the dispatcher made, or that somebody wrote by hand, is taken over', async () => {
  await sql.query('INSERT INTO opt_outs (phone_hash) VALUES ($1)', [phoneHash(ADA)])
  await keepPhoneWords(sql, phoneHash, [word('stop', 5)])
  expect(await rowOf()).toEqual({ stopped: true, since: 5, source: 'test' })
})

const message = (customerId: string, text: string, more: Partial<Message> = {}): Message => ({
  type: 'message',
  id: text,
  customerId,
  occurredAt: '2026-01-01T00:00:00.000Z',
  direction: 'in',
  channel: 'sms',
  text,
  ...more,
})

test('STOP of a customer stops the phone that they have; of one without a phone nothing is written', async () => {
  await customer(sql, 'ada', { phone: ADA })
  await customer(sql, 'bob', {})
  const said = saidIn([message('ada', ' Band karo! '), message('bob', 'STOP'), message('nobody', 'STOP')])
  await keepCustomerWords(sql, phoneHash, said)
  expect(await sql.query('SELECT phone_hash, stopped, since, source FROM opt_outs')).toEqual([
    { phone_hash: phoneHash(ADA), stopped: true, since: Date.parse('2026-01-01'), source: 'message' },
  ])
})

test('only what customers write by SMS, as a whole, says anything of texts', () => {
  expect(
    saidIn([
      message('ada', 'STOP', { direction: 'out' }),
      message('ada', 'STOP', { channel: 'chat' }),
      message('ada', 'please stop by'),
      message('ada', 'HELP'),
      message('ada', 'شروع', { channel: 'SMS' }),
      { type: 'consent', id: 'c', customerId: 'ada', occurredAt: '2026-01-01T00:00:00.000Z', channel: 'sms', state: 'granted' },
    ]),
  ).toEqual([{ customerId: 'ada', keyword: 'start', at: Date.parse('2026-01-01') }])
})
