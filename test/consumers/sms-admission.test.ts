import { expect, test } from 'vitest'
import { admit, type SmsFacts, type SmsRules } from '../../consumers/sms-admission.ts'
import { readCaps } from '../../models/sms-caps.ts'

const NIGHT = Date.parse('2026-03-01T20:00:00Z') // one in the morning in Karachi
const DAY = Date.parse('2026-03-01T10:00:00Z')
const rules: SmsRules = {
  quiet: { from: 21 * 60, to: 9 * 60 },
  caps: readCaps('1/day')!,
  holdout: { share: 0, campaigns: new Map(), salt: 'a' },
  zone: 'Asia/Karachi',
}
const facts: SmsFacts = {
  class: 'marketing',
  seal: 'open',
  phone: '+923001234567',
  customerId: 'ada',
  campaignId: 'eid',
  consent: 'granted',
  stopped: false,
  whereabouts: {},
  went: [],
  now: DAY,
}
const wrong = [
  [{ seal: 'erased' }, 'erased'],
  [{ seal: 'unreadable' }, 'unreadable'],
  [{ phone: undefined }, 'no_phone'],
  [{ phone: '+9230012' }, 'invalid_number'],
  [{ stopped: true }, 'opted_out'],
  [{ consent: 'revoked' }, 'no_consent'],
  [{ customerId: undefined }, 'no_consent'],
] as const satisfies readonly (readonly [Partial<SmsFacts>, string])[]

test.each(wrong)('%j: a marketing text never goes, and is told so at once, at night too', (fact, reason) => {
  for (const now of [DAY, NIGHT]) expect(admit(rules, { ...facts, ...fact, now })).toEqual({ verdict: 'suppress', reason })
})

test('of several reasons the first in the table of docs/sms.md is told', () => {
  for (let first = 0; first < wrong.length; first++) {
    const all = Object.assign(
      {},
      ...wrong
        .slice(first)
        .map(([fact]) => fact)
        .reverse(),
    ) as Partial<SmsFacts>
    expect(
      admit(
        { ...rules, holdout: { share: 1, campaigns: new Map(), salt: 'a' } },
        { ...facts, ...all, now: NIGHT, went: [NIGHT] },
      ),
    ).toEqual({
      verdict: 'suppress',
      reason: wrong[first]![1],
    })
  }
})

test('a transactional text asks for neither consent nor hour nor cap nor holdout, and STOP stops it', () => {
  const strict = { ...rules, holdout: { share: 1, campaigns: new Map(), salt: 'a' } }
  const text = { ...facts, class: 'transactional', consent: undefined, now: NIGHT, went: [NIGHT, NIGHT] } as const
  expect(admit(strict, text)).toEqual({ verdict: 'go' })
  expect(admit(strict, { ...text, stopped: true })).toEqual({ verdict: 'suppress', reason: 'opted_out' })
})

test("a campaign's own holdout is told apart, goes behind that of all, and asks nothing of other campaigns", () => {
  const own = { ...rules, holdout: { share: 0, campaigns: new Map([['eid', 1]]), salt: 'a' } }
  expect(admit(own, { ...facts, now: NIGHT })).toEqual({ verdict: 'suppress', reason: 'holdout', detail: 'campaign' })
  expect(admit({ ...own, holdout: { ...own.holdout, share: 1 } }, facts)).toEqual({ verdict: 'suppress', reason: 'holdout' })
  for (const campaignId of ['winter', undefined]) expect(admit(own, { ...facts, campaignId }).verdict).toBe('go')
  expect(admit(own, { ...facts, class: 'transactional' })).toEqual({ verdict: 'go' })
})

test('holdout before the hour, the hour before caps', () => {
  const went = [NIGHT - 1]
  expect(
    admit({ ...rules, holdout: { share: 1, campaigns: new Map(), salt: 'a' } }, { ...facts, now: NIGHT, went }),
  ).toMatchObject({
    reason: 'holdout',
  })
  expect(admit(rules, { ...facts, now: NIGHT, went })).toEqual({ verdict: 'wait', until: Date.parse('2026-03-02T04:00:00Z') })
  expect(admit(rules, { ...facts, went: [DAY - 1] })).toEqual({ verdict: 'suppress', reason: 'cap', detail: '1/day' })
  expect(admit(rules, facts)).toEqual({ verdict: 'go', before: Date.parse('2026-03-01T16:00:00Z') })
})

test('the reply to a keyword goes where what it says is so, and to who said STOP none but that and help that was asked for later', () => {
  const reply = { ...facts, class: 'transactional', customerId: undefined, consent: undefined } as const
  const verdict = (keyword: 'stop' | 'start' | 'help', stopped: boolean, afterStop = false) => {
    const admission = admit(rules, { ...reply, stopped, confirms: { keyword, afterStop } })
    return admission.verdict === 'suppress' ? admission.reason : admission.verdict
  }
  expect([verdict('stop', true), verdict('stop', false)]).toEqual(['go', 'superseded'])
  expect([verdict('start', true, true), verdict('start', false)]).toEqual(['opted_out', 'go'])
  expect([verdict('help', true), verdict('help', true, true), verdict('help', false)]).toEqual(['opted_out', 'go', 'go'])
  expect(admit(rules, { ...reply, stopped: true })).toEqual({ verdict: 'suppress', reason: 'opted_out' })
})
