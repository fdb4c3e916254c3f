import fc from 'fast-check'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { variantCounts } from '../../infra/campaigns/variant-counts.ts'
import type { Flow } from '../../schemas/flow.ts'
import { buildApp } from '../../serving/app.ts'
import { CampaignResultsView } from '../../serving/campaign-results-view.ts'
import { sqlCampaignResults } from '../../serving/lookups/campaign-results.ts'
import type { Sql } from '../../streams/sql.ts'
import { freshSql } from '../infra/sms/sms-fixture.ts'
import { end, experiment, flowOf } from '../support/flow-steps.ts'
import { quietPorts } from './fake-ports.ts'
import { type MadeOrder, madeOrders, writeOrders } from './made-orders.ts'

let sql: Sql
beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())

const WINDOW = 50
const goals = { 1: 'purchase', 2: undefined, 3: 'reply' } as const
type Version = keyof typeof goals

interface Entry {
  readonly customer: string
  readonly campaign: string
  readonly version: Version
  readonly arm: 'treated' | 'held_out'
  readonly segment: string | null
  readonly at: number
  readonly ended: { readonly after: number; readonly reason: 'goal' | 'completed' } | null
  /** Of the versions that hold out at all. */
  readonly holdout: 0 | 10 | 20
}
interface Got {
  readonly customer: string
  readonly campaign: string
  readonly version: Version
  readonly step: string
  readonly variant: string
  readonly at: number
}
interface Text {
  readonly customer: string
  readonly campaign: string
  readonly kind: 'marketing' | 'transactional'
  readonly status: string
  readonly at: number
  /** When people and programs followed its link. */
  readonly clicks: readonly { readonly at: number; readonly person: boolean }[]
}
interface History {
  readonly entries: readonly Entry[]
  readonly got: readonly Got[]
  readonly texts: readonly Text[]
  readonly orders: readonly MadeOrder[]
}

const flow = (version: Version): Flow => {
  const event = goals[version]
  const steps = [
    experiment('which', { a: 1, b: 3 }, { a: 'end', b: 'end' }),
    { ...experiment('next', { x: 1, y: 1 }, { x: 'end', y: 'end' }), allocation: 'thompson' as const },
    end(),
  ]
  return { ...flowOf(steps), ...(event && { goal: { event } }) }
}

async function write({ entries, got, texts, orders }: History): Promise<void> {
  await sql.script('TRUNCATE sms_ledger, link_clicks, orders, flow_entries, flow_assignments, campaign_versions, campaign_shares')
  for (const campaign of ['c1', 'c2'])
    for (const version of [1, 2, 3] as const)
      await sql.query('INSERT INTO campaign_versions (campaign_id, version, flow) VALUES ($1, $2, $3)', [
        campaign,
        version,
        JSON.stringify(flow(version)),
      ])
  for (const [i, { customer, campaign, version, arm, segment, at, ended, holdout }] of entries.entries())
    await sql.query(
      `INSERT INTO flow_entries (campaign_id, customer_id, entry, partition, version, arm, holdout, segment, at, ended_at, ended_step, reason)
       VALUES ($1, $2, $3, 0, $4, $5, $6, $7, $8, $9, 'end', $10)`,
      [campaign, customer, i + 1, version, arm, holdout, segment, at, ended && at + ended.after, ended?.reason ?? null],
    )
  for (const { campaign, version, step, customer, variant, at } of got)
    await sql.query(
      `INSERT INTO flow_assignments (campaign_id, version, step, customer_id, partition, entry, variant, at)
       VALUES ($1, $2, $3, $4, 0, 1, $5, $6) ON CONFLICT DO NOTHING`,
      [campaign, version, step, customer, variant, at],
    )
  for (const [i, { customer, campaign, kind, status, at, clicks }] of texts.entries()) {
    await sql.query(
      `INSERT INTO sms_ledger (id, partition, customer_id, campaign_id, class, owner, sealed, requested_at, result_key, status, reason)
       VALUES ($1, 0, $2, $3, $4, 'o', 's', $5, $1, $6, $7)`,
      [`t${i}`, customer, campaign, kind, at, status, status === 'suppressed' ? 'cap: 1/day' : null],
    )
    for (const [n, click] of clicks.entries())
      await sql.query(
        `INSERT INTO link_clicks (id, code, request_id, customer_id, campaign_id, at, automatic, method, links, address) VALUES ($1, $2, $2, $3, $4, $5, $6, 'GET', 1, 'a')`,
        [`k${i}-${n}`, `t${i}`, customer, campaign, click.at, click.person ? null : 'agent'],
      )
  }
  await writeOrders(sql, orders)
}

const within = (at: number, from: number) => at >= from && at < from + WINDOW
const went = ({ status, clicks }: Text) => ['submitted', 'delivered'].includes(status) || clicks.some(({ person }) => person)

/** What each customer of a variant did, found by looking at everything. */
function plainVariant({ entries, texts, orders }: History, customers: readonly Got[]) {
  const each = customers.map(({ customer, campaign, version, at }) => {
    const own = texts.filter(t => t.customer === customer && t.campaign === campaign)
    const asked = own.filter(t => t.kind === 'marketing' && within(t.at, at))
    const clicks = own.flatMap(t => t.clicks).filter(click => click.person && within(click.at, at)).length
    const bought = orders.filter(o => o.customer === customer && o.counted && within(o.at, at))
    const replied = entries.some(
      e => e.customer === customer && e.campaign === campaign && e.ended?.reason === 'goal' && within(e.at + e.ended.after, at),
    )
    const goal = goals[version]
    const reached = goal === 'purchase' ? bought.length > 0 : goal === 'reply' ? replied : clicks > 0
    return { asked, clicks, bought, reached }
  })
  const sum = (of: (one: (typeof each)[number]) => number) => each.reduce((total, one) => total + of(one), 0)
  const reached = each.filter(one => one.reached).length
  const spent = each.map(({ bought }) => bought.reduce((total, { gross }) => total + gross, 0))
  const mean = spent.reduce((total, one) => total + one, 0) / each.length
  const squares = spent.reduce((total, one) => total + (one - mean) ** 2, 0)
  const variance = expect.closeTo(squares / (each.length - 1), 3)
  const buyers = each.filter(({ bought }) => bought.length > 0).length
  return {
    customers: each.length,
    open: 0,
    texts: sum(({ asked }) => asked.length),
    sent: sum(({ asked }) => asked.filter(went).length),
    delivered: sum(({ asked }) => asked.filter(({ status }) => status === 'delivered').length),
    unknown: sum(({ asked }) => asked.filter(text => text.status === 'unknown' && !went(text)).length),
    clicks: sum(({ clicks }) => clicks),
    clicked: each.filter(({ clicks }) => clicks > 0).length,
    buyers,
    orders: sum(({ bought }) => bought.length),
    revenue: BigInt(sum(({ bought }) => bought.reduce((total, { gross }) => total + gross, 0))),
    reached,
    over: { of: each.length, hits: reached },
    spent: each.length < 2 ? null : { of: each.length, mean: expect.closeTo(mean, 6), variance, buyers },
  }
}

const customer = fc.constantFrom('ada', 'bob', 'eve', 'dan')
const campaign = fc.constantFrom('c1', 'c1', 'c2')
const version = fc.constantFrom<Version>(1, 2, 3)
const at = fc.integer({ min: 1000, max: 1100 })
const choices: (readonly [string, string])[] = [
  ['which', 'a'],
  ['which', 'b'],
  ['next', 'x'],
  ['next', 'y'],
]
const step = fc.constantFrom(...choices)
const histories: fc.Arbitrary<History> = fc.record({
  entries: fc.array(
    fc
      .record({
        customer,
        campaign,
        version,
        arm: fc.constantFrom('treated', 'held_out'),
        segment: fc.constantFrom('Loyal', null),
        at,
        ended: fc.option(fc.record({ after: fc.nat(80), reason: fc.constantFrom('goal', 'completed') })),
      })
      // The first version holds nobody out, the second fewer than the third.
      .map(one => ({ ...one, holdout: ([0, 10, 20] as const)[one.version - 1]! }))
      .map((one): Entry => (one.holdout === 0 ? { ...one, arm: 'treated' } : (one as Entry))),
    { maxLength: 10 },
  ),
  got: fc.array(
    fc
      .record({ customer, campaign, version, step, at })
      .map(({ step: [name, variant], ...one }): Got => ({ ...one, step: name, variant })),
    { maxLength: 12 },
  ),
  texts: fc.array(
    fc.record({
      customer,
      campaign,
      kind: fc.constantFrom('marketing', 'marketing', 'transactional'),
      status: fc.constantFrom('queued', 'submitted', 'delivered', 'suppressed', 'unknown'),
      at,
      clicks: fc.array(fc.record({ at: fc.integer({ min: 1000, max: 1160 }), person: fc.boolean() }), { maxLength: 2 }),
    }),
    { maxLength: 10 },
  ),
  orders: madeOrders(customer, { min: 990, max: 1160 }, 10),
})

const results = (id: string, ms = WINDOW) => sqlCampaignResults(sql, ms).of(id, ms)

describe('what a flow brought', () => {
  test('is by version, variant and draw what looking at every entry, text, click and order finds', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async history => {
        await write(history)
        for (const id of ['c1', 'c2']) {
          const entries = history.entries.filter(e => e.campaign === id)
          const found = await results(id)
          if (entries.length === 0) {
            expect(found?.experiments ?? []).toEqual([])
            continue
          }
          const count = (some: readonly Entry[], how: (entry: Entry) => boolean) => some.filter(how).length
          expect(found!.flow).toEqual(
            ([3, 2, 1] as const).flatMap(of => {
              const own = entries.filter(e => e.version === of)
              if (own.length === 0) return []
              const treated = own.filter(e => e.arm === 'treated')
              const reasons = [...new Set(treated.flatMap(e => e.ended?.reason ?? []))]
              return [
                {
                  version: of,
                  entered: treated.length,
                  heldOut: own.length - treated.length,
                  onTheirWay: count(treated, e => e.ended === null),
                  ended: Object.fromEntries(reasons.map(reason => [reason, count(treated, e => e.ended?.reason === reason)])),
                },
              ]
            }),
          )
          // Each customer once for a step of a version: what came first was written first.
          const first = history.got.filter(
            (one, i) =>
              one.campaign === id &&
              history.got.findIndex(
                o => o.campaign === id && o.version === one.version && o.step === one.step && o.customer === one.customer,
              ) === i,
          )
          const expected = ([3, 2, 1] as const).flatMap(of =>
            (['which', 'next'] as const).flatMap(name => {
              const own = first.filter(one => one.version === of && one.step === name)
              if (own.length === 0) return []
              const variants = (name === 'which' ? ['a', 'b'] : ['x', 'y']).flatMap(variant => {
                const some = own.filter(one => one.variant === variant)
                return some.length === 0 ? [] : [{ variant, ...plainVariant(history, some) }]
              })
              return [{ version: of, step: name, outcome: goals[of] ?? 'click', variants }]
            }),
          )
          expect(found!.experiments.map(({ shares: _, allocation: __, ...one }) => one)).toEqual(expected)
          // What learners are told of those that learn is the same.
          for (const { version: of, step: name, variants } of found!.experiments) {
            const counts = await variantCounts(sql, { campaignId: id, version: of, flow: flow(of as Version), windowMs: WINDOW })
            const known = variants.map(one => [one.variant, { trials: one.customers, successes: one.reached }] as const)
            const none = { trials: 0, successes: 0 }
            if (name === 'next') expect(counts).toEqual({ next: { x: none, y: none, ...Object.fromEntries(known) } })
          }
          const newest = entries.filter(e => e.holdout > 0).sort((a, b) => b.version - a.version)[0]
          if (!entries.some(e => e.arm === 'held_out')) continue
          const drawn = new Map<string, Entry>()
          for (const entry of entries)
            if (entry.holdout === newest!.holdout && !drawn.has(entry.customer)) drawn.set(entry.customer, entry)
          const buyers = (arm: Entry['arm']) =>
            [...drawn.values()].filter(
              e => e.arm === arm && history.orders.some(o => o.customer === e.customer && o.counted && within(o.at, e.at)),
            ).length
          const arm = (of: Entry['arm']) => [...drawn.values()].filter(e => e.arm === of).length
          expect(found!.audience).toBe(drawn.size)
          expect([found!.all.treated.customers, found!.all.treated.buyers]).toEqual([arm('treated'), buyers('treated')])
          expect([found!.all.heldOut.customers, found!.all.heldOut.buyers]).toEqual([arm('held_out'), buyers('held_out')])
          expect(found!.comparedWith).toBe(arm('held_out') > 0 ? 'campaign' : null)
          const segments = new Set([...drawn.values()].map(e => e.segment))
          expect(new Set(found!.segments.map(s => s.segment))).toEqual(segments)
        }
      }),
      { numRuns: 60 },
    )
  }, 240_000)

  test('is told with intervals and advice, and how variants are drawn by now', async () => {
    const people = Array.from({ length: 400 }, (_, i) => `c${i}`)
    await write({
      entries: people.map(name => ({
        customer: name,
        campaign: 'c1',
        version: 1,
        arm: 'treated',
        segment: null,
        at: 1000,
        ended: null,
        holdout: 0,
      })),
      got: people.map((name, i) => ({
        customer: name,
        campaign: 'c1',
        version: 1,
        step: 'next',
        variant: i % 2 ? 'x' : 'y',
        at: 1000,
      })),
      texts: [],
      orders: people.flatMap((name, i) =>
        i % 4 === 1 || i % 20 === 0 ? [{ customer: name, at: 1010, gross: 50_000, counted: true }] : [],
      ),
    })
    for (const [when, share] of [
      [1, 0.6],
      [2, 0.7],
    ] as const)
      await sql.query('INSERT INTO campaign_shares (campaign_id, at, version, shares, counts) VALUES ($1, $2, 1, $3, $4)', [
        'c1',
        when,
        JSON.stringify({ next: { x: share, y: 1 - share } }),
        '{}',
      ])
    const app = buildApp(quietPorts({ campaignResults: sqlCampaignResults(sql, WINDOW) }))
    const answer = await app.inject('/campaigns/c1/results')
    const body = answer.json()
    expect(Value.Errors(CampaignResultsView, body)).toEqual([])
    expect(body.flow).toEqual([{ version: 1, entered: 400, heldOut: 0, onTheirWay: 400, ended: {} }])
    expect(body.experiments).toMatchObject([
      {
        step: 'next',
        allocation: 'thompson',
        outcome: 'purchase',
        variants: [
          {
            variant: 'x',
            share: 0.7,
            customers: 200,
            conversion: 0.5,
            revenuePerCustomer: '2.50',
            rate: { of: 200, reached: 100 },
          },
          { variant: 'y', customers: 200, conversion: 0.1, rate: { of: 200, reached: 20 } },
        ],
        differences: [{ variant: 'x', over: 'y', difference: 0.4, revenuePerCustomer: { difference: '2.00' } }],
        smallestEffect: { relative: 0.1, points: 0.03 },
        advice: { kind: 'stop_winner', winner: 'x', morePerVariant: null },
      },
    ])
    const other = (await app.inject('/campaigns/c1/results?effect=50')).json()
    expect(other.experiments[0].smallestEffect).toEqual({ relative: 0.5, points: 0.15 })
    expect((await app.inject('/campaigns/c1/results?effect=0')).statusCode).toBe(400)
    expect((await app.inject('/campaigns/nobody/results')).statusCode).toBe(404)
    await app.close()
  })

  test('is nothing yet of a campaign that nobody came to', async () => {
    await sql.query(
      `INSERT INTO campaigns (id, status, revision, version, report, checked_at, created_at, created_by, changed_at, changed_by)
       VALUES ('new', 'draft', 1, 1, '{}', 1, 1, 'open', 1, 'open')`,
    )
    expect(await results('new')).toMatchObject({ audience: 0, comparedWith: null, flow: [], experiments: [] })
  })
})
