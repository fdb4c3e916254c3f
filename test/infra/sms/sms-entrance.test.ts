import { afterAll, beforeAll, expect, test } from 'vitest'
import { smsEntrance } from '../../../infra/sms/sms-entrance.ts'
import { smsLookup } from '../../../infra/sms/sms-lookup.ts'
import type { SmsRequest } from '../../../schemas/records.ts'
import { systemClock } from '../../../streams/clock.ts'
import { noJournal } from '../../../streams/journal.ts'
import { sqlKeyring } from '../../../streams/keyring.ts'
import { LogUnavailable } from '../../../streams/log-unavailable.ts'
import type { Publish } from '../../../streams/outbound.ts'
import type { Sql } from '../../../streams/sql.ts'
import { fold, freshSql, phoneHash } from './sms-fixture.ts'

let sql: Sql
beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())

/** An entrance on a log that keeps what is published until `applied` is asked for, and then folds it, or is too late. */
function entrance({ late = false, publish }: { late?: boolean; publish?: Publish } = {}) {
  const keyring = sqlKeyring(sql, systemClock)
  const published: SmsRequest[] = []
  let folded: Promise<void> | undefined
  return smsEntrance({
    shop: { currency: 'PKR', region: 'PK' },
    clock: systemClock,
    keyring,
    phoneHash,
    publish:
      publish ??
      (async records => {
        published.push(...records.map(({ value }) => value as SmsRequest))
        return records.map(({ topic }) => ({ topic, partition: 0, end: published.length }))
      }),
    applied: async () => {
      if (late) return false
      await new Promise(resolve => setTimeout(resolve, 50))
      folded ??= fold(sql, published, 1)
      await folded
      return true
    },
    lookup: smsLookup(sql, keyring),
    journal: noJournal,
  })
}

const body = (id: string, text = 'hello') => ({ id, customerId: 'ada', text, class: 'transactional' }) as const

test.each([
  ['one text', ['hello', 'hello', 'hello']],
  ['several', ['one', 'two', 'three']],
])('of requests at once under one id, for %s, exactly one is queued and the others are told of it', async (kind, texts) => {
  const { submit } = entrance()
  const answers = await Promise.all(texts.map(text => submit(body(kind, text), { requestId: 'r' })))
  const outcomes = answers.map(answer => 'outcome' in answer && answer.outcome)
  expect(outcomes).toEqual(['queued', 'known', 'known'])
  expect(answers[1]).toMatchObject({ request: { id: kind, status: 'queued', parts: 1 } })
})

test('the one that is queued is the one that is sent', async () => {
  const { submit } = entrance()
  const answers = await Promise.all(['wins', 'is late'].map(text => submit(body('race', text), { requestId: 'r' })))
  expect(answers.map(answer => 'outcome' in answer && answer.outcome)).toEqual(['queued', 'known'])
  const [row] = await sql.query("SELECT owner, sealed FROM sms_ledger WHERE id = 'race'")
  const keyring = sqlKeyring(sql, systemClock)
  await keyring.fetch(['ada'])
  expect(keyring.open(row!.owner as string, row!.sealed as string)).toEqual({ text: 'wins' })
})

test('while folding is behind a request is answered with its position: it is durable', async () => {
  expect(await entrance({ late: true }).submit(body('behind'), { requestId: 'r' })).toEqual({
    outcome: 'queued',
    position: expect.any(String),
  })
})

test('a log out of reach is an answer', async () => {
  const publish = () => Promise.reject(new LogUnavailable('away'))
  expect(await entrance({ publish }).submit(body('lost'), { requestId: 'r' })).toEqual({
    unavailable: 'log_unavailable',
    retryAfterSeconds: 2,
  })
})
