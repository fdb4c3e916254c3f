import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { flatFlowSchema, type JsonSchema } from '../../../models/flow/flat/flat-schema.ts'
import { fromFlat } from '../../../models/flow/flat/from-flat.ts'
import { type Flow, type FlowEdge, flowSteps } from '../../../schemas/flow.ts'
import { flatAnswer } from '../../support/flat-answer.ts'

const edges = (...types: FlowEdge['type'][]): FlowEdge[] => types.map(type => ({ type, nextStepID: 'z' }))
const next = edges('default')

/** A step of each type, and every field that a step may have. */
const whole: Flow = {
  initialStepID: 'message',
  name: 'All of it',
  trigger: {
    type: 'schedule',
    days: ['mon'],
    time: '09:00',
    condition: {
      all: [
        { field: 'segment', op: 'in', value: ['Lost', 'At Risk'] },
        { field: 'rfm.recency', op: 'gt', value: 90 },
      ],
    },
  },
  entry: 'per_window',
  entryWindow: 'P30D',
  holdoutPercent: 10,
  goal: { event: 'purchase', within: 'P14D' },
  steps: [
    {
      id: 'message',
      type: 'message',
      content: 'Hi {{first_name}}, {{discount}} with {{code}} until {{expires}}: {{link}}',
      language: 'en',
      discount: { type: 'percent', value: 20, code: 'EID20', expiresAfter: 'P7D' },
      link: 'https://shop.example/eid',
      imageUrl: 'https://shop.example/eid.png',
      contactCard: { name: 'Ada', phone: '+923001234567' },
      events: [
        { type: 'reply', intent: 'yes', nextStepID: 'z' },
        { type: 'no_reply', after: 'P3D', nextStepID: 'z' },
      ],
    },
    { id: 'segment', type: 'segment', condition: { field: 'segment', op: 'eq', value: 'Lost' }, events: edges('match', 'else') },
    { id: 'delay', type: 'delay', duration: 'P3D', events: next },
    { id: 'schedule', type: 'schedule', window: { from: '10:00', to: '20:00' }, days: ['sat', 'sun'], events: next },
    { id: 'at', type: 'schedule', at: '2026-12-01T09:00:00Z', events: edges('before', 'within', 'after') },
    {
      id: 'experiment',
      type: 'experiment',
      variants: [
        { name: 'a', weight: 50 },
        { name: 'b', weight: 50 },
      ],
      allocation: 'thompson',
      events: [
        { type: 'variant', label: 'a', nextStepID: 'z' },
        { type: 'variant', label: 'b', nextStepID: 'z' },
      ],
    },
    { id: 'rate', type: 'rate_limit', messages: 2, per: 'P7D', events: edges('allowed', 'limited') },
    { id: 'reply', type: 'reply', intents: ['yes', 'no'], events: edges('reply', 'reply', 'no_reply') },
    { id: 'silent', type: 'no_reply', after: 'P2D', events: edges('no_reply', 'reply') },
    {
      id: 'split',
      type: 'split',
      condition: { not: { field: 'purchases.count', op: 'gte', value: 1, within: 'P30D' } },
      events: edges('match', 'else'),
    },
    { id: 'property', type: 'property', name: 'tier', value: 'gold', events: next },
    { id: 'number', type: 'property', name: 'visits', value: 3, events: next },
    { id: 'truth', type: 'property', name: 'vip', value: true, events: next },
    {
      id: 'choice',
      type: 'product_choice',
      content: 'Which? {{product}}',
      choices: 'recommended',
      count: 3,
      after: 'P1D',
      language: 'ur',
      events: edges('chosen', 'no_reply'),
    },
    {
      id: 'these',
      type: 'product_choice',
      content: 'Which?',
      choices: [{ productId: '85123A', label: 'Tea' }],
      after: 'P1D',
      events: edges('chosen', 'no_reply'),
    },
    {
      id: 'offer',
      type: 'purchase_offer',
      content: 'Your cart waits',
      discount: { type: 'amount', value: 500, currency: 'PKR' },
      cart: true,
      after: 'P1D',
      events: edges('purchased', 'declined'),
    },
    { id: 'purchase', type: 'purchase', after: 'P1D', events: edges('purchased', 'no_reply') },
    { id: 'limit', type: 'limit', occurrences: 3, per: 'P1D', scope: 'campaign', events: edges('allowed', 'limited') },
    {
      id: 'goal',
      type: 'goal',
      condition: {
        any: [
          { field: 'profile.city', op: 'exists', value: true },
          { field: 'purchases.product', op: 'eq', value: '22423' },
          { field: 'profile.zip', op: 'eq', value: '05400' },
          { field: 'message.clicked', op: 'eq', value: true },
        ],
      },
      events: edges('match', 'else'),
    },
    { id: 'webhook', type: 'webhook', url: 'https://hooks.example/x', method: 'PUT', events: edges('default', 'failed') },
    { id: 'z', type: 'end', events: [] },
  ],
}

function everySchema(schema: JsonSchema): JsonSchema[] {
  const { properties = {}, items } = schema as { properties?: Record<string, JsonSchema>; items?: JsonSchema }
  return [schema, ...[...Object.values(properties), ...(items ? [items] : [])].flatMap(everySchema)]
}

describe('the schema that models are given', () => {
  const all = everySchema(flatFlowSchema())

  test('has closed objects, every field required, and nothing that strict servers refuse', () => {
    for (const schema of all) {
      expect(
        Object.keys(schema).filter(
          key => !['type', 'properties', 'required', 'additionalProperties', 'items', 'enum', 'description'].includes(key),
        ),
      ).toEqual([])
      if (schema.properties === undefined) continue
      expect([schema.additionalProperties, schema.required]).toEqual([false, Object.keys(schema.properties as object)])
    }
    expect(flatFlowSchema().type).toBe('object')
  })

  test('has every field that a step of the contract may have, but for its label', () => {
    const names = new Set(all.flatMap(({ properties }) => Object.keys((properties ?? {}) as object)))
    const wanted = Object.values(flowSteps).flatMap(step => {
      const { anyOf, properties } = JSON.parse(JSON.stringify(step))
      return [properties, ...(anyOf ?? []).map((one: JsonSchema) => one.properties)].flatMap(fields => Object.keys(fields ?? {}))
    })
    expect([...new Set(wanted)].filter(name => !names.has(name))).toEqual([])
  })
})

describe('what a model wrote by it', () => {
  test('is the flow of the contract again, whatever a step has', () => {
    const answer = flatAnswer(whole, { assumptions: ['Texts are in English.'], corrections: [] })
    expect(fromFlat(answer)).toEqual({ flow: whole, assumptions: ['Texts are in English.'], corrections: [] })
  })

  test('in the form of the contract stays as it is: not every server holds to the schema', () => {
    expect(fromFlat(whole).flow).toEqual(whole)
  })

  test('with fields of other types loses those, and never a text', () => {
    const end = { id: 'z', type: 'end', events: [], duration: 'P1D', more: { url: 'https://x.example' }, text: null }
    const wait = {
      id: 'w',
      type: 'delay',
      duration: 'P1D',
      events: [],
      text: { content: 'Hi', language: 'en', discount: null, link: null },
    }
    expect(fromFlat({ initialStepID: 'w', steps: [wait, end] }).flow).toEqual({
      initialStepID: 'w',
      steps: [
        { id: 'w', type: 'delay', duration: 'P1D', events: [], content: 'Hi' },
        { id: 'z', type: 'end', events: [] },
      ],
    })
  })

  test('of any other form is no reason to fail', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), (answer, step, condition) => {
        fromFlat(answer)
        fromFlat({ steps: [step, { type: 'split', condition, more: step, text: step, events: [step] }], trigger: { condition } })
        fromFlat({ steps: [{ type: step, condition: { match: condition, comparisons: [{ values: [step] }, condition] } }] })
      }),
    )
  })
})
