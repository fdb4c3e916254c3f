import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { acceptAll, eventsOf } from '../../schemas/accept-conversation.ts'
import { acceptEvent } from '../../schemas/accept-event.ts'
import type { Message } from '../../schemas/events.ts'
import type { Refusal } from '../../schemas/refusal.ts'

const NOW = Date.parse('2026-03-01T00:00:00Z')
const shop = { currency: 'PKR', region: 'PK' as const, now: NOW }
const talk = (...messages: unknown[]) => ({ user_id: 'ada', campaign_id: 'c1', timestamp: '2026-02-01T10:00:00Z', messages })
const says = (text: unknown, role: unknown = 'user') => ({ role, text })

const messagesOf = (raw: unknown) => acceptAll(raw, shop).flatMap(one => ('event' in one ? [one.event as Message] : []))
const refusalsOf = (raw: unknown) => acceptAll(raw, shop).flatMap(one => ('refusal' in one ? [one.refusal as Refusal] : []))
const pointersOf = (raw: unknown) => refusalsOf(raw).map(({ pointer, code }) => `${pointer} ${code}`)

describe('a conversation', () => {
  test('is one message event for each message: whose words they are tells their direction, they keep their order', () => {
    const messages = messagesOf(talk(says('Kitne ka hai?'), says('990 rupees.', 'assistant'), says('ٹھیک ہے', 'Customer')))
    expect(messages).toEqual([
      {
        type: 'message',
        id: expect.stringMatching(/^conv_[0-9a-f]{24}:0:[0-9a-f]{24}$/),
        customerId: 'ada',
        occurredAt: '2026-02-01T10:00:00.000Z',
        direction: 'in',
        channel: 'chat',
        campaignId: 'c1',
        conversationId: messages[0]!.id.slice(0, 29),
        text: 'Kitne ka hai?',
      },
      expect.objectContaining({ direction: 'out', occurredAt: '2026-02-01T10:00:00.001Z', text: '990 rupees.' }),
      expect.objectContaining({ direction: 'in', occurredAt: '2026-02-01T10:00:00.002Z', text: 'ٹھیک ہے' }),
    ])
    expect(new Set(messages.map(({ conversationId }) => conversationId)).size).toBe(1)
  })

  test.each(['agent', 'system', 'ASSISTANT', ' bot ', 'support'])('what "%s" says goes out', role => {
    expect(messagesOf(talk(says('hello', role)))).toMatchObject([{ direction: 'out' }])
  })

  test('a message with an instant of its own keeps it', () => {
    expect(messagesOf(talk({ ...says('hi'), timestamp: '2026-02-01T11:30:00+05:00' }))).toMatchObject([
      { occurredAt: '2026-02-01T06:30:00.000Z' },
    ])
  })

  test('a message that is wrong is refused with a pointer to it, and its neighbours go through', () => {
    const raw = talk(says('one'), says(7), says('three', 'parrot'), 'four', null, says('five'), says('\0'), { role: 'user' })
    expect(messagesOf(raw).map(({ text }) => text)).toEqual(['one', 'five'])
    expect(pointersOf(raw)).toEqual([
      '/messages/1/text field_invalid',
      '/messages/2/role field_invalid',
      '/messages/3 field_invalid',
      '/messages/4 field_invalid',
      '/messages/6/text character_invalid',
      '/messages/7/text field_missing',
    ])
  })

  test('a refused message does not change the ids of the others', () => {
    const [, , third] = messagesOf(talk(says('one'), says('two'), says('three')))
    expect(messagesOf(talk(says('one'), says(2), says('three')))[1]).toEqual(third)
  })

  test.each([
    [{ ...talk(says('hi')), user_id: undefined }, '/user_id field_missing'],
    [{ ...talk(says('hi')), user_id: 17 }, '/user_id field_invalid'],
    [{ ...talk(says('hi')), user_id: 'a\u0000b' }, '/user_id character_invalid'],
    [{ ...talk(says('hi')), user_id: 'u'.repeat(129) }, '/user_id field_too_long'],
    [{ ...talk(says('hi')), campaign_id: '' }, '/campaign_id field_invalid'],
    [{ ...talk(says('hi')), timestamp: undefined }, '/timestamp field_missing'],
    [{ ...talk(says('hi')), timestamp: 'yesterday' }, '/timestamp time_invalid'],
    [{ ...talk(says('hi')), timestamp: '2027-01-01' }, '/timestamp time_out_of_range'],
    [{ ...talk(), messages: undefined }, '/messages field_missing'],
    [{ ...talk(), messages: 'hello' }, '/messages field_invalid'],
    [talk(), '/messages field_invalid'],
    [talk(says('x'.repeat(20_001))), '/messages/0/text field_too_long'],
    [talk(says('half of a pair \ud83d')), '/messages/0/text character_invalid'],
  ])('that cannot be read is refused once, with a pointer to why: %#', (raw, pointer) => {
    expect(pointersOf(raw)).toEqual([pointer])
    expect(messagesOf(raw)).toEqual([])
  })

  test('fields that have no name here are kept: of a message with it, of the conversation with the first that is taken', () => {
    const raw = { ...talk(says(1), { ...says('b'), mood: ':)' }, says('c')), shopId: 4 }
    expect(messagesOf(raw).map(({ properties }) => properties)).toEqual([{ shopId: 4, mood: ':)' }, undefined])
  })

  test('more fields than an event holds are refused, even where each of two parts would do', () => {
    const raw = { ...talk({ ...says('a'), more: 'x'.repeat(40_000) }, says('b')), extra: 'x'.repeat(40_000) }
    expect(pointersOf(raw)).toEqual(['/messages/0/more properties_too_large'])
    expect(messagesOf(raw)).toMatchObject([{ text: 'b', properties: { extra: raw.extra } }])
  })

  test('counts as many events as it has messages, one that has none as one', () => {
    expect([talk(says('a'), says(2)), talk(), { ...talk(), messages: 7 }, { type: 'click' }, 7, null].map(eventsOf)).toEqual([
      2, 1, 1, 1, 1, 1,
    ])
  })
})

describe('ids', () => {
  const ids = (raw: unknown) => messagesOf(raw).map(({ id }) => id)
  const one = talk(says('a'), says('a'), says('b'))

  test('equal words at other places are other messages; the same instant written otherwise is the same conversation', () => {
    expect(new Set(ids(one)).size).toBe(3)
    expect(ids({ ...one, timestamp: '2026-02-01T15:00:00+05:00' })).toEqual(ids(one))
  })

  test('of what was there stay when more is said', () => {
    expect(ids({ ...one, messages: [...one.messages, says('c')] }).slice(0, 3)).toEqual(ids(one))
  })

  test.each([{ user_id: 'bob' }, { campaign_id: 'c2' }, { campaign_id: undefined }, { timestamp: '2026-02-01T10:00:00.001Z' }])(
    'of another conversation are others: %o',
    change => expect(ids({ ...one, ...change }).filter(id => ids(one).includes(id))).toEqual([]),
  )

  test('two conversations that are dated by the day alone do not swallow each other', () => {
    const [morning, evening] = [says('good morning'), says('good night')].map(said => ({
      ...talk(said),
      timestamp: '2026-02-01',
    }))
    expect(ids(morning)).not.toEqual(ids(evening))
  })
})

describe('whatever comes', () => {
  test('leads to at least one answer, and never to an exception; what is taken is an event in its one form', () => {
    const words = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('', '👩‍👩‍👧‍👦', 'a\u202eb', '\ufeff', 'ࠀ'),
    )
    const message = fc.oneof(fc.record({ role: fc.constantFrom('user', 'agent', 'x', 7), text: words }), fc.jsonValue())
    const raw = fc.record(
      {
        user_id: fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue()),
        campaign_id: fc.oneof(fc.constant('c'), fc.jsonValue()),
        timestamp: fc.oneof(fc.constant('2026-02-01'), fc.jsonValue()),
        messages: fc.oneof(fc.array(message, { maxLength: 8 }), fc.jsonValue()),
        properties: fc.jsonValue(),
      },
      { requiredKeys: ['messages'] },
    )
    fc.assert(
      fc.property(fc.oneof(raw, fc.jsonValue()), sent => {
        const answers = acceptAll(sent, shop)
        expect(answers.length).toBeGreaterThan(0)
        for (const answer of answers) if ('event' in answer) expect(acceptEvent(answer.event, shop)).toEqual(answer)
      }),
    )
  })

  test('an event with a list of messages of its own stays an event', () => {
    const click = { type: 'click', id: 'e', customerId: 'ada', occurredAt: '2026-02-01', kind: 'view', messages: ['a'] }
    expect(acceptAll(click, shop)).toEqual([acceptEvent(click, shop)])
  })
})
