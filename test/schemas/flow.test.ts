import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import fc from 'fast-check'
import { Compile } from 'typebox/compile'
import { expect, test } from 'vitest'
import { Flow, stepTypes, triggerTypes } from '../../schemas/flow.ts'

const contract = JSON.parse(readFileSync(join(import.meta.dirname, '../../schemas/flow.schema.json'), 'utf8'))
const ajv = new Ajv2020({ strict: false })
formats.default(ajv)
const byContract = ajv.compile(contract)
const ours = Compile(Flow)

const whole = {
  initialStepID: 'hello',
  name: 'Win back',
  trigger: { type: 'segment_entered', segment: 'At Risk', condition: { field: 'rfm.recency', op: 'gte', value: 90 } },
  entry: 'per_window',
  entryWindow: 'P30D',
  holdoutPercent: 10,
  goal: { event: 'purchase', within: 'P7D' },
  steps: [
    {
      id: 'hello',
      type: 'message',
      content: 'Hi {{first_name}}, {{discount}} with {{code}}: {{link}}',
      language: 'roman-ur',
      discount: { type: 'percent', value: 20, code: 'BACK20', expiresAfter: 'P3D', currency: 'PKR' },
      link: 'https://shop.example/sale',
      imageUrl: 'https://shop.example/a.png',
      contactCard: { name: 'Shop', phone: '+923001234567' },
      events: [
        { type: 'reply', intent: 'yes', label: 'said yes', id: 'e1', nextStepID: 'choose' },
        { type: 'no_reply', after: 'P1DT2H', nextStepID: 'seg' },
      ],
    },
    {
      id: 'seg',
      type: 'segment',
      condition: { field: 'segment', op: 'in', value: ['Loyal', 4] },
      events: [
        { type: 'match', nextStepID: 'wait' },
        { type: 'else', nextStepID: 'end' },
      ],
    },
    {
      id: 'split',
      type: 'split',
      condition: {
        any: [
          { not: { field: 'purchases.category', op: 'contains', value: 'tea', within: 'P30D' } },
          { all: [{ field: 'profile.city', op: 'exists', value: true }] },
        ],
      },
      events: [
        { type: 'match', nextStepID: 'wait' },
        { type: 'else', nextStepID: 'end' },
      ],
    },
    {
      id: 'goal',
      type: 'goal',
      condition: { field: 'sentiment', op: 'lt', value: -0.5 },
      events: [
        { type: 'match', nextStepID: 'end' },
        { type: 'else', nextStepID: 'end' },
      ],
    },
    { id: 'wait', type: 'delay', duration: 'PT12H', events: [{ type: 'default', nextStepID: 'when' }] },
    {
      id: 'when',
      type: 'schedule',
      at: '2026-12-01T09:00:00Z',
      window: { from: '10:00', to: '20:00' },
      days: ['mon', 'fri'],
      events: [{ type: 'default', nextStepID: 'try' }],
    },
    {
      id: 'try',
      type: 'experiment',
      variants: [
        { name: 'a', weight: 50 },
        { name: 'b', weight: 50 },
      ],
      allocation: 'thompson',
      events: [
        { type: 'variant', label: 'a', nextStepID: 'rate' },
        { type: 'variant', label: 'b', nextStepID: 'rate' },
      ],
    },
    {
      id: 'rate',
      type: 'rate_limit',
      messages: 2,
      per: 'P1W',
      events: [
        { type: 'allowed', nextStepID: 'ask' },
        { type: 'limited', nextStepID: 'end' },
      ],
    },
    {
      id: 'ask',
      type: 'reply',
      intents: ['yes', 'no'],
      events: [
        { type: 'reply', intent: 'yes', nextStepID: 'mark' },
        { type: 'no_reply', after: 'P1D', nextStepID: 'end' },
      ],
    },
    {
      id: 'quiet',
      type: 'no_reply',
      after: 'P2W',
      events: [
        { type: 'no_reply', nextStepID: 'end' },
        { type: 'reply', nextStepID: 'end' },
      ],
    },
    {
      id: 'mark',
      type: 'property',
      name: 'asked',
      value: { any: [1, 'thing'] },
      events: [{ type: 'default', nextStepID: 'choose' }],
    },
    {
      id: 'choose',
      type: 'product_choice',
      content: 'Which?',
      choices: [{ productId: 'p1', label: 'Tea' }],
      count: 3,
      after: 'P2D',
      language: 'ur',
      events: [
        { type: 'chosen', nextStepID: 'offer' },
        { type: 'no_reply', nextStepID: 'end' },
      ],
    },
    {
      id: 'offer',
      type: 'purchase_offer',
      content: 'Take it',
      discount: { type: 'free_shipping' },
      cart: true,
      after: 'PT30M',
      language: 'en',
      events: [
        { type: 'purchased', nextStepID: 'buy' },
        { type: 'declined', nextStepID: 'end' },
      ],
    },
    {
      id: 'buy',
      type: 'purchase',
      content: 'Done?',
      after: 'P1D',
      events: [
        { type: 'purchased', nextStepID: 'limit' },
        { type: 'no_reply', nextStepID: 'end' },
      ],
    },
    {
      id: 'limit',
      type: 'limit',
      occurrences: 3,
      per: 'P7D',
      scope: 'campaign',
      events: [
        { type: 'allowed', nextStepID: 'hook' },
        { type: 'limited', nextStepID: 'end' },
      ],
    },
    {
      id: 'hook',
      type: 'webhook',
      url: 'https://shop.example/hook',
      method: 'PUT',
      events: [
        { type: 'default', nextStepID: 'end' },
        { type: 'failed', nextStepID: 'end' },
      ],
    },
    { id: 'end', type: 'end', label: 'over', events: [] },
  ],
  metadata: {
    generated_at: '2026-11-22T10:00:00Z',
    model_used: 'm',
    tokens_used: 0,
    generation_time_ms: 1.5,
    corrections: ['x'],
    cached: false,
    assumptions: [],
    more: 1,
  },
}

type Json = null | boolean | number | string | Json[] | { [name: string]: Json }
/** Every place in a value, as the way to it. */
const placesIn = (value: Json, at: readonly (string | number)[] = []): (readonly (string | number)[])[] =>
  value === null || typeof value !== 'object'
    ? [at]
    : [at, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...at, Array.isArray(value) ? Number(key) : key]))]
const places = placesIn(whole as Json)

const strange = fc.constantFrom<Json[]>(
  null,
  true,
  false,
  0,
  -1,
  1,
  1.5,
  101,
  1e9,
  '',
  'x',
  'P0D',
  'P1D',
  'P1M',
  'PT5M',
  'P5D T1H',
  '09:60',
  '24:00',
  '09:00',
  'mon',
  'funday',
  'en',
  'urdu',
  'percent',
  'amount',
  'eq',
  'gt',
  'in',
  'exists',
  'nin',
  'segment',
  'purchases.total',
  'profile.',
  'cart.colour',
  'http://x',
  'ftp://x/y',
  'https://a b',
  '2026-13-01T00:00:00Z',
  '2026-01-01',
  '2026-01-01T00:00:00+05:00',
  '+92300',
  'A1',
  'ABC',
  'é'.repeat(121),
  [],
  ['mon', 'mon'],
  ['tue'],
  {},
  { all: [] },
  { not: {} },
  { field: 'segment', op: 'exists' },
  ...stepTypes,
  ...triggerTypes,
)
const mutation = fc.record({
  at: fc.nat({ max: places.length - 1 }),
  how: fc.constantFrom('set', 'drop', 'add', 'twice'),
  value: strange,
  name: fc.constantFrom('extra', 'value', 'after', 'type', 'content', 'at', 'time', 'segment', 'within', 'label'),
})

/** A change somewhere: a value put in its place, taken away, given a field more, or repeated. */
function mutated(value: Json, { at, how, value: put, name }: { at: number; how: string; value: Json; name: string }): Json {
  const way = places[at]!
  const copy = structuredClone(value)
  let holder: Json = copy
  for (const key of way.slice(0, -1)) {
    if (holder === null || typeof holder !== 'object') return copy
    holder = (holder as Record<string | number, Json>)[key]!
  }
  if (holder === null || holder === undefined || typeof holder !== 'object' || way.length === 0) return copy
  const last = way.at(-1)!
  const held = holder as Record<string | number, Json>
  if (how === 'set') held[last] = put
  else if (how === 'drop') Array.isArray(holder) ? holder.splice(Number(last), 1) : delete held[last]
  else if (how === 'twice' && Array.isArray(held[last])) held[last] = [...held[last], ...held[last]]
  else if (how === 'add' && typeof held[last] === 'object' && held[last] !== null && !Array.isArray(held[last]))
    held[last] = { ...held[last], [name]: put }
  return copy
}

test('the whole flow of every step type is well-formed by the contract and by ours', () => {
  expect(byContract(whole), JSON.stringify(byContract.errors)).toBe(true)
  expect(ours.Check(whole)).toBe(true)
})

test('what the contract takes and what ours takes are the same, wherever a flow is changed', () => {
  let [good, bad] = [0, 0]
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 2 }), mutations => {
      const flow = mutations.reduce(mutated, whole as Json)
      const expected = byContract(flow)
      expected ? good++ : bad++
      expect(ours.Check(flow), JSON.stringify([mutations, byContract.errors?.slice(0, 3)])).toBe(expected)
    }),
    { numRuns: 8000 },
  )
  expect(Math.min(good, bad), 'both kinds were met').toBeGreaterThan(400)
})
