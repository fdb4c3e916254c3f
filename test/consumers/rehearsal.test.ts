import { expect, test } from 'vitest'
import { Rehearsal, type RehearsalPlan } from '../../consumers/rehearsal.ts'
import type { CustomerEvent, Personal } from '../../schemas/events.ts'
import type { Flow, FlowStep } from '../../schemas/flow.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Noon in Karachi. */
const FROM = Date.parse('2025-03-10T07:00:00Z')
const end: FlowStep = { id: 'end', type: 'end', events: [] }
const onwards = (nextStepID: string) => [{ type: 'default', nextStepID }] as const
const flowOf = (more: Partial<Flow> & Pick<Flow, 'steps'>): Flow => ({
  initialStepID: more.steps[0]!.id,
  trigger: { type: 'purchase' },
  entry: 'per_event',
  ...more,
})
const text = flowOf({ steps: [{ id: 'say', type: 'message', content: 'Hi {{first_name}}!', events: [...onwards('end')] }, end] })

function planOf(flow: Flow, more: Partial<RehearsalPlan['texts']['rules']> = {}, beside: readonly Flow[] = []): RehearsalPlan {
  const made = (id: string, one: Flow) => ({ id, version: 1, flow: one, categories: [] })
  return {
    campaign: made('ours', flow),
    beside: beside.map((other, i) => made(`other-${i}`, other)),
    zone: 'Asia/Karachi',
    from: FROM,
    to: FROM + 30 * DAY,
    speed: { partsPerSecond: undefined, slots: 50, roundTripMs: 500 },
    texts: {
      rules: {
        quiet: undefined,
        caps: [],
        holdout: { share: 0, campaigns: new Map(), salt: '' },
        zone: 'Asia/Karachi',
        ...more,
      },
      shop: undefined,
      currency: 'PKR',
      shortLink: undefined,
      reachable: false,
    },
  }
}

/** Customers as their log tells of them. */
class Shop {
  readonly rehearsal: Rehearsal
  private readonly seqs = new Map<string, number>()
  private readonly orders = new Map<string, number>()
  private n = 0

  constructor(plan: RehearsalPlan) {
    this.rehearsal = new Rehearsal(plan)
  }

  tell(customerId: string, at: number, event: Record<string, unknown>, personal?: Personal): void {
    const seq = (this.seqs.get(customerId) ?? 0) + 1
    this.seqs.set(customerId, seq)
    if (event.type === 'purchase') this.orders.set(customerId, (this.orders.get(customerId) ?? 0) + 1)
    const common = { id: `e${this.n++}`, customerId, occurredAt: new Date(at).toISOString() }
    const orders = this.orders.get(customerId) ?? 0
    const rfm = { firstAt: at, lastAt: at, orders, gross: 50_000, net: 50_000 }
    this.rehearsal.meet({
      change: { customerId, seq, at, rfm, event: { ...common, ...event } as CustomerEvent },
      at,
      cameAt: at,
      personal,
    })
  }

  join(customerId: string, phone = '+923001234567'): void {
    this.tell(customerId, FROM - DAY, { type: 'profile', traits: {} }, { traits: { firstName: 'Ada', phone } })
    this.tell(customerId, FROM - DAY, { type: 'consent', channel: 'sms', state: 'granted' })
  }

  buy(customerId: string, at: number): void {
    const lines = [{ productId: 'tea', quantity: 1, unitPrice: '5.00' }]
    this.tell(customerId, at, { type: 'purchase', orderId: `o${this.n}`, currency: 'PKR', lines })
  }
}

test('a text that comes in quiet hours goes when they end, and is told as delayed', () => {
  const shop = new Shop(planOf(text, { quiet: { from: 21 * 60, to: 9 * 60 } }))
  shop.join('ada')
  shop.buy('ada', FROM + 10 * HOUR) // 22:00
  shop.buy('ada', FROM + DAY)
  const { texts, hours } = shop.rehearsal.report()
  expect(texts).toMatchObject({ planned: 2, sent: 2, delayed: 1, waiting: 0 })
  expect(hours.map(({ at }) => new Date(at).toISOString())).toEqual(['2025-03-11T04:00:00.000Z', '2025-03-11T07:00:00.000Z'])
})

test('who says STOP while a text waits for quiet hours to end does not get it', () => {
  const shop = new Shop(planOf(text, { quiet: { from: 21 * 60, to: 9 * 60 } }))
  shop.join('ada')
  shop.buy('ada', FROM + 10 * HOUR)
  shop.tell('ada', FROM + 11 * HOUR, { type: 'message', direction: 'in', channel: 'sms' }, { text: 'STOP' })
  expect(shop.rehearsal.report().texts).toMatchObject({ planned: 1, sent: 0, suppressed: { opted_out: 1 } })
})

test('caps count by phone, whoever has it, and the texts of campaigns beside it', () => {
  const caps = [{ text: '2/day', most: 2, span: 'day' }] as const
  const shop = new Shop(planOf(text, { caps }, [text]))
  shop.join('ada')
  shop.join('bilal')
  shop.buy('ada', FROM + HOUR)
  shop.buy('bilal', FROM + 2 * HOUR)
  const { texts, overlaps } = shop.rehearsal.report()
  expect(texts).toMatchObject({ planned: 2, sent: 1, suppressed: { cap: 1 } })
  expect(overlaps).toEqual([{ campaignId: 'other-0', customers: 2, together: 0, texts: 1 }])
})

test('who is in two campaigns at one time is told', () => {
  const waits = flowOf({ steps: [{ id: 'wait', type: 'delay', duration: 'P1D', events: [...onwards('end')] }, end] })
  const shop = new Shop(planOf(waits, {}, [waits]))
  shop.join('ada')
  shop.buy('ada', FROM + HOUR)
  expect(shop.rehearsal.report().overlaps).toEqual([{ campaignId: 'other-0', customers: 1, together: 1, texts: 0 }])
})

test('a webhook counts as called, and its flow goes on as after a good answer', () => {
  const calls = flowOf({
    steps: [
      {
        id: 'call',
        type: 'webhook',
        url: 'https://crm.example/hook',
        events: [
          { type: 'default', nextStepID: 'say' },
          { type: 'failed', nextStepID: 'end' },
        ],
      },
      ...text.steps,
    ],
  })
  const shop = new Shop(planOf(calls))
  shop.join('ada')
  shop.buy('ada', FROM + HOUR)
  const { webhooks, texts, timelines } = shop.rehearsal.report()
  expect([webhooks, texts.sent]).toEqual([1, 1])
  expect(timelines[0]!.moments.map(({ what }) => what)).toEqual(['purchase', 'entered', 'webhook', 'sent', 'completed'])
})

test('what was before the launch brings nobody in, and what comes after the end is not looked at', () => {
  const shop = new Shop(planOf(text))
  shop.join('ada')
  shop.buy('ada', FROM - HOUR)
  shop.buy('ada', FROM + 31 * DAY)
  const { customers, history } = shop.rehearsal.report()
  expect(customers).toEqual({ known: 1, entered: 0, heldOut: 0, neither: 1 })
  expect(history.records).toBe(3)
})
