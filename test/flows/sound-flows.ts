import fc from 'fast-check'
import type { Flow, FlowStep } from '../../schemas/flow.ts'
import {
  asking,
  delay,
  end,
  experiment,
  flowOf,
  limit,
  message,
  offer,
  property,
  reply,
  schedule,
  segment,
  split,
  webhook,
} from '../support/flow-steps.ts'

const link = 'https://shop.example/list'
const text = fc.constantFrom(
  { content: 'Hi {{first_name}}, see {{product}}: {{link}}', link },
  {
    content: 'Salam {{first_name}}, {{discount}} hai',
    language: 'roman-ur' as const,
    discount: { type: 'percent' as const, value: 25 },
  },
  { content: 'آپ کے لیے {{product}}', language: 'ur' as const },
  {
    content: 'Use {{code}} until {{expires}}',
    discount: { type: 'amount' as const, value: 1000, code: 'SAVE1000', expiresAfter: 'P5D' },
  },
  { content: '{{shop}}: new things today' },
)
const days = fc.constantFrom('P2D', 'P3D', 'P5D', 'P1W')
const fact = fc.constantFrom('rfm.monetary', 'engagement', 'cart.value', 'profile.age', 'clicks.count')

/** A part of a flow from `id` on to `next`: each takes two days or more for every text it sends, and leads to `end` where customers leave. */
type Part = (id: string, next: string) => FlowStep[]
const part: fc.Arbitrary<Part> = fc.oneof(
  fc.tuple(text, days).map<Part>(([said, wait]) => (id, next) => [message(id, `${id}-w`, said), delay(`${id}-w`, wait, next)]),
  fc.tuple(text, days).map<Part>(([said, wait]) => (id, next) => [
    asking(id, { 'reply:yes': `${id}-d`, no_reply: next }, wait, said),
    delay(`${id}-d`, wait, next),
  ]),
  fc.tuple(fc.integer({ min: 1, max: 4 }), days, text).map<Part>(([times, wait, said]) => (id, next) => [
    message(id, `${id}-w`, said),
    delay(`${id}-w`, wait, `${id}-l`),
    limit(`${id}-l`, times, id, next),
  ]),
  fc.tuple(fact, fc.integer({ min: 1, max: 90 }), text).map<Part>(([field, value, said]) => (id, next) => [
    delay(id, 'P2D', `${id}-s`),
    split(`${id}-s`, { field, op: 'gte', value }, `${id}-t`, next),
    message(`${id}-t`, `${id}-w`, said),
    delay(`${id}-w`, 'P2D', next),
  ]),
  fc.tuple(fc.constantFrom('Loyal', 'Lost', 'New'), text).map<Part>(([name, said]) => (id, next) => [
    delay(id, 'P2D', `${id}-s`),
    segment(`${id}-s`, { field: 'segment', op: 'eq', value: name }, `${id}-t`, next),
    message(`${id}-t`, `${id}-w`, said),
    delay(`${id}-w`, 'P3D', next),
  ]),
  fc.tuple(text, text).map<Part>(([a, b]) => (id, next) => [
    experiment(id, { a: 30, b: 70 }, { a: `${id}-a`, b: `${id}-b` }),
    message(`${id}-a`, `${id}-w`, a),
    message(`${id}-b`, `${id}-w`, b),
    delay(`${id}-w`, 'P2D', next),
  ]),
  fc
    .constantFrom<object>(
      { days: ['tue', 'sat'] },
      { window: { from: '10:00', to: '13:00' } },
      { days: ['fri'], window: { from: '16:00', to: '20:00' } },
    )
    .map<Part>(when => (id, next) => [
      schedule(id, when, `${id}-t`),
      message(`${id}-t`, `${id}-w`),
      delay(`${id}-w`, 'P2D', next),
    ]),
  fc.constant<Part>((id, next) => [
    offer(id, { purchased: `${id}-w`, no_reply: `${id}-w` }, { after: 'P2D' }),
    delay(`${id}-w`, 'P2D', next),
  ]),
  fc.constant<Part>((id, next) => [
    webhook(id, 'https://hooks.shop.example/x', { default: `${id}-p`, failed: next }),
    property(`${id}-p`, 'told', true, next),
  ]),
  fc.constant<Part>((id, next) => [reply(id, ['yes', 'no'], { 'reply:yes': next, 'reply:no': 'end', no_reply: next }, 'P1D')]),
)
const begins = fc.constantFrom<object>(
  {},
  { trigger: { type: 'signup' } },
  { trigger: { type: 'schedule', days: ['mon'], time: '09:30' }, entry: 'per_event' },
  { trigger: { type: 'date', at: '2027-01-10T05:00:00Z' } },
  { trigger: { type: 'price_drop' }, entry: 'per_window', entryWindow: 'P14D' },
)

/** Sound flows for the shop of test/support/flow-shop.ts: parts one after another, each of which takes its time. */
export const soundFlow: fc.Arbitrary<Flow> = fc
  .tuple(fc.array(part, { minLength: 1, maxLength: 6 }), begins)
  .map(
    ([parts, more]) =>
      flowOf([...parts.flatMap((make, i) => make(`p${i}`, i + 1 < parts.length ? `p${i + 1}` : 'end')), end()], more) as Flow,
  )

/** The same ones each time. */
export const soundFlows = (count: number): Flow[] => fc.sample(soundFlow, { numRuns: count, seed: 20_261_122 })
