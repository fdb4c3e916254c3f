import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sqlAttribution } from '../../serving/lookups/attribution.ts'
import type { CreditedOrder } from '../../serving/ports/attribution.ts'
import type { Sql } from '../../streams/sql.ts'
import { freshSql } from '../infra/sms/sms-fixture.ts'
import { type MadeOrder, madeOrders, writeOrders } from './made-orders.ts'

let sql: Sql
beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())

const WINDOWS = { clickMs: 70, sendMs: 30 }

interface Sent {
  readonly customer: string
  readonly campaign: string
  readonly at: number
  /** When its link was followed, after the text; by whom. */
  readonly clicks: readonly { readonly after: number; readonly person: boolean }[]
}
interface History {
  readonly sent: readonly Sent[]
  readonly orders: readonly MadeOrder[]
}

async function write({ sent, orders }: History): Promise<void> {
  await sql.script('TRUNCATE sms_ledger, sms_results, sms_link_tracking, link_clicks, orders')
  for (const [i, { customer, campaign, at, clicks }] of sent.entries()) {
    await sql.query(
      `INSERT INTO sms_results (id, partition, request_id, n, customer_id, campaign_id, status, attempt, at) VALUES ($1, 0, $1, 4, $2, $3, 'submitted', 1, $4)`,
      [`r${i}`, customer, campaign, at],
    )
    await sql.query(
      `INSERT INTO sms_ledger (id, partition, customer_id, campaign_id, class, owner, sealed, requested_at, result_key, status, segment, variant, recommendation_id)
       VALUES ($1, 0, $2, $3, 'marketing', 'o', 's', $4, $1, 'submitted', $5, 'a', $6)`,
      [`r${i}`, customer, campaign, at, `segment ${i % 2}`, `list ${i % 3}`],
    )
    await sql.query(
      `INSERT INTO sms_link_tracking (code, request_id, destination, customer_id, campaign_id, segment, created_at, expires_at) VALUES ($1, $2, 'x', $3, $4, $5, 0, 0)`,
      [`code${i}`, `r${i}`, customer, campaign, `segment ${i % 2}`],
    )
    for (const [n, { after, person }] of clicks.entries())
      await sql.query(
        `INSERT INTO link_clicks (id, code, request_id, customer_id, campaign_id, at, automatic, method, links, address) VALUES ($1, $2, $3, $4, $5, $6, $7, 'GET', 1, 'a')`,
        [`k${i}-${n}`, `code${i}`, `r${i}`, customer, campaign, at + after, person ? null : 'agent'],
      )
  }
  await writeOrders(sql, orders)
}

/** Which touch an order is put down to, found by looking at all of them. */
function plainly({ sent }: History, { customer, at }: MadeOrder) {
  const last = <T extends { readonly at: number; readonly id: string }>(touches: T[], ms: number): T | undefined =>
    touches.filter(touch => touch.at <= at && touch.at >= at - ms).sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))[0]
  const theirs = sent
    .map((text, i) => ({ ...text, id: `r${i}`, text: `r${i}`, segment: `segment ${i % 2}` }))
    .filter(text => text.customer === customer)
  const clicks = theirs.flatMap(text =>
    text.clicks.flatMap(({ after, person }, n) =>
      person ? [{ ...text, by: 'click', at: text.at + after, id: `k${text.id.slice(1)}-${n}` }] : [],
    ),
  )
  return (
    last(clicks, WINDOWS.clickMs) ??
    last(
      theirs.map(text => ({ ...text, by: 'send' })),
      WINDOWS.sendMs,
    )
  )
}

const customer = fc.constantFrom('ada', 'bob')
const histories: fc.Arbitrary<History> = fc.record({
  sent: fc.array(
    fc.record({
      customer,
      campaign: fc.constantFrom('c1', 'c2'),
      at: fc.integer({ min: 1000, max: 1200 }),
      clicks: fc.array(fc.record({ after: fc.integer({ min: 0, max: 80 }), person: fc.boolean() }), { maxLength: 2 }),
    }),
    { maxLength: 6 },
  ),
  orders: madeOrders(customer, { min: 950, max: 1350 }, 6),
})

describe('orders put down to campaigns', () => {
  /** All of them, a page of two at a time. */
  async function listedOf(campaign: string) {
    const listed: CreditedOrder[] = []
    for (;;) {
      const page = await sqlAttribution(sql, WINDOWS).orders(campaign, 2, listed.at(-1)?.key)
      if (page.length === 0) return listed
      listed.push(...page)
    }
  }

  test('are those that looking at every touch finds, each once, over all campaigns', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async history => {
        await write(history)
        const credited = history.orders
          .map((order, i) => ({ ...order, order: `o${i}`, touch: plainly(history, order) }))
          .filter(({ counted }) => counted)
        for (const list of ['list 0', 'list 1', 'list 2']) {
          const ours = credited.filter(({ touch }) => touch !== undefined && `list ${Number(touch.text.slice(1)) % 3}` === list)
          const told = (await sqlAttribution(sql, WINDOWS).ordersOfList(list, 100)).map(o => [
            o.orderId,
            o.requestId,
            o.recommendationId,
          ])
          expect(told.sort()).toEqual(ours.map(({ order, touch }) => [order, touch!.text, list]).sort())
        }
        for (const campaign of ['c1', 'c2']) {
          const found = await sqlAttribution(sql, WINDOWS).of(campaign)
          if (!history.sent.some(text => text.campaign === campaign)) expect(found).toBeUndefined()
          else {
            const ours = credited.filter(({ touch }) => touch?.campaign === campaign)
            const sum = (orders: typeof ours) => ({
              orders: orders.length,
              customers: new Set(orders.map(order => order.customer)).size,
              revenue: orders.reduce((total, { gross }) => total + BigInt(gross), 0n),
            })
            const listed = await listedOf(campaign)
            const told = ours.map(({ order, touch }) => [order, touch!.by, touch!.text, touch!.at]).sort()
            expect(listed.map(({ orderId, by, requestId, touchedAt }) => [orderId, by, requestId, touchedAt]).sort()).toEqual(
              told,
            )
            const by = (kind: string) => sum(ours.filter(({ touch }) => touch!.by === kind))
            expect(found).toEqual({
              all: sum(ours),
              byClick: by('click'),
              bySend: by('send'),
              segments: [...new Set(ours.map(({ touch }) => touch!.segment))]
                .sort()
                .map(segment => ({ segment, ...sum(ours.filter(({ touch }) => touch!.segment === segment)) })),
            })
          }
        }
      }),
      { numRuns: 60 },
    )
  }, 120_000)

  const text = (campaign: string, at: number, clicks: Sent['clicks'] = []): Sent => ({ customer: 'ada', campaign, at, clicks })
  const order: MadeOrder = { customer: 'ada', at: 1100, gross: 50_000, counted: true }
  const ordersOf = async (campaign: string) => (await sqlAttribution(sql, WINDOWS).of(campaign))?.all.orders

  test('go to the campaign that was clicked, though another wrote later', async () => {
    await write({ sent: [text('c1', 1050, [{ after: 10, person: true }]), text('c2', 1090)], orders: [order] })
    expect([await ordersOf('c1'), await ordersOf('c2')]).toEqual([1, 0])
  })

  test('go to nobody for a click by a program, or once the window is over', async () => {
    await write({ sent: [text('c1', 1050, [{ after: 10, person: false }])], orders: [order, { ...order, at: 1200 }] })
    expect(await ordersOf('c1')).toBe(0)
  })
})
