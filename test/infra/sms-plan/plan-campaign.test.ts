import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { admit, type SmsRules } from '../../../consumers/sms-admission.ts'
import type { Addressee, SmsPlanned } from '../../../consumers/sms-plan.ts'
import { audience, customerPages } from '../../../infra/sms-plan/audience.ts'
import { planCampaign } from '../../../infra/sms-plan/plan-campaign.ts'
import { builtInTexts, plannedTexts, readTexts } from '../../../infra/sms-plan/planned-texts.ts'
import { readCaps } from '../../../models/sms-caps.ts'
import { smsParts } from '../../../models/sms-parts.ts'
import { smsText } from '../../../models/sms-text.ts'
import { fillTemplate } from '../../../models/templates/fill-template.ts'
import { languages } from '../../../models/text/language.ts'
import type { Sql } from '../../../streams/sql.ts'
import { manyCustomers } from '../../support/many-customers.ts'
import { customer, freshSql, ledgerOn, noRules, phoneHash, request, stop } from '../sms/sms-fixture.ts'

const step = {
  discount: { type: 'percent', value: 20, code: 'WAPSI20' },
  link: 'https://shop.example/sale',
  shop: 'Bazaar',
  currency: 'PKR',
  now: Date.parse('2026-03-01T00:00:00Z'),
  zone: 'Asia/Karachi',
} as const
const shortLink = 'https://s.example.pk/r/00000000000'
const winBack = plannedTexts(builtInTexts('win_back', step), step, shortLink)

let sql: Sql
beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())

const plan = (
  rules: SmsRules = noRules,
  more: { segment?: string; campaign?: string; texts?: typeof winBack } = {},
): Promise<SmsPlanned> => planCampaign({ sql, phoneHash, rules, texts: winBack, currency: 'PKR', segment: undefined, ...more })
const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0)

describe('twenty thousand customers', () => {
  const COUNT = 20_000
  const rules: SmsRules = { ...noRules, holdout: { share: 0.05, campaigns: new Map(), salt: 'x' } }
  beforeAll(async () => {
    await sql.script('TRUNCATE customers, profiles, opt_outs, documents, sms_ledger')
    await manyCustomers(sql, COUNT)
    await sql.query('INSERT INTO opt_outs (phone_hash, stopped, since) SELECT h, true, 5 FROM unnest($1::text[]) AS u(h)', [
      Array.from({ length: 100 }, (_, n) => phoneHash(`+92301${String(n * 13 + 2).padStart(7, '0')}`)),
    ])
  })

  test('audience is queued and suppressed by reason, and each is what a look at every customer alone says', async () => {
    const planned = await plan(rules)
    const expected: Record<string, number> = {}
    let [queued, parts] = [0, 0]
    const all = await everybody(rules)
    for (const { facts, language = winBack.otherwise, values } of all) {
      const admission = admit(rules, facts)
      if (admission.verdict === 'suppress') expected[admission.reason] = (expected[admission.reason] ?? 0) + 1
      else {
        const filled = fillTemplate(winBack.templates[language]!, {
          ...values(language),
          ...winBack.stepValues(language),
          link: shortLink,
        })
        if ('refused' in filled) throw new Error(filled.message)
        queued++
        parts += smsParts(smsText(filled.text, undefined)).parts
      }
    }
    expect(all).toHaveLength(COUNT)
    expect(planned).toMatchObject({ audience: COUNT, queued, waiting: 0, suppressed: expected })
    expect(planned.queued + sum(planned.suppressed)).toBe(COUNT)
    expect(planned.cost.parts).toBe(parts)
    expect(Object.keys(expected).sort()).toEqual(['holdout', 'invalid_number', 'no_consent', 'no_phone', 'opted_out'])
  })

  test('a segment is its own customers, and segments add up to all', async () => {
    const [all, champions, lost] = [
      await plan(),
      await plan(noRules, { segment: 'Champions' }),
      await plan(noRules, { segment: 'Lost' }),
    ]
    expect(champions.audience).toBe(COUNT / 4)
    for (const of of [(p: SmsPlanned) => p.audience, (p: SmsPlanned) => p.queued, (p: SmsPlanned) => p.cost.parts])
      expect(of(champions) + of(lost)).toBe(of(all))
    expect((await plan(noRules, { segment: 'Nobody' })).audience).toBe(0)
  })

  test('a campaign that holds customers out goes to that many less, and another to all', async () => {
    const holding = { ...noRules, holdout: { share: 0, campaigns: new Map([['eid', 0.1]]), salt: 'x' } }
    const [eid, other, all] = [
      await plan(holding, { campaign: 'eid' }),
      await plan(holding, { campaign: 'winter' }),
      await plan(),
    ]
    expect(eid.suppressed.holdout! / all.queued).toBeCloseTo(0.1, 1)
    expect(eid.queued + eid.suppressed.holdout!).toBe(all.queued)
    expect(other.queued).toBe(all.queued)
  })

  test('with a cap only one of two customers with one phone gets a text', async () => {
    const [without, capped] = [await plan(), await plan({ ...noRules, caps: readCaps('1/day')! })]
    expect(capped.audience).toBe(COUNT)
    expect(capped.suppressed.cap).toBeGreaterThan(100)
    expect(capped.queued).toBe(without.queued - capped.suppressed.cap!)
  })

  test('every language gets its own text, and names in Urdu cost where they make a text Unicode', async () => {
    const { cost } = await plan()
    expect([...new Set(cost.all().map(({ language }) => language))].sort()).toEqual([...languages].sort())
    expect(cost.all().filter(({ language, encoding }) => language === 'roman-urdu' && encoding === 'UCS-2')).not.toEqual([])
    expect(cost.all().every(({ language, encoding }) => language !== 'urdu' || encoding === 'UCS-2')).toBe(true)
  })

  test('the last page reads no more of any table than the first', async () => {
    const statements: string[] = []
    const noting: Sql = {
      ...sql,
      query: (text, values) => {
        if (text.includes('FROM customers c')) statements.push(text)
        return sql.query(text, values)
      },
    }
    for await (const _ of customerPages({ sql: noting, segment: undefined, withProducts: true })) if (statements.length > 0) break
    const last = `'c${String(COUNT - 5000).padStart(8, '0')}'`
    const page = statements[0]!.replaceAll('$1', last).replaceAll('$2', '5000')
    const rows = await sql.transaction(async tx => {
      await tx.script('SET LOCAL enable_hashjoin = off; SET LOCAL enable_nestloop = off') // as it is joined where tables are large
      return tx.query(`EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) ${page}`)
    })
    const read = [...JSON.stringify(rows).matchAll(/actual rows=(\d+)/g)].map(([, count]) => Number(count))
    expect(read.length).toBeGreaterThan(2)
    expect(Math.max(...read)).toBeLessThanOrEqual(5000)
  })

  async function everybody(some: SmsRules): Promise<Addressee[]> {
    const found: Addressee[] = []
    for await (const page of audience({ sql, phoneHash, rules: some, segment: undefined, withProducts: false, currency: 'PKR' }))
      found.push(...page)
    return found
  }
})

describe('what the ledger would say', () => {
  beforeEach(() =>
    sql.script(
      'TRUNCATE sms_ledger, sms_results, opt_outs, customers, profiles, customer_keys, documents; UPDATE sms_slots SET token = NULL, lease_until = 0',
    ),
  )
  const phone = (n: number) => `+9230012345${10 + n}`
  const wrote = (id: string, keyword: string, at: number) =>
    sql.query(
      `INSERT INTO documents (customer_id, id, partition, at, direction, log_offset, body, keyword) VALUES ($1, $2, 0, $3, 'in', 0, '{}', $4)`,
      [id, `m${at}`, at, keyword],
    )

  test('the plan says of each customer what the ledger then does', async () => {
    await customer(sql, 'plain', { phone: phone(0), consent: 'granted' })
    await customer(sql, 'revoked', { phone: phone(1), consent: 'revoked' })
    await customer(sql, 'never-asked', { phone: phone(2) })
    await customer(sql, 'phoneless', { consent: 'granted' })
    await customer(sql, 'stopped', { phone: phone(3), consent: 'granted' })
    await stop(sql, phone(3))
    await customer(sql, 'wrote-stop', { phone: phone(4), consent: 'granted' })
    await wrote('wrote-stop', 'stop', 100)
    await customer(sql, 'started-again', { phone: phone(5), consent: 'granted' })
    await wrote('started-again', 'stop', 100)
    await wrote('started-again', 'start', 200)
    await customer(sql, 'same-phone', { phone: phone(4), consent: 'granted' })
    await customer(sql, 'had-one', { phone: phone(6), consent: 'granted' })
    const rules = { caps: readCaps('1/7d')! }
    const ledger = ledgerOn(sql, rules)
    const begin = async (ids: readonly string[]) => {
      await request(
        sql,
        ids.map(id => ({ id: `${id}-${ids.length}`, customerId: id, class: 'marketing' as const })),
      )
      const { slots } = await ledger.lease('mine', 50, 600_000)
      const rows = await ledger.claim('mine', { transactional: 50, marketing: 50 })
      const begun = await Promise.all(
        rows.map(({ id }, at) => ledger.beginSubmit({ token: 'mine', id, slot: slots[at]!, seal: 'open', phone: undefined })),
      )
      return begun.map(one => (one.status === 'suppressed' ? one.reason : one.status))
    }
    await begin(['had-one'])
    const planned = await plan({ ...noRules, ...rules })
    const became = await begin((await sql.query('SELECT customer_id FROM customers')).map(row => row.customer_id as string))
    expect(planned.queued).toBe(became.filter(status => status === 'submitting').length)
    const counts: Record<string, number> = {}
    for (const reason of became) if (reason !== 'submitting') counts[reason] = (counts[reason] ?? 0) + 1
    expect(planned.suppressed).toEqual(counts)
    expect(counts).toEqual({ no_consent: 2, no_phone: 1, opted_out: 3, cap: 1 })
  })

  test('who waits for quiet hours to end is queued', async () => {
    await customer(sql, 'ada', { phone: phone(0), consent: 'granted' })
    // Each is quiet but for a minute: it is quiet now by one of them at least.
    const windows = [
      { from: 0, to: 1439 },
      { from: 720, to: 719 },
    ]
    const planned = await Promise.all(windows.map(quiet => plan({ ...noRules, quiet })))
    for (const one of planned) expect(one).toMatchObject({ audience: 1, queued: 1, suppressed: {} })
    expect(planned.map(({ waiting }) => waiting)).toContain(1)
  })

  test('products are those of the customer’s newest list; who has none gets no text that names one', async () => {
    const read = readTexts(['Hi {{first_name}}, {{product}} for {{price}} is for you: {{link}}'], step)
    if ('problems' in read) throw new Error(JSON.stringify(read.problems))
    await customer(sql, 'ada', { phone: phone(0), consent: 'granted' })
    await customer(sql, 'bob', { phone: phone(1), consent: 'granted' })
    await sql.query(
      `INSERT INTO recommendations (customer_id, partition, batch, seq, recommendation_id, as_of, body, answer)
       VALUES ('ada', 0, 0, 1, 'r', 0, '{"items":[{"productId":"tea"}]}', '')`,
    )
    await sql.query(
      `INSERT INTO products (product_id, partition, version, name, price, available, stamps, trend_value, trend_at, norm, pairs)
       VALUES ('tea', 0, 1, $1, '250.00', true, '{}', 0, 0, 0, '[]')`,
      ['چائے'],
    )
    const planned = await plan(noRules, { texts: plannedTexts(read.templates, step, shortLink) })
    expect(planned).toMatchObject({ audience: 2, queued: 1, suppressed: { value_missing: 1 } })
    expect(planned.cost.all()).toEqual([{ language: 'english', encoding: 'UCS-2', parts: 1, texts: 1 }])
  })
})
