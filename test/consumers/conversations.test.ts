import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { customers } from '../../consumers/customers.ts'
import { scorer } from '../../consumers/scorer.ts'
import { builtInTexts } from '../../infra/text-models.ts'
import { noTaste } from '../../models/taste.ts'
import type { CustomerEvent } from '../../schemas/events.ts'
import { customerChanges } from '../../schemas/topics.ts'
import { FoldInMemory, toldTo } from '../support/fold-in-memory.ts'

const fold = customers(builtInTexts())
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString()
const ms = (minute: number) => Date.parse(at(minute))

type Message = Extract<CustomerEvent, { type: 'message' }>
interface Sent {
  readonly event: Message
  readonly text: string | undefined
}
const message = (id: string, text: string | undefined, more: Partial<Message> = {}): Sent => ({
  event: {
    type: 'message',
    id,
    customerId: 'ada',
    occurredAt: at(0),
    direction: 'in',
    channel: 'chat',
    campaignId: 'spring',
    conversationId: 'conv_1',
    sealed: `sealed-${id}`,
    ...more,
  },
  text,
})
async function heard(...all: readonly Sent[]) {
  const running = await FoldInMemory.of(fold)
  const told = all.map(({ event, text }) => running.feed(event, { personal: text === undefined ? undefined : { text } }))
  return { running, changes: told.map(outputs => toldTo(customerChanges, outputs)[0]) }
}

const buying = 'I want to buy two of these, please take my order'
const cross = 'This is terrible, it came broken, worst shop ever'

describe('a message', () => {
  test('of a customer is told with how it is felt and what it was written for', async () => {
    const { changes } = await heard(message('m1', buying), message('m2', cross, { occurredAt: at(1) }))
    expect(changes).toMatchObject([{ intent: 'buy', mood: expect.any(Number) }, { intent: 'complaint' }])
  })

  test('that is STOP, by SMS and as a whole, is kept as one', async () => {
    const { running } = await heard(
      message('m1', 'Stop!', { channel: 'sms' }),
      message('m2', 'stop by', { channel: 'sms' }),
      message('m3', 'STOP'),
      message('m4', 'STOP', { channel: 'sms', direction: 'out' }),
      message('m5', 'شروع', { channel: 'sms' }),
    )
    const keyword = (id: string) => running.entry('document', ['ada', id]).keyword
    expect(['m1', 'm2', 'm3', 'm4', 'm5'].map(keyword)).toEqual(['stop', undefined, undefined, undefined, 'start'])
  })

  test.each([
    ['of ours', message('m1', buying, { direction: 'out' })],
    ['whose text is gone', message('m1', undefined)],
  ])('%s is kept and counted, and says nothing of what they feel or want', async (_, sent) => {
    const { running, changes } = await heard(sent)
    expect(changes[0]).not.toHaveProperty('intent')
    expect(changes[0]).not.toHaveProperty('mood')
    expect(running.entry('document', ['ada', 'm1'])).toEqual({ body: sent.event, offset: 0, intent: null, feeling: null })
    expect(running.entry('edge', ['ada', 'spring'])).toMatchObject([{ intent: null, messages: 1, sentiment: 0 }])
  })

  test('is kept as it came: its words are in nothing that is stored', async () => {
    const { running } = await heard(message('m1', buying))
    expect(running.entry('document', ['ada', 'm1'])).toMatchObject({ body: { sealed: 'sealed-m1' }, intent: 'buy' })
    expect(JSON.stringify(running.entries)).not.toContain('two of these')
  })

  test('without a campaign is kept, and ties its customer to none', async () => {
    const { campaignId: _, ...event } = message('m1', buying).event
    const { running, changes } = await heard({ event, text: buying })
    expect(changes[0]).toMatchObject({ intent: 'buy' })
    expect(running.entry('document', ['ada', 'm1']).body).toEqual(event)
    expect(running.entries.edge).toEqual({})
  })

  test('that comes again once its id is forgotten counts once, for campaign and mood alike', async () => {
    const sent = message('m1', buying)
    const { running } = await heard(sent)
    const before = [running.entry('edge', ['ada', 'spring']), running.entry('mood', ['ada'])]
    const place = { partition: 0, offset: 9, appendedAt: 0, personal: { text: buying } }
    const state = {
      customer: running.entry('customer', ['ada']),
      cuts: running.entry('cuts', ['0']),
      mood: running.entry('mood', ['ada']),
      document: running.entry('document', ['ada', 'm1']),
      edge: running.entry('edge', ['ada', 'spring']),
    }
    const again = fold.fold(state, sent.event, place)
    if (again.refused !== undefined) throw new Error(again.refused.code)
    expect([again.state.edge, again.state.mood]).toEqual(before)
  })
})

describe('the way to a campaign', () => {
  test('says how many messages of which intent, the newest of them, and how they felt', async () => {
    const { running } = await heard(
      message('m1', buying),
      message('m2', 'Your order is taken.', { direction: 'out', occurredAt: at(1) }),
      message('m3', buying, { occurredAt: at(3) }),
      message('m4', cross, { occurredAt: at(2) }),
      message('m5', buying, { campaignId: 'eid' }),
    )
    const edge = running.entry('edge', ['ada', 'spring'])
    expect(edge).toMatchObject([
      { intent: null, messages: 1, inbound: 0, newestAt: ms(1) },
      { intent: 'buy', messages: 2, inbound: 2, newestAt: ms(3) },
      { intent: 'complaint', messages: 1, inbound: 1, newestAt: ms(2) },
    ])
    expect(edge[2]!.sentiment).toBeLessThan(0)
    expect(running.entry('edge', ['ada', 'eid'])).toMatchObject([{ intent: 'buy', messages: 1 }])
  })

  test('adds up to the documents, whatever comes how often in which order', async () => {
    const sent = fc.record({
      n: fc.integer({ min: 0, max: 9 }),
      customerId: fc.constantFrom('ada', 'bob'),
      direction: fc.constantFrom('in' as const, 'out' as const),
      campaignId: fc.constantFrom('spring', 'eid'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(sent, { maxLength: 25 }), async all => {
        const { running } = await heard(
          ...all.map(({ n, ...more }) => message(`m${n}`, n % 2 ? buying : cross, { ...more, occurredAt: at(n) })),
        )
        const kept = Object.values(running.entries.document as Record<string, { body: Message }>)
        const edges = running.entries.edge as Record<string, { messages: number; inbound: number; newestAt: number }[]>
        expect(kept).toHaveLength(new Set(all.map(({ n, customerId }) => `${customerId} ${n}`)).size)
        for (const [key, edge] of Object.entries(edges)) {
          const own = kept.filter(({ body }) => `${body.customerId}\u001f${body.campaignId}` === key)
          expect(edge.reduce((sum, { messages }) => sum + messages, 0)).toBe(own.length)
          expect(edge.reduce((sum, { inbound }) => sum + inbound, 0)).toBe(
            own.filter(({ body }) => body.direction === 'in').length,
          )
          expect(Math.max(...edge.map(({ newestAt }) => newestAt))).toBe(
            Math.max(...own.map(({ body }) => Date.parse(body.occurredAt))),
          )
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe('events that are no messages', () => {
  test('need nothing of conversations', () => {
    const click = { type: 'click', id: 'c', customerId: 'ada', occurredAt: at(0), kind: 'view' } as const
    expect(Object.keys(fold.state.keys(click, 0, {} as never))).toEqual(['customer', 'cuts'])
  })
})

describe('a list of recommendations', () => {
  const scored = (change: object) =>
    scorer.fold(
      { taste: noTaste },
      { customerId: 'ada', seq: 1, at: ms(0), rfm: { firstAt: null, lastAt: null, orders: 0, gross: 0, net: 0 }, ...change },
      { partition: 0, offset: 0, appendedAt: 0, personal: undefined },
    ).score
  test('is made anew when a customer writes, not when they are written to', async () => {
    const { changes } = await heard(message('m1', buying), message('m2', 'Hello', { direction: 'out' }))
    expect(changes.map(change => scored(change!))).toEqual([true, false])
  })
})
