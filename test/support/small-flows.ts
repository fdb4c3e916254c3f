import fc from 'fast-check'
import type { Condition, Flow, FlowStep } from '../../schemas/flow.ts'
import { asking, branching, delay, end, flowOf, limit, message, offer, rateLimit, schedule, split } from './flow-steps.ts'

const wait = fc.constantFrom('PT6H', 'PT12H', 'PT18H', 'P1D', 'P2D')
const when = fc.constantFrom(
  { window: { from: '06:00', to: '12:00' } },
  { window: { from: '18:00', to: '06:00' } },
  { days: ['mon', 'thu'] },
  { days: ['fri'], window: { from: '12:00', to: '18:00' } },
  { days: ['sun'], window: { from: '18:00', to: '06:00' } },
)

/** All that customers may differ in, as far as conditions of a small flow ask: one for each answer that they may get. */
export function smallCustomers(flow: Flow): { readonly 'rfm.recency': number | undefined; readonly segment: string }[] {
  const asked = JSON.stringify(flow)
  const recencies = asked.includes('rfm.recency') ? [undefined, 10, 30, 40, 50, 60] : [10]
  const segments = asked.includes('"segment"') ? ['Loyal', 'Lost', 'New'] : ['Loyal']
  return recencies.flatMap(recency => segments.map(segment => ({ 'rfm.recency': recency, segment })))
}
const comparison: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    field: fc.constant('rfm.recency' as const),
    op: fc.constantFrom('lt', 'lte', 'gt', 'gte'),
    value: fc.constantFrom(30, 50),
  }),
  fc.record({ field: fc.constant('segment' as const), op: fc.constantFrom('eq', 'ne'), value: fc.constantFrom('Loyal', 'Lost') }),
  fc.record({ field: fc.constant('rfm.recency' as const), op: fc.constant('exists' as const) }),
) as fc.Arbitrary<Condition>
const condition: fc.Arbitrary<Condition> = fc.oneof(
  { weight: 4, arbitrary: comparison },
  { weight: 1, arbitrary: fc.record({ not: comparison }) },
  { weight: 1, arbitrary: fc.record({ all: fc.tuple(comparison, comparison) }) },
  { weight: 1, arbitrary: fc.record({ any: fc.tuple(comparison, comparison) }) },
)

/** A step whose ways on are `ways`, and `back` where a limit lets through. */
type Make = (id: string, ways: readonly string[], back: string) => FlowStep
const step: fc.Arbitrary<Make> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Make>((id, [a]) => message(id, a!)) },
  {
    weight: 4,
    arbitrary: wait.map<Make>(
      after =>
        (id, [a, b]) =>
          asking(id, { 'reply:yes': a!, no_reply: b! }, after),
    ),
  },
  {
    weight: 1,
    arbitrary: wait.map<Make>(
      after =>
        (id, [a, b]) =>
          offer(id, { purchased: a!, declined: b! }, { after }),
    ),
  },
  {
    weight: 3,
    arbitrary: wait.map<Make>(
      duration =>
        (id, [a]) =>
          delay(id, duration, a!),
    ),
  },
  {
    weight: 3,
    arbitrary: when.map<Make>(
      at =>
        (id, [a]) =>
          schedule(id, at, a!),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom({ window: { from: '06:00', to: '12:00' } }, { window: { from: '12:00', to: '18:00' } }).map<Make>(
      at =>
        (id, [a, b, c]) =>
          branching(id, at, a!, b!, c!),
    ),
  },
  {
    weight: 3,
    arbitrary: condition.map<Make>(
      asked =>
        (id, [a, b]) =>
          split(id, asked, a!, b!),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.integer({ min: 1, max: 3 }).map<Make>(
      n =>
        (id, [a], back) =>
          limit(id, n, back, a!),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.integer({ min: 1, max: 2 }), wait).map<Make>(
      ([n, per]) =>
        (id, [a, b]) =>
          limit(id, n, a!, b!, { per }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.integer({ min: 1, max: 2 }), wait).map<Make>(
      ([n, per]) =>
        (id, [a, b]) =>
          rateLimit(id, n, per, a!, b!),
    ),
  },
)

const ways = fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 3 }), fc.nat({ max: 3 }))
const part = fc.record({ make: step, ways, back: fc.nat({ max: 4 }) })
const trigger = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom({ time: '06:00' }, { time: '18:00', days: ['mon', 'sat'] })
      .map(when => ({ trigger: { type: 'schedule', ...when } })),
  },
)

/** Small flows of steps that lead to later ones, but for limits, which let back. Not all obey the rules. */
export const smallFlow: fc.Arbitrary<Flow> = fc
  .tuple(fc.array(part, { minLength: 2, maxLength: 6 }), trigger)
  .map(([parts, more]) => {
    const ids = [...parts.map((_, i) => `s${i}`), 'end']
    const later = (i: number, by: number) => ids[Math.min(ids.length - 1, i + 1 + by)]!
    const steps = parts.map(({ make, ways, back }, i) =>
      make(
        ids[i]!,
        ways.map(by => later(i, by)),
        ids[Math.max(0, i - back)]!,
      ),
    )
    return flowOf(reachableOf([...steps, end()]), more) as Flow
  })

function reachableOf(steps: readonly FlowStep[]): FlowStep[] {
  const reached = new Set([steps[0]!.id])
  for (const id of reached) for (const { nextStepID } of steps.find(one => one.id === id)!.events) reached.add(nextStepID)
  return steps.filter(({ id }) => reached.has(id))
}
