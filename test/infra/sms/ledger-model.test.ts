import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { SmsRules } from '../../../consumers/sms-admission.ts'
import type { DoubtSettlement } from '../../../consumers/sms-doubts.ts'
import type { SmsLedger, SmsSettlement } from '../../../consumers/sms-ledger.ts'
import { smsDoubts } from '../../../infra/sms/doubts.ts'
import type { QuietHours } from '../../../models/quiet-hours.ts'
import { readCaps } from '../../../models/sms-caps.ts'
import type { Sql } from '../../../streams/sql.ts'
import { customer, freshSql, ledgerWith, noRules, request, stop, upTo } from './sms-fixture.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let sql: Sql
beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())

/**
 * contracts/api.md, before any receipt. A claim may be given back; a submission returns to the queue only when nothing was written, a text in doubt
 * only to be repeated to a gateway that recognises it. Each asking is a step.
 */
const allowed: Record<string, readonly string[]> = {
  queued: ['claimed'],
  claimed: ['submitting', 'suppressed', 'queued', 'unknown'],
  submitting: ['submitted', 'rejected', 'unknown', 'queued'],
  unknown: ['submitted', 'rejected', 'unknown', 'queued'],
  submitted: [],
  rejected: [],
  suppressed: [],
}

const ids = ['a', 'b', 'c', 'd', 'e', 'f']
const tokens = ['one', 'two']
const ADA = '+923001234567'
const BARE = '+923007654321'

type Plain = 'request' | 'revoke' | 'grant' | 'stop' | 'start' | 'reap' | 'wait' | 'night' | 'day'
/** What may happen to the ledger in any order: by two instances, a phone, a customer, and time. `behind`: an answer to an attempt before the last. */
type Step =
  | { readonly do: Plain }
  | { readonly do: 'lease' | 'claim' | 'release' | 'die' | 'begin'; readonly token: string }
  | { readonly do: 'ask'; readonly status: DoubtSettlement['status'] }
  | {
      readonly do: 'settle'
      readonly token: string
      readonly id: string
      readonly behind: number
      readonly status: SmsSettlement['status']
    }

const token = fc.constantFrom(...tokens)
const plain = fc.constantFrom<Plain>('request', 'revoke', 'grant', 'stop', 'start', 'reap', 'wait', 'night', 'day')
const byToken = fc.constantFrom<Step['do'] & ('lease' | 'claim' | 'release' | 'die' | 'begin')>(
  'lease',
  'claim',
  'lease',
  'claim',
  'begin',
  'begin',
  'begin',
  'begin',
  'release',
  'die',
)
const settling = fc.record({
  do: fc.constant('settle' as const),
  token,
  id: fc.constantFrom(...ids),
  behind: fc.constantFrom(0, 0, 0, 1),
  status: fc.constantFrom<SmsSettlement['status']>('submitted', 'rejected', 'unknown', 'queued'),
})
const asking = fc.record({
  do: fc.constant('ask' as const),
  status: fc.constantFrom<DoubtSettlement['status']>('unknown', 'queued', 'queued', 'submitted', 'rejected'),
})
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: plain }),
  asking,
  { weight: 3, arbitrary: fc.record({ do: byToken, token }) },
  { weight: 3, arbitrary: settling },
)

const begun: readonly Step[] = [
  { do: 'lease', token: 'one' },
  { do: 'claim', token: 'one' },
  { do: 'begin', token: 'one' },
]
/** How a history may begin: in quiet hours; with an instance that dies while its texts are at the gateway; or anyhow. */
const beginnings: readonly (readonly Step[])[] = [
  [{ do: 'night' }, ...begun],
  [...begun, { do: 'die', token: 'one' }, { do: 'reap' }],
  [],
]
const run = fc
  .tuple(fc.constantFrom(...beginnings), fc.array(step, { minLength: 20, maxLength: 60 }))
  .map(([beginning, steps]) => [...beginning, ...steps])

type Rules = { -readonly [K in keyof SmsRules]: SmsRules[K] }

async function take(ledger: SmsLedger, action: Step, rules: Rules): Promise<unknown> {
  switch (action.do) {
    case 'night':
    case 'day':
      rules.quiet = action.do === 'night' ? allDay() : undefined
      return
    case 'request':
      return request(sql, [
        { id: 'a' },
        { id: 'b', class: 'marketing' },
        { id: 'c', to: BARE },
        { id: 'd', customerId: 'bob' },
        { id: 'e', class: 'marketing' },
        { id: 'f', class: 'marketing' },
      ])
    case 'revoke':
    case 'grant':
      return customer(sql, 'ada', { phone: ADA, consent: action.do === 'grant' ? 'granted' : 'revoked' })
    case 'stop':
    case 'start':
      return stop(sql, ADA, action.do === 'stop')
    case 'reap':
      return ledger.reap()
    case 'wait':
      return sql.query('UPDATE sms_ledger SET not_before = 0')
    case 'lease':
      return ledger.lease(action.token, 2, 60_000)
    case 'claim':
      return ledger.claim(action.token, upTo(2))
    case 'release':
      return ledger.release(action.token, [])
    case 'die':
      return sql.query('UPDATE sms_slots SET lease_until = 1 WHERE token = $1', [action.token])
    case 'begin':
      return begin(ledger, action.token)
    case 'ask': {
      const unknown = await sql.query("SELECT id FROM sms_ledger WHERE status = 'unknown'")
      return smsDoubts(sql, 'test').settle(
        unknown.map(({ id }) => ({ id: id as string, status: action.status, detail: 'asked' })),
      )
    }
    case 'settle': {
      const [row] = await sql.query('SELECT attempts FROM sms_ledger WHERE id = $1', [action.id])
      return ledger.settle({ ...action, attempt: (row!.attempts as number) - action.behind, delayMs: 0 })
    }
  }
}

/** Quiet hours at any time but for one minute that is not now, by the clock of UTC and of Karachi. */
function allDay(): QuietHours {
  const minute = Math.floor(Date.now() / 60_000) + 12 * 60
  return { from: (minute + 1) % 1440, to: minute % 1440 }
}

/** Tries to begin one text through each slot that the token had last. */
async function begin(ledger: SmsLedger, token: string): Promise<void> {
  const slots = await sql.query('SELECT slot FROM sms_slots WHERE token = $1 ORDER BY slot', [token])
  const rows = await sql.query("SELECT id FROM sms_ledger WHERE status = 'claimed' ORDER BY id")
  await Promise.all(
    slots.flatMap(({ slot }, i) => {
      const id = rows[i]?.id
      return id === undefined
        ? []
        : [ledger.beginSubmit({ token, id: id as string, slot: slot as number, seal: 'open', phone: BARE })]
    }),
  )
}

test('whatever happens in whatever order, a status only moves as allowed, and every move has its result', async () => {
  const visited = new Set<string>()
  const details = new Set<string | null>()
  await fc.assert(
    fc.asyncProperty(run, async steps => {
      await sql.script(
        'TRUNCATE sms_ledger, sms_results, opt_outs, customers, profiles, customer_keys; UPDATE sms_slots SET token = NULL, lease_until = 0',
      )
      const rules: Rules = { ...noRules, zone: 'UTC', caps: readCaps('1/24h')! }
      const ledger = ledgerWith(sql, rules)
      await customer(sql, 'ada', { phone: ADA, consent: 'granted' })
      await take(ledger, { do: 'request' }, rules)
      for (const action of steps) await take(ledger, action, rules)

      const [went] = await sql.query(
        "SELECT count(*) AS texts FROM sms_ledger WHERE class = 'marketing' AND (status IN ('submitting', 'submitted', 'unknown') OR (doubtful AND status IN ('queued', 'claimed')))",
      )
      expect(went!.texts).toBeLessThanOrEqual(1)
      const rows = await sql.query('SELECT id, status, transitions, attempts FROM sms_ledger ORDER BY id')
      expect(rows.map(row => row.id)).toEqual(ids)
      for (const row of rows) {
        const results = await sql.query('SELECT n, status, detail FROM sms_results WHERE request_id = $1 ORDER BY n', [
          row.id as string,
        ])
        const path = results.map(result => result.status as string)
        expect(results.map(result => result.n)).toEqual(path.map((_, i) => i + 1))
        expect([path.length, path.at(-1)]).toEqual([row.transitions, row.status])
        expect(path[0]).toBe('queued')
        for (const status of path) visited.add(status)
        for (const { detail } of results) details.add(detail as string | null)
        for (let i = 1; i < path.length; i++) expect(allowed[path[i - 1]!]).toContain(path[i])
        if (path.includes('unknown')) expect(path).not.toContain('suppressed') // it may have gone
        expect(path.filter(status => status === 'submitting')).toHaveLength(row.attempts as number)
      }
    }),
    { numRuns: 45, seed: 5 },
  )
  expect([...visited].sort()).toEqual(Object.keys(allowed).sort()) // else the steps lead nowhere
  expect([...details]).toEqual(expect.arrayContaining(['quiet_hours', 'opted_out']))
})
