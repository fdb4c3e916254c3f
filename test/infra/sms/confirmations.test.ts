import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { openSms } from '../../../consumers/open-sms.ts'
import { type Confirmations, confirmations } from '../../../infra/sms/confirmations.ts'
import { type SmsKeyword, spokenKeyword } from '../../../models/sms-keyword.ts'
import { keywordReplies } from '../../../models/templates/keyword-replies.ts'
import type { SmsRequest } from '../../../schemas/records.ts'
import { smsRequests } from '../../../schemas/topics.ts'
import { systemClock } from '../../../streams/clock.ts'
import { type Keyring, sqlKeyring } from '../../../streams/keyring.ts'
import type { Outbound } from '../../../streams/outbound.ts'
import type { Sql } from '../../../streams/sql.ts'
import { inboundHere } from './inbound-fixture.ts'
import { ADA, customer, fold, freshSql, historyOf, ledgerOn, phoneHash, request, upTo } from './sms-fixture.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const BOB = '+923007654321'
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const made = keywordReplies('Bazaar')
if ('problems' in made) throw new Error(made.problems.join())
const { replies } = made
const confirming = new Set(Object.values(replies).flatMap(texts => Object.values(texts)))

let sql: Sql
let keyring: Keyring
let asking: Confirmations
let now: number
let published: Outbound[]
let away: boolean
beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())
beforeEach(begin)

async function begin(): Promise<void> {
  await sql.script(
    'TRUNCATE sms_ledger, sms_results, sms_inbound, sms_replies, opt_outs, customers, profiles, customer_keys, documents; UPDATE sms_slots SET token = NULL, lease_until = 0',
  )
  keyring = sqlKeyring(sql, systemClock)
  asking = confirmations(replies, keyring, phoneHash)
  now = Date.parse('2026-05-01T12:00:00Z')
  published = []
  away = false
}

/** A text from a handset, as a gateway brings it. */
const hear = (phone: string, text: string, more: { at?: number; word?: 'stop' | 'start'; answered?: boolean } = {}) =>
  inboundHere({ sql, now, confirmations: asking, published, away })({ phone, text, at: now, ...more }, 'a request')

const asked = () => published.filter(({ topic }) => topic === smsRequests).map(({ value }) => value as unknown as SmsRequest)

const byText = (a: Sent, b: Sent) => (a.to + a.text < b.to + b.text ? -1 : 1)

interface Sent {
  readonly to: string
  readonly text: string
}

/** Folds what is on the log, and sends what may go; answers number and text of each, sorted. */
async function send(): Promise<Sent[]> {
  await fold(sql, asked(), now)
  published = []
  const ledger = ledgerOn(sql)
  const { slots } = await ledger.lease('mine', 50, 600_000)
  const rows = await ledger.claim('mine', upTo(50))
  await keyring.fetch(rows.map(({ owner }) => owner))
  const sent: Sent[] = []
  for (const [i, row] of rows.entries()) {
    const { seal, text, to } = openSms(keyring, row)
    const begun = await ledger.beginSubmit({ token: 'mine', id: row.id, slot: slots[i]!, seal, phone: to ?? row.phone })
    if (begun.status !== 'submitting') continue
    sent.push({ to: begun.to, text })
    await ledger.settle({ token: 'mine', id: row.id, attempt: begun.attempt, status: 'submitted' })
  }
  return sent.sort(byText)
}

describe('one reply', () => {
  test.each([
    ['STOP', 'Bazaar: You will get no more texts from us. Reply START to get them again.'],
    ['band karo', replies.stop['roman-urdu']],
    ['بند کریں', replies.stop.urdu],
    ['START', replies.start.english],
    ['madad', replies.help['roman-urdu']],
  ])('"%s" is answered in its own language, to whoever the number belongs', async (text, reply) => {
    await hear(BOB, text)
    expect(await send()).toEqual([{ to: BOB, text: reply }])
    expect(await send()).toEqual([])
  })

  test('the same text that comes again, and the same keyword in other words, get no second one, until half a day has passed', async () => {
    await hear(ADA, 'STOP')
    expect(await send()).toHaveLength(1)
    for (const text of ['STOP', 'Stop all!', 'band karo']) await hear(ADA, text)
    expect(await send()).toEqual([])
    now += 13 * HOUR
    await hear(ADA, 'STOP')
    expect(await send()).toEqual([{ to: ADA, text: replies.stop.english }])
  })

  test('who says STOP again after START is answered again, for it holds again; HELP between changes nothing', async () => {
    for (const text of ['STOP', 'START', 'STOP', 'HELP', 'STOP', 'START']) {
      await hear(ADA, text)
      now += MINUTE
    }
    const keywords = (await sql.query('SELECT keyword FROM sms_replies ORDER BY said_at')).map(({ keyword }) => keyword)
    expect(keywords).toEqual(['stop', 'start', 'stop', 'help', 'start'])
  })

  test('a reply that could not be asked for, for the log was away, is asked for when the text comes again, or another says the same', async () => {
    for (const [phone, next] of [
      [ADA, 'STOP'],
      [BOB, 'Unsubscribe'],
    ] as const) {
      away = true
      await expect(hear(phone, 'STOP')).rejects.toThrow('the log is away')
      away = false
      await hear(phone, next)
      await hear(phone, next)
    }
    expect(new Set(asked().map(({ id }) => id)).size).toBe(2)
    expect((await send()).map(({ to }) => to)).toEqual([ADA, BOB])
  })

  test('what the gateway has answered, and what was said hours ago, is heard and not answered', async () => {
    await hear(ADA, 'Arrêt', { word: 'stop', answered: true })
    await hear(BOB, 'STOP', { at: now - 2 * HOUR })
    expect(asked()).toEqual([])
    expect(await sql.query('SELECT count(*) AS stopped FROM opt_outs WHERE stopped')).toEqual([{ stopped: 2 }])
  })

  test('a conversation gets none', async () => {
    await customer(sql, 'ada', { phone: ADA })
    for (const text of ['please stop by', replies.stop.english, replies.start.urdu, 'Yes']) await hear(ADA, text)
    expect(asked()).toEqual([])
  })
})

describe('past the gate', () => {
  test('a reply to START that waited until STOP came is not sent, nor one to STOP until START came', async () => {
    await hear(ADA, 'START')
    await hear(BOB, 'STOP')
    now += 2 * MINUTE
    await hear(ADA, 'STOP')
    await hear(BOB, 'START')
    expect(await send()).toEqual([
      { to: ADA, text: replies.stop.english },
      { to: BOB, text: replies.start.english },
    ])
    const reasons = await sql.query("SELECT reason FROM sms_ledger WHERE status = 'suppressed' ORDER BY reason")
    expect(reasons).toEqual([{ reason: 'opted_out' }, { reason: 'superseded' }])
  })

  test('help is for who asks after their STOP, not for who says STOP after they asked', async () => {
    await hear(ADA, 'STOP')
    await hear(BOB, 'HELP')
    now += MINUTE
    await hear(ADA, 'HELP')
    await hear(BOB, 'STOP')
    expect(await send()).toEqual([
      { to: ADA, text: replies.help.english },
      { to: ADA, text: replies.stop.english },
      { to: BOB, text: replies.stop.english },
    ])
  })

  test('another text goes under no id: not one that took the id of a reply, nor one that took its seal', async () => {
    await hear(ADA, 'STOP')
    const [reply] = asked()
    published = []
    await request(sql, [{ id: reply!.id, to: ADA, text: 'Big sale!' }])
    await fold(sql, [reply!, { ...reply!, id: 'mine' }], now)
    expect(await send()).toEqual([])
    expect(await historyOf(sql, reply!.id)).toEqual(['queued', 'claimed', 'suppressed: opted_out'])
    expect(await historyOf(sql, 'mine')).toEqual(['queued', 'claimed', 'suppressed: opted_out'])
  })

  test('the bound on what is written after STOP is not measured by the reply to it', async () => {
    await hear(ADA, 'STOP')
    await fold(sql, asked(), now)
    const ledger = ledgerOn(sql)
    const { slots } = await ledger.lease('mine', 1, 600_000)
    const [row] = await ledger.claim('mine', upTo(1))
    const begun = await ledger.beginSubmit({ token: 'mine', id: row!.id, slot: slots[0]!, seal: 'open', phone: ADA })
    expect(begun.status).toBe('submitting')
    expect(await ledger.settle({ token: 'mine', id: row!.id, attempt: 1, status: 'submitted' })).toEqual({
      sinceStopMs: undefined,
    })
  })
})

const WORDS = ['STOP', 'band karo', 'بند', 'START', 'unstop', 'HELP', 'مدد', 'Yes, please'] as const
type Step =
  | { readonly do: 'say'; readonly phone: string; readonly text: string; readonly after: number; readonly lost: boolean }
  | { readonly do: 'repeat' | 'steal' | 'send' }
  | { readonly do: 'text'; readonly phone: string }
const phone = fc.constantFrom(ADA, BOB)
const say = fc.record({
  do: fc.constant('say' as const),
  phone,
  text: fc.constantFrom(...WORDS),
  after: fc.constantFrom(MINUTE / 2, 2 * MINUTE, HOUR, 13 * HOUR),
  lost: fc.boolean(),
})
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: say },
  { weight: 3, arbitrary: fc.constantFrom('repeat' as const, 'steal' as const, 'send' as const).map(all => ({ do: all })) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('text' as const), phone }) },
)

/** What ought to be: of each phone which keywords wait for their reply, and which was answered last, of consent and of help. */
class Expected {
  readonly waiting: { readonly phone: string; readonly keyword: SmsKeyword; readonly text: string; readonly at: number }[] = []
  private readonly answered = new Map<string, { readonly keyword: SmsKeyword; readonly at: number }>()

  say(phone: string, text: string): void {
    const spoken = spokenKeyword(text)
    if (spoken === undefined) return
    const matter = phone + (spoken.keyword === 'help' ? 'help' : 'consent')
    const last = this.answered.get(matter)
    if (last !== undefined && last.keyword === spoken.keyword && now - last.at < 12 * HOUR) return
    this.answered.set(matter, { keyword: spoken.keyword, at: now })
    this.waiting.push({ phone, keyword: spoken.keyword, text: replies[spoken.keyword][spoken.language], at: now })
  }

  /** What goes, by what holds for the phones now. */
  sent(stopped: ReadonlyMap<string, number>): Sent[] {
    return this.waiting.splice(0).flatMap(({ phone, keyword, text, at }) => {
      const since = stopped.get(phone)
      const goes = keyword === 'stop' ? since !== undefined : since === undefined || (keyword === 'help' && since <= at)
      return goes ? [{ to: phone, text }] : []
    })
  }
}

const stoppedPhones = async (): Promise<Map<string, number>> => {
  const rows = await sql.query('SELECT phone_hash, since FROM opt_outs WHERE stopped')
  return new Map(rows.map(row => [[ADA, BOB].find(one => phoneHash(one) === row.phone_hash)!, row.since as number]))
}

test('whatever is said, lost, repeated, asked for and stolen in any order: each keyword gets its one reply, and nothing else passes after STOP', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async steps => {
      await begin()
      const expected = new Expected()
      let last: { phone: string; text: string; at: number } | undefined
      let n = 0
      /** Texts of the shop that have not been sent or suppressed yet. */
      let texts: Sent[] = []
      for (const one of [...steps, { do: 'send' } as const]) {
        if (one.do === 'say') {
          now += one.after
          last = { phone: one.phone, text: one.text, at: now }
          away = one.lost
          await hear(one.phone, one.text).catch(() => {})
          away = false
          if (one.lost) await hear(one.phone, one.text)
          expected.say(one.phone, one.text)
        } else if (one.do === 'repeat' && last !== undefined) {
          await hear(last.phone, last.text, { at: last.at })
        } else if (one.do === 'text') {
          texts.push({ to: one.phone, text: `text ${n}` })
          await request(sql, [{ id: `text-${n}`, to: one.phone, text: `text ${n++}` }])
        } else if (one.do === 'steal') {
          // The seal of whatever waits, under another id.
          await fold(
            sql,
            asked().map(reply => ({ ...reply, id: `stolen-${n++}` })),
            now,
          )
        } else if (one.do === 'send') {
          const stopped = await stoppedPhones()
          const sent = await send()
          const open = texts.filter(({ to }) => !stopped.has(to)).sort(byText)
          texts = []
          const stolen = sent.filter(({ to, text }) => !stopped.has(to) && confirming.has(text))
          const replied = expected.sent(stopped)
          // To who has not said STOP a stolen reply is a text like any other; to who has, nothing but the replies goes.
          expect(sent.filter(({ to }) => stopped.has(to)).sort(byText)).toEqual(
            replied.filter(({ to }) => stopped.has(to)).sort(byText),
          )
          expect(sent.filter(({ text }) => !confirming.has(text))).toEqual(open)
          for (const reply of replied.filter(({ to }) => !stopped.has(to))) expect(stolen).toContainEqual(reply)
        }
      }
    }),
    { numRuns: 40 },
  )
})
