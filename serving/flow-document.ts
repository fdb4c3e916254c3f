import { Flow } from '../schemas/flow.ts'
import type { WrittenFlow } from './ports/flow-writer.ts'

const CONDITION = {
  type: 'object',
  title: 'Condition',
  description:
    'A comparison of a field of the customer, `{ "field": "rfm.recency", "op": "gt", "value": 90 }`, or `{ "all": […] }`, `{ "any": […] }` or `{ "not": … }` of others.',
}

/**
 * A flow's schema for the pages at /docs, which show no schema that refers to itself: of conditions it says in words that they hold
 * others.
 */
export const documentedFlow: object = {
  ...(unfolded(JSON.parse(JSON.stringify(Flow))) as object),
  title: 'Flow',
  description: 'A campaign as a graph of steps.',
}

function unfolded(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(unfolded)
  if (typeof schema !== 'object' || schema === null) return schema
  if ('$ref' in schema) return CONDITION
  return Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, unfolded(value)]))
}

/** What `generateFlow` may answer. */
export const exampleFlow = {
  initialStepID: 'offer',
  name: 'Win back',
  trigger: { type: 'inactivity', after: 'P90D' },
  entry: 'once',
  goal: { event: 'purchase' },
  steps: [
    {
      id: 'offer',
      type: 'message',
      content: 'Hi {{first_name}}, we miss you: {{discount}} on your next order.',
      language: 'en',
      discount: { type: 'percent', value: 20 },
      events: [{ type: 'default', nextStepID: 'wait' }],
    },
    { id: 'wait', type: 'delay', duration: 'P3D', events: [{ type: 'default', nextStepID: 'remind' }] },
    {
      id: 'remind',
      type: 'message',
      content: 'Hi {{first_name}}, {{discount}} is still waiting for you.',
      language: 'en',
      discount: { type: 'percent', value: 20 },
      events: [{ type: 'default', nextStepID: 'done' }],
    },
    { id: 'done', type: 'end', events: [] },
  ],
  metadata: {
    generated_at: '2026-05-01T12:30:00.000Z',
    model_used: 'built-in planner',
    tokens_used: 0,
    generation_time_ms: 12,
    assumptions: ['Texts are in English.'],
    corrections: [],
    cached: false,
  },
} as const satisfies WrittenFlow
