import { expect, test } from 'vitest'
import { checkFlow } from '../../../models/flow/check-flow.ts'
import type { FlowShop } from '../../../models/flow/flow-shop.ts'
import type { Condition } from '../../../schemas/flow.ts'
import { flowShop } from '../../support/flow-shop.ts'
import {
  asking,
  branching,
  delay,
  end,
  flowOf,
  limit,
  message,
  property,
  rateLimit,
  schedule,
  split,
  webhook,
} from '../../support/flow-steps.ts'

const shop = (perDay: number, perWeek: number): FlowShop => ({
  ...flowShop,
  quiet: undefined,
  caps: [],
  maxTexts: { perDay, perWeek },
})
const property_ = (flow: unknown, name: string, of = shop(50, 50)) =>
  checkFlow(flow, of).properties.find(({ property: it }) => it === name)!
const codes = (flow: unknown, of = shop(50, 50)) => checkFlow(flow, of).findings.map(({ code }) => code)

test('a counterexample is a story: who, what they get and do, and when', () => {
  const flow = flowOf([
    asking('hello', { 'reply:yes': 'more', no_reply: 'end' }, 'P3D', { content: 'Hi! Want more?' }),
    message('more', 'wait'),
    delay('wait', 'PT1H', 'last'),
    message('last', 'end'),
    end(),
  ])
  const [found] = checkFlow(flow, shop(2, 5)).findings
  expect(found).toMatchObject({ code: 'too_many_texts', severity: 'error', step: 'last', pointer: '/steps/3', fixable: true })
  expect(found!.message).toBe(
    'A customer who replies yes to "hello" at once gets 3 texts within 1 hour: the shop allows 2 within a day. Put a delay between them, or leave one out.',
  )
  expect(found!.timeline).toEqual([
    { after: 0, step: 'hello', what: 'enters' },
    { after: 0, step: 'hello', what: 'gets "Hi! Want more?"' },
    { after: 0, step: 'hello', what: 'replies yes' },
    { after: 0, step: 'more', what: 'gets "Text more"' },
    { after: 0, step: 'wait', what: 'waits 1 hour' },
    { after: 3_600_000, step: 'last', what: 'gets "Text last"' },
  ])
})

test('texts exactly a day apart are not within a day', () => {
  const apart = (duration: string) => flowOf([message('a', 'w'), delay('w', duration, 'b'), message('b', 'end'), end()])
  expect(property_(apart('P1D'), 'texts_per_day', shop(1, 9)).outcome).toBe('proved')
  expect(property_(apart('PT23H59M59S'), 'texts_per_day', shop(1, 9)).outcome).toBe('refuted')
})

test('the last moment of a window is found: a night between two texts is shorter than a day', () => {
  const window = { window: { from: '10:00', to: '20:00' } }
  const flow = flowOf([
    schedule('s', window, 'a'),
    message('a', 'w'),
    delay('w', 'PT13H', 't'),
    schedule('t', window, 'b'),
    message('b', 'end'),
    end(),
  ])
  const [found] = checkFlow(flow, shop(1, 9)).findings
  expect(found!.message).toContain('gets 2 texts within 14 hours')
  expect(found!.timeline!.map(({ what }) => what)).toContain('waits 13 hours')
})

test('a weekly schedule is a week apart, however often it is come to', () => {
  const flow = flowOf([
    schedule('s', { days: ['tue'] }, 'a'),
    message('a', 'w'),
    delay('w', 'P1D', 'l'),
    limit('l', 9, 's', 'end'),
    end(),
  ])
  expect(property_(flow, 'texts_per_week', shop(1, 1)).outcome).toBe('refuted')
  expect(property_(flow, 'texts_per_week', shop(1, 2)).detail).toBe('at most 2 texts within seven days')
})

test('a rate limit bounds what a loop alone would not', () => {
  const flow = (per: string) =>
    flowOf([message('a', 'w'), delay('w', 'PT6H', 'r'), rateLimit('r', 2, per, 'l', 'end'), limit('l', 20, 'a', 'end'), end()])
  expect(property_(flow('P1D'), 'texts_per_day', shop(2, 50)).detail).toBe('at most 2 texts within a day')
  expect(property_(flow('PT12H'), 'texts_per_day', shop(2, 50)).outcome).not.toBe('proved')
})

test('before, within and after follow the clock', () => {
  const flow = flowOf([
    branching('when', { window: { from: '10:00', to: '12:00' } }, 'a', 'a', 'end'),
    message('a', 'w'),
    delay('w', 'PT1H', 'again'),
    branching('again', { window: { from: '20:00', to: '21:00' } }, 'end', 'b', 'b'),
    message('b', 'end'),
    end(),
  ])
  expect(property_(flow, 'texts_per_day', shop(1, 9)).outcome).toBe('proved')
})

test('an instant that passed lets two texts go at once, unless the date of entry is known', () => {
  const steps = [message('a', 's'), schedule('s', { at: '2027-01-03T05:00:00Z' }, 'b'), message('b', 'end'), end()]
  expect(property_(flowOf(steps), 'texts_per_day', shop(1, 9)).outcome).toBe('refuted')
  const dated = flowOf(steps, { trigger: { type: 'date', at: '2027-01-01T05:00:00Z' } })
  expect(property_(dated, 'texts_per_day', shop(1, 9)).outcome).toBe('proved')
})

test('a stay is as long as its longest way', () => {
  const flow = flowOf([
    asking('a', { 'reply:yes': 'l', no_reply: 'l' }, 'P2D'),
    limit('l', 3, 'a', 'w'),
    delay('w', 'P10D', 'end'),
    end(),
  ])
  expect(property_(flow, 'ends').detail).toContain('after 18 days at most')
})

const recency = (op: string, value: number) => ({ field: 'rfm.recency', op, value }) as Condition
const twice = (first: Condition, second: Condition, between: 'nothing' | 'delay' | 'webhook' | 'property' = 'nothing') => {
  const middle = {
    nothing: [],
    delay: [delay('m', 'PT1S', 'second')],
    webhook: [webhook('m', 'https://hooks.shop.example/x', { default: 'second' })],
    property: [property('m', 'seen', 1, 'second')],
  }[between]
  return flowOf([
    split('first', first, middle.length === 0 ? 'second' : 'm', 'end'),
    ...middle,
    split('second', second, 'say', 'end'),
    message('say', 'end'),
    end(),
  ])
}

test.each<[string, Condition, Condition, boolean]>([
  ['a number in two ranges', recency('lt', 10), recency('gt', 20), true],
  ['ranges that touch', recency('lte', 10), recency('gte', 10), false],
  ['ranges that touch without their end', recency('lt', 10), recency('gte', 10), true],
  [
    'two names of one segment',
    { field: 'segment', op: 'eq', value: 'Lost' },
    { field: 'segment', op: 'in', value: ['Loyal', 'New'] },
    true,
  ],
  [
    'a name and its absence',
    { field: 'segment', op: 'in', value: ['Lost', 'New'] },
    { field: 'segment', op: 'nin', value: ['New', 'Lost', 'Loyal'] },
    true,
  ],
  [
    'names that may be the same',
    { field: 'profile.city', op: 'eq', value: 'lahore' },
    { field: 'profile.city', op: 'eq', value: 'Lahore' },
    false,
  ],
  [
    'what is not known and what it is',
    { field: 'profile.city', op: 'exists', value: false },
    { field: 'profile.city', op: 'eq', value: 'x' },
    true,
  ],
  ['what is not known and not over', { field: 'rfm.recency', op: 'exists', value: false }, { not: recency('gt', 5) }, false],
  [
    'one of several bought',
    { field: 'purchases.category', op: 'eq', value: 'tea' },
    { field: 'purchases.category', op: 'eq', value: 'cups' },
    false,
  ],
  [
    'within different times',
    { field: 'clicks.count', op: 'gt', value: 3, within: 'P1D' },
    { field: 'clicks.count', op: 'lt', value: 2, within: 'P7D' },
    false,
  ],
  ['one of two that both cannot be', recency('lt', 10), { any: [recency('gt', 20), recency('gt', 30)] }, true],
  [
    'a list, and not the list',
    { all: [recency('lt', 10), { field: 'cart.value', op: 'gt', value: 1 }] },
    { not: { all: [recency('lt', 10), { field: 'cart.value', op: 'gt', value: 1 }] } },
    true,
  ],
  ['a share that is none', { field: 'sentiment', op: 'gte', value: -1 }, { field: 'sentiment', op: 'gt', value: 1 }, true],
])('%s', (_, first, second, dead) => {
  expect(codes(twice(first, second)).includes('step_dead')).toBe(dead)
})

test.each([
  ['nothing', true],
  ['property', true],
  ['delay', false],
  ['webhook', false],
] as const)('what was known is known after %s: %s', (between, known) => {
  expect(codes(twice(recency('lt', 10), recency('gt', 20), between)).includes('step_dead')).toBe(known)
})

test('who comes again may find a limit used up', () => {
  const steps = [message('a', 'l'), limit('l', 2, 'end', 'b'), delay('b', 'P1D', 'end'), end()]
  expect(codes(flowOf(steps))).toEqual(['limit_never_limits'])
  expect(codes(flowOf(steps, { entry: 'per_window', entryWindow: 'P7D' }))).toEqual([])
})

test('what cannot be followed to its end is not claimed', () => {
  const many = flowOf([
    ...Array.from({ length: 60 }, (_, i) => [
      split(`s${i}`, { field: `profile.f${i}`, op: 'gt', value: 1 }, `p${i}`, `s${i + 1}`),
      property(`p${i}`, `f${i}`, 1, `s${i + 1}`),
    ]).flat(),
    split('s60', { field: 'profile.f0', op: 'lte', value: 1 }, 'say', 'end'),
    message('say', 'end'),
    end(),
  ])
  const { passed, properties } = checkFlow(many, shop(1, 1))
  expect(passed).toBe(true)
  expect(properties.find(({ property: it }) => it === 'no_dead_step')!.outcome).toBe('bound_reached')
})

test('the largest flows are followed in bounded time', () => {
  const any = { any: Array.from({ length: 39 }, (_, i) => ({ field: `profile.f${i}`, op: 'gt', value: i })) }
  const flow = flowOf([
    asking('ask', { 'reply:a': 's0', no_reply: 'end' }, 'P3D'),
    ...Array.from({ length: 99 }, (_, i) => [
      split(`s${i}`, any, `l${i}`, `l${i}`),
      limit(`l${i}`, 1000, 'ask', i < 98 ? `s${i + 1}` : 'end'),
    ]).flat(),
    end(),
  ])
  expect(checkFlow(flow, shop(3, 9)).properties.length).toBe(7)
})

test('going round without end is told as once round', () => {
  const { findings, properties } = checkFlow(
    flowOf([
      delay('wait', 'P1D', 'ask'),
      asking('ask', { 'reply:yes': 'end', no_reply: 'ask' }, 'P3D', { content: 'Well?' }),
      end(),
    ]),
    shop(9, 9),
  )
  expect(properties).toMatchObject([{ property: 'ends', outcome: 'refuted' }])
  expect(findings).toMatchObject([
    { code: 'cycle_without_limit', message: 'Customers may go round "ask" → "ask" without end: put a limit step into it.' },
  ])
  expect(findings[0]!.timeline!.map(({ what }) => what)).toEqual([
    'enters',
    'waits 1 day',
    'gets "Well?"',
    'has not answered for 3 days',
    'gets "Well?"',
  ])
})
