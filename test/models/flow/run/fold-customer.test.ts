import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runnable } from '../../../../models/flow/run/campaign.ts'
import { nextDue, noFlows } from '../../../../models/flow/run/customer-flows.ts'
import { foldCustomer } from '../../../../models/flow/run/fold-customer.ts'
import type { Flow } from '../../../../schemas/flow.ts'
import type { CustomerChange } from '../../../../schemas/records.ts'
import { deeds, flows } from '../../../support/flow-arbitraries.ts'
import { foldLife, Life, SHOP_ZONE } from '../../../support/lived-flows.ts'
import { PlainFlows } from '../../../support/plain-flows.ts'

const lives = fc.record({
  customerId: fc.constantFrom('ada', 'bilal', 'chen'),
  campaigns: fc.array(flows, { minLength: 1, maxLength: 2 }),
  done: deeds,
})

function lived({ customerId, campaigns, done }: typeof lives extends fc.Arbitrary<infer L> ? L : never): Life {
  const life = new Life(customerId, campaigns)
  for (const deed of done) life.live(deed)
  return life
}

test('any flow does to any customer what a plain program of it does', () => {
  fc.assert(
    fc.property(lives, drawn => {
      const life = lived(drawn)
      const plain = new PlainFlows(drawn.customerId, SHOP_ZONE)
      for (const record of life.records) plain.meet(record.plain)
      expect(life.effects).toEqual(plain.trace)
    }),
    { numRuns: 100 },
  )
})

test('it makes no difference whether timers are told in time, late, or not at all before the customer does something', () => {
  fc.assert(
    fc.property(lives, fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }), (drawn, told) => {
      const { records, effects } = lived(drawn)
      const silent = foldLife(drawn.customerId, records, () => undefined)
      const prompt = foldLife(drawn.customerId, records, (_, at) => at)
      const late = foldLife(drawn.customerId, records, (i, at) => (told[i % told.length] ? at : at - 3_600_000))
      expect(silent.effects).toEqual(effects)
      expect(prompt).toEqual(silent)
      expect(late).toEqual(silent)
    }),
    { numRuns: 200 },
  )
})

test('no timer is due that time has passed, and no text is asked for twice', () => {
  fc.assert(
    fc.property(lives, drawn => {
      const { records } = lived(drawn)
      const { state, effects } = foldLife(drawn.customerId, records, () => undefined)
      expect(nextDue(state) ?? Number.POSITIVE_INFINITY).toBeGreaterThan(state.clock)
      const ids = effects.flatMap(effect => ('id' in effect ? [effect.id] : []))
      expect(new Set(ids).size).toBe(ids.length)
    }),
    { numRuns: 200 },
  )
})

test('a flow that never stops walking ends, with a reason', () => {
  const flow: Flow = {
    initialStepID: 'on',
    steps: [
      { id: 'on', type: 'property', name: 'a', value: 1, events: [{ type: 'default', nextStepID: 'and-on' }] },
      { id: 'and-on', type: 'property', name: 'b', value: 1, events: [{ type: 'default', nextStepID: 'on' }] },
    ],
  }
  expect(new Life('ada', [flow]).effects.at(-1)).toMatchObject({ type: 'ended', reason: 'too_many_steps' })
})

test('a flow that waits a moment and walks on for ever ends however long nobody looked', () => {
  const flow: Flow = {
    initialStepID: 'wait',
    steps: [{ id: 'wait', type: 'delay', duration: 'PT1S', events: [{ type: 'default', nextStepID: 'wait' }] }],
  }
  const life = new Life('ada', [flow])
  life.live({ type: 'click', kind: 'view', after: 10 * 365 * 1440 })
  expect(life.effects.at(-1)).toMatchObject({ type: 'ended', reason: 'too_many_steps' })
})

test('names that every object knows are names of steps like others', () => {
  const flow: Flow = {
    initialStepID: 'constructor',
    steps: [
      {
        id: 'constructor',
        type: 'limit',
        occurrences: 1,
        events: [
          { type: 'allowed', nextStepID: 'end' },
          { type: 'limited', nextStepID: 'end' },
        ],
      },
      { id: 'end', type: 'end', events: [] },
    ],
  }
  expect(new Life('ada', [flow]).effects.map(({ type }) => type)).toEqual(['entered', 'ended'])
})

test('a past that is brought in after the launch brings nobody in, not even who did something since', () => {
  const launchedAt = Date.UTC(2026, 5, 1)
  const flow: Flow = {
    initialStepID: 'say',
    trigger: { type: 'click' },
    entry: 'per_event',
    steps: [
      { id: 'say', type: 'message', content: 'Hi', events: [{ type: 'default', nextStepID: 'end' }] },
      { id: 'end', type: 'end', events: [] },
    ],
  }
  const campaign = {
    id: 'c',
    status: 'running' as const,
    version: 1,
    launchedAt,
    zone: SHOP_ZONE,
    flows: new Map([[1, runnable(flow)]]),
  }
  const around = { customerId: 'ada', campaigns: new Map([['c', campaign]]) }
  const looked = (seq: number, at: number) => {
    const event = {
      type: 'click',
      id: `e${seq}`,
      customerId: 'ada',
      occurredAt: new Date(at).toISOString(),
      kind: 'view',
      productId: 'p1',
    }
    const rfm = { firstAt: null, lastAt: null, orders: 0, gross: 0, net: 0 }
    return { type: 'change' as const, at, change: { customerId: 'ada', seq, at, rfm, event } as CustomerChange }
  }
  const since = foldCustomer(around, noFlows, looked(1, launchedAt + 1000))
  expect(since.effects.map(({ type }) => type)).toEqual(['entered', 'send', 'ended'])
  expect(foldCustomer(around, since.state, looked(2, launchedAt - 86_400_000)).effects).toEqual([])
})

test('news of a product brings its customer in for it, also later, and every text and call of the run is about it', () => {
  const flow: Flow = {
    initialStepID: 'call',
    trigger: { type: 'price_drop', after: 'PT1H' },
    entry: 'per_event',
    steps: [
      { id: 'call', type: 'webhook', url: 'https://hooks.shop.example/x', events: [{ type: 'default', nextStepID: 'say' }] },
      { id: 'say', type: 'message', content: '{{product}}', events: [{ type: 'default', nextStepID: 'end' }] },
      { id: 'end', type: 'end', events: [] },
    ],
  }
  const life = new Life('ada', [flow])
  life.live({ type: 'news', what: 'price_drop', product: 'tea', after: 1 })
  life.live({ type: 'news', what: 'price_drop', product: 'mug', after: 10 })
  life.live({ type: 'news', what: 'back_in_stock', product: 'pot', after: 10 })
  life.live({ type: 'segment', to: null, after: 100 })
  const about = life.effects.flatMap(effect => ('product' in effect ? [[effect.type, effect.product]] : []))
  expect(about).toEqual([
    ['webhook', 'tea'],
    ['send', 'tea'],
    ['webhook', 'mug'],
    ['send', 'mug'],
  ])
})
