import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { upliftOver } from '../../models/uplift/uplift.ts'
import { sqlCampaignResults } from '../../serving/lookups/campaign-results.ts'
import type { Comparison, GroupResults } from '../../serving/ports/campaign-results.ts'
import type { Sql } from '../../streams/sql.ts'
import { freshSql } from '../infra/sms/sms-fixture.ts'
import { type MadeOrder, madeOrders, writeOrders } from './made-orders.ts'

let sql: Sql
beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())

const WINDOW = 50
const arms = ['treated', 'held_out', 'held_out_of_all', null] as const

interface Text {
  readonly customer: string
  readonly campaign: string
  readonly kind: 'marketing' | 'transactional'
  readonly status: string
  readonly arm: (typeof arms)[number]
  readonly at: number
  readonly segment: string | null
  readonly variant: string | null
  /** Of people and of programs. */
  readonly clicks: readonly boolean[]
}
interface History {
  readonly texts: readonly Text[]
  readonly orders: readonly MadeOrder[]
}
const idOf = (i: number): string => `t${String(i).padStart(3, '0')}`

async function write({ texts, orders }: History): Promise<void> {
  await sql.script('TRUNCATE sms_ledger, link_clicks, orders')
  for (const [i, text] of texts.entries()) {
    const { customer, campaign, kind, status, arm, at, segment, variant, clicks } = text
    await sql.query(
      `INSERT INTO sms_ledger (id, partition, customer_id, campaign_id, class, owner, sealed, requested_at, result_key, status, reason, arm, drawn_at, segment, variant)
       VALUES ($1, 0, $2, $3, $4, 'o', 's', $5, $1, $6, $7, $8, $9, $10, $11)`,
      [
        idOf(i),
        customer,
        campaign,
        kind,
        at,
        status,
        status === 'suppressed' ? 'cap: 1/day' : null,
        arm,
        arm && at,
        segment,
        variant,
      ],
    )
    for (const [n, person] of clicks.entries())
      await sql.query(
        `INSERT INTO link_clicks (id, code, request_id, customer_id, campaign_id, at, automatic, method, links, address) VALUES ($1, $2, $2, $3, $4, 1, $5, 'GET', 1, 'a')`,
        [`k${i}-${n}`, idOf(i), customer, campaign, person ? null : 'agent'],
      )
  }
  await writeOrders(sql, orders)
}

/** A customer of a campaign, and what they did, found by looking at everything. */
function plainly({ texts, orders }: History, campaign: string) {
  const theirs = new Map<string, (Text & { readonly i: number })[]>()
  for (const [i, text] of texts.entries())
    if (text.campaign === campaign && text.kind === 'marketing')
      theirs.set(text.customer, [...(theirs.get(text.customer) ?? []), { ...text, i }])
  return [...theirs].map(([customer, all]) => {
    const drawn = all.filter(({ arm }) => arm !== null)
    const first = [...(drawn.length > 0 ? drawn : all)].sort((a, b) => a.at - b.at || a.i - b.i)[0]!
    const people = (text: Text) => text.clicks.filter(person => person).length
    const from = drawn.length > 0 ? first.at : Number.NaN
    const bought = orders.filter(o => o.customer === customer && o.counted && o.at >= from && o.at < from + WINDOW)
    const went = (text: Text) => ['submitted', 'delivered', 'undelivered', 'expired'].includes(text.status) || people(text) > 0
    return { first, all, bought, clicks: all.reduce((sum, text) => sum + people(text), 0), sent: all.filter(went).length, people }
  })
}
type Customer = ReturnType<typeof plainly>[number]

function group(customers: readonly Customer[]): GroupResults & { readonly spent: readonly number[] } {
  const sum = (of: (customer: Customer) => number) => customers.reduce((total, customer) => total + of(customer), 0)
  const spent = customers.map(({ bought }) => bought.reduce((total, { gross }) => total + gross, 0))
  return {
    customers: customers.length,
    open: 0,
    texts: sum(({ all }) => all.length),
    sent: sum(({ sent }) => sent),
    delivered: sum(({ all }) => all.filter(({ status }) => status === 'delivered').length),
    unknown: sum(({ all, people }) => all.filter(text => text.status === 'unknown' && people(text) === 0).length),
    clicks: sum(({ clicks }) => clicks),
    clicked: customers.filter(({ clicks }) => clicks > 0).length,
    buyers: customers.filter(({ bought }) => bought.length > 0).length,
    orders: sum(({ bought }) => bought.length),
    revenue: BigInt(spent.reduce((total, one) => total + one, 0)),
    spent,
  }
}

const maybe = (...names: string[]) => fc.option(fc.constantFrom(...names), { nil: null })
const customer = fc.constantFrom('ada', 'bob', 'eve', 'dan')
const histories: fc.Arbitrary<History> = fc.record({
  texts: fc.array(
    fc.record({
      customer,
      campaign: fc.constantFrom('c1', 'c2'),
      kind: fc.constantFrom('marketing', 'marketing', 'marketing', 'transactional'),
      status: fc.constantFrom('queued', 'submitted', 'delivered', 'suppressed', 'unknown', 'rejected'),
      arm: fc.constantFrom(...arms),
      at: fc.integer({ min: 1000, max: 1100 }),
      segment: maybe('Loyal', 'Lost'),
      variant: maybe('a', 'b'),
      clicks: fc.array(fc.boolean(), { maxLength: 2 }),
    }),
    { maxLength: 12 },
  ),
  orders: madeOrders(customer, { min: 990, max: 1160 }, 12),
})

const results = (campaign: string, ms = WINDOW) => sqlCampaignResults(sql, ms).of(campaign, ms)

describe('what a campaign brought', () => {
  test('is what looking at every text, click and order of every customer finds, in all and by segment and variant', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async history => {
        await write(history)
        for (const campaign of ['c1', 'c2']) {
          const customers = plainly(history, campaign)
          const found = await results(campaign)
          if (customers.length === 0) {
            expect(found).toBeUndefined()
            continue
          }
          const of = (arm: Text['arm'], some: readonly Customer[] = customers) => some.filter(({ first }) => first.arm === arm)
          const control = of('held_out').length > 0 || of('held_out_of_all').length === 0 ? 'held_out' : 'held_out_of_all'
          const compared = (some: readonly Customer[]) => {
            const [{ spent: _, ...treated }, { spent: __, ...heldOut }] = [group(of('treated', some)), group(of(control, some))]
            return { treated, heldOut }
          }
          const sides = ({ treated, heldOut }: Comparison) => ({ treated, heldOut })
          expect(found!.audience).toBe(customers.length)
          expect(found!.heldOutOfAll).toBe(of('held_out_of_all').length)
          expect(found!.comparedWith).toBe(of(control).length === 0 ? null : control === 'held_out' ? 'campaign' : 'all')
          expect(Object.values(found!.neither).reduce((sum, count) => sum + count, 0)).toBe(of(null).length)
          expect(sides(found!.all)).toEqual(compared(customers))
          for (const kind of ['segment', 'variant'] as const) {
            const ours = customers.filter(({ first }) => first.arm === 'treated' || first.arm === control)
            const expected = new Map(
              [...new Set(ours.map(({ first }) => first[kind]))].map(name => [
                name,
                compared(ours.filter(c => c.first[kind] === name)),
              ]),
            )
            const told =
              kind === 'segment'
                ? found!.segments.map(s => [s.segment, sides(s)])
                : found!.variants.map(v => [v.variant, sides(v)])
            expect(new Map(told as [string | null, object][])).toEqual(expected)
          }
        }
      }),
      { numRuns: 60 },
    )
  }, 180_000)

  const plain: Text = {
    customer: 'ada',
    campaign: 'c1',
    kind: 'marketing',
    status: 'submitted',
    arm: 'treated',
    at: 1000,
    segment: null,
    variant: null,
    clicks: [],
  }

  test('has the uplift that the customers’ own revenues have, and says where it compares with nobody of the campaign', async () => {
    const texts = Array.from(
      { length: 600 },
      (_, i): Text => ({ ...plain, customer: `c${i}`, arm: i % 3 === 0 ? 'held_out_of_all' : 'treated' }),
    )
    const orders = texts.flatMap(({ customer }, i) =>
      i % 5 === 0 || i % 7 === 1 ? [{ customer, at: 1010, gross: 10_000 * (1 + (i % 11)), counted: true }] : [],
    )
    const history = { texts, orders }
    await write(history)
    const [treated, heldOut] = (['treated', 'held_out_of_all'] as const).map(arm => {
      const { spent, customers, buyers } = group(plainly(history, 'c1').filter(({ first }) => first.arm === arm))
      const meanRevenue = spent.reduce((sum, one) => sum + one, 0) / customers
      const squares = spent.reduce((sum, one) => sum + (one - meanRevenue) ** 2, 0)
      return { customers, buyers, meanRevenue, revenueVariance: squares / (customers - 1) }
    })
    const found = await results('c1')
    const expected = upliftOver(treated!, heldOut!)
    expect(found!.comparedWith).toBe('all')
    expect(found!.all.uplift.conversion).toEqual(expected.conversion)
    for (const bound of ['difference', 'low', 'high'] as const)
      expect(found!.all.uplift.revenue![bound]).toBeCloseTo(expected.revenue![bound], 6)
  }, 60_000)

  test('counts whom it kept back behind the draw, and leaves out whom it kept back before', async () => {
    await write({
      texts: [
        { ...plain, status: 'suppressed' },
        { ...plain, customer: 'bob', status: 'suppressed', arm: null },
        { ...plain, customer: 'eve', status: 'queued', arm: null },
      ],
      orders: [],
    })
    const found = await results('c1')
    expect(found).toMatchObject({
      audience: 3,
      neither: { cap: 1, waiting: 1 },
      all: { treated: { customers: 1, texts: 1, sent: 0 } },
    })
  })

  test('says how many may still buy', async () => {
    const now = Date.now()
    await write({
      texts: [
        { ...plain, at: now - 60_000 },
        { ...plain, customer: 'bob', at: now - 7_200_000 },
      ],
      orders: [],
    })
    expect((await results('c1', 3_600_000))!.all.treated).toMatchObject({ customers: 2, open: 1 })
  })
})
