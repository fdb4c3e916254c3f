import fc from 'fast-check'
import { type NewsKind, newsKinds } from '../../schemas/events.ts'
import type { Condition, Flow, FlowEdge, FlowStep, FlowTrigger } from '../../schemas/flow.ts'

const durations = fc.constantFrom('PT30M', 'PT1H', 'PT6H', 'P1D', 'P2D', 'P1W')
const times = fc.constantFrom('09:00', '02:30', '12:00', '21:30')
const days = fc.constantFrom<('mon' | 'wed' | 'fri' | 'sun')[][]>(['mon'], ['wed', 'fri'], ['sun'])
/** Within the four weeks in which customers of these tests live, summer time beginning in one of them. */
export const BEGINNING = Date.parse('2026-03-16T00:00:00.000Z')
const instants = fc.integer({ min: -2, max: 28 }).map(day => new Date(BEGINNING + day * 86_400_000 + 3_600_000).toISOString())

const comparisons: fc.Arbitrary<Condition> = fc.oneof(
  fc.constantFrom<Condition>(
    { field: 'segment', op: 'eq', value: 'Champions' },
    { field: 'segment', op: 'nin', value: ['Lost', 'At Risk'] },
    { field: 'profile.city', op: 'contains', value: 'Lah' },
    { field: 'profile.city', op: 'exists' },
    { field: 'property.tier', op: 'eq', value: 'gold' },
    { field: 'property.tier', op: 'exists', value: false },
    { field: 'message.clicked', op: 'eq', value: true },
    { field: 'message.replied', op: 'gte', value: 1, within: 'P2D' },
  ),
  fc.record({
    field: fc.constantFrom('purchases.count', 'clicks.count', 'rfm.frequency'),
    op: fc.constantFrom('lt' as const, 'gte' as const),
    value: fc.integer({ min: 0, max: 3 }),
    within: fc.constantFrom('P1D', 'P1W'),
  }),
)

export const conditions: fc.Arbitrary<Condition> = fc.oneof(
  { weight: 4, arbitrary: comparisons },
  { weight: 1, arbitrary: fc.array(comparisons, { minLength: 1, maxLength: 3 }).map(all => ({ all })) },
  { weight: 1, arbitrary: fc.array(comparisons, { minLength: 1, maxLength: 3 }).map(any => ({ any })) },
  { weight: 1, arbitrary: comparisons.map(not => ({ not })) },
)

type Ways = (types: readonly (Partial<FlowEdge> & Pick<FlowEdge, 'type'>)[]) => FlowEdge[]

/** Steps of every type. `way` gives each edge somewhere to go. */
const stepKinds = (id: string, way: Ways): readonly fc.Arbitrary<FlowStep>[] => {
  const branches = (...types: FlowEdge['type'][]) => way(types.map(type => ({ type })))
  const replies = (after: string) =>
    way([
      { type: 'reply', intent: 'yes' },
      { type: 'reply', intent: 'order_status' },
      { type: 'reply', intent: 'any' },
      { type: 'clicked' },
      { type: 'no_reply', after },
    ])
  const content = fc.constantFrom('Hello {{first_name}}', 'Ready?')
  return [
    content.map(text => ({ id, type: 'message', content: text, events: branches('default') }) as const),
    fc
      .tuple(content, durations)
      .map(
        ([text, after]) => ({ id, type: 'message', content: text, link: 'https://shop.pk/a', events: replies(after) }) as const,
      ),
    conditions.map(condition => ({ id, type: 'split', condition, events: branches('match', 'else') }) as const),
    conditions.map(condition => ({ id, type: 'goal', condition, events: branches('match', 'else') }) as const),
    conditions.map(condition => ({ id, type: 'segment', condition, events: branches('match', 'else') }) as const),
    durations.map(duration => ({ id, type: 'delay', duration, events: branches('default') }) as const),
    fc
      .tuple(
        fc.constantFrom({ from: '10:00', to: '12:30' }, { from: '22:00', to: '02:00' }),
        fc.option(days, { nil: undefined }),
        fc.boolean(),
      )
      .map(
        ([window, on, waits]) =>
          ({
            id,
            type: 'schedule',
            window,
            ...(on && { days: on }),
            events: waits ? branches('default') : branches('before', 'within', 'after'),
          }) as FlowStep,
      ),
    fc.tuple(days, fc.boolean()).map(
      ([on, waits]) =>
        ({
          id,
          type: 'schedule',
          days: on,
          events: waits ? branches('default') : branches('before', 'within', 'after'),
        }) as FlowStep,
    ),
    fc
      .tuple(instants, fc.boolean())
      .map(
        ([at, waits]) =>
          ({ id, type: 'schedule', at, events: waits ? branches('default') : branches('before', 'within', 'after') }) as FlowStep,
      ),
    fc.integer({ min: 1, max: 99 }).map(
      weight =>
        ({
          id,
          type: 'experiment',
          variants: [
            { name: 'a', weight },
            { name: 'b', weight: 100 - weight },
          ],
          events: way([
            { type: 'variant', label: 'a' },
            { type: 'variant', label: 'b' },
          ]),
        }) as const,
    ),
    fc
      .tuple(fc.integer({ min: 1, max: 2 }), durations)
      .map(([messages, per]) => ({ id, type: 'rate_limit', messages, per, events: branches('allowed', 'limited') }) as const),
    fc
      .integer({ min: 1, max: 3 })
      .map(occurrences => ({ id, type: 'limit', occurrences, events: branches('allowed', 'limited') }) as const),
    fc
      .tuple(fc.integer({ min: 1, max: 2 }), durations)
      .map(([occurrences, per]) => ({ id, type: 'limit', occurrences, per, events: branches('allowed', 'limited') }) as const),
    fc.constant({ id, type: 'limit', occurrences: 10, scope: 'campaign', events: branches('allowed', 'limited') } as const),
    durations.map(
      after =>
        ({
          id,
          type: 'reply',
          intents: ['yes', 'no'],
          events: way([
            { type: 'reply', intent: 'yes' },
            { type: 'reply', intent: 'no' },
            { type: 'no_reply', after },
          ]),
        }) as const,
    ),
    durations.map(after => ({ id, type: 'no_reply', after, events: branches('no_reply', 'reply') }) as const),
    fc
      .constantFrom('gold', 'silver')
      .map(value => ({ id, type: 'property', name: 'tier', value, events: branches('default') }) as const),
    fc.tuple(durations, fc.integer({ min: 1, max: 3 })).map(
      ([after, count]) =>
        ({
          id,
          type: 'product_choice',
          content: 'Which?',
          choices: 'recommended',
          count,
          after,
          events: branches('chosen', 'no_reply'),
        }) as const,
    ),
    fc
      .tuple(durations, fc.constantFrom('declined' as const, 'no_reply' as const))
      .map(
        ([after, or]) => ({ id, type: 'purchase_offer', content: 'For you', after, events: branches('purchased', or) }) as const,
      ),
    durations.map(after => ({ id, type: 'purchase', after, events: branches('purchased', 'no_reply') }) as const),
    fc.boolean().map(
      waits =>
        ({
          id,
          type: 'webhook',
          url: 'https://crm.pk/hook',
          events: waits ? branches('default', 'failed') : branches('default'),
        }) as const,
    ),
  ]
}

const triggers: fc.Arbitrary<FlowTrigger | undefined> = fc.oneof(
  fc.constant(undefined),
  fc.constantFrom<FlowTrigger>(
    { type: 'purchase' },
    { type: 'first_purchase' },
    { type: 'click' },
    { type: 'message' },
    { type: 'signup' },
    { type: 'cart_abandoned' },
    { type: 'back_in_stock' },
    { type: 'price_drop' },
    { type: 'segment_entered', segment: 'Champions' },
  ),
  durations.map(after => ({ type: 'purchase' as const, after })),
  durations.map(after => ({ type: 'price_drop' as const, after })),
  fc.tuple(times, days).map(([time, on]) => ({ type: 'click' as const, time, days: on })),
  durations.map(after => ({ type: 'inactivity' as const, after })),
  times.map(time => ({ type: 'schedule' as const, time, days: ['mon' as const, 'sat' as const] })),
  instants.map(at => ({ type: 'date' as const, at })),
  conditions.map(condition => ({ type: 'purchase' as const, condition })),
)

/** Flows of every step type whose edges lead anywhere: also in circles that take no time, which the checker would refuse. */
export const flows: fc.Arbitrary<Flow> = fc.integer({ min: 1, max: 7 }).chain(size => {
  const names = [...Array.from({ length: size }, (_, i) => `s${i}`), 'end']
  const step = (i: number): fc.Arbitrary<FlowStep> =>
    // Mostly onwards, so that flows get somewhere.
    fc
      .array(
        fc.oneof(
          { weight: 4, arbitrary: fc.integer({ min: i + 1, max: size }) },
          { weight: 1, arbitrary: fc.integer({ min: 0, max: size }) },
        ),
        { minLength: 5, maxLength: 5 },
      )
      .chain(targets => {
        const way: Ways = types => types.map((edge, n) => ({ ...edge, nextStepID: names[targets[n]!]! }))
        return fc.oneof(...stepKinds(`s${i}`, way))
      })
  return fc
    .record(
      {
        trigger: triggers,
        entry: fc.constantFrom('once' as const, 'per_event' as const, 'per_window' as const),
        holdoutPercent: fc.constantFrom(0, 0, 0, 50),
        goal: fc.option(
          fc.record(
            { event: fc.constantFrom('purchase' as const, 'click' as const, 'reply' as const), within: durations },
            { requiredKeys: ['event'] },
          ),
          { nil: undefined, freq: 3 },
        ),
        steps: fc.tuple(...Array.from({ length: size }, (_, i) => step(i))),
      },
      { requiredKeys: ['steps', 'trigger', 'entry'] },
    )
    .map(({ trigger, goal, steps, ...rest }) => ({
      initialStepID: 's0',
      ...rest,
      ...(trigger && { trigger }),
      ...(goal && { goal }),
      entryWindow: 'P3D',
      steps: [...steps, { id: 'end', type: 'end' as const, events: [] }],
    }))
})

/** What a customer does, or is done about the campaigns; `after` in minutes. Of texts, asks and calls `which` picks one of those that are there. */
export type Deed =
  | { readonly after: number; readonly type: 'purchase'; readonly order: number }
  | { readonly after: number; readonly type: 'click'; readonly kind: 'view' | 'cart_add' }
  | { readonly after: number; readonly type: 'news'; readonly what: NewsKind; readonly product: string }
  | { readonly after: number; readonly type: 'visit'; readonly which: number }
  | { readonly after: number; readonly type: 'write'; readonly text: string; readonly intent?: string; readonly means?: string }
  | { readonly after: number; readonly type: 'profile'; readonly traits: { readonly city?: string; readonly timeZone?: string } }
  | { readonly after: number; readonly type: 'segment'; readonly to: string | null }
  | { readonly after: number; readonly type: 'consent'; readonly state: 'granted' | 'revoked' }
  | { readonly after: number; readonly type: 'answer'; readonly yes: boolean; readonly which: number }
  | {
      readonly after: number
      readonly type: 'campaign'
      readonly which: number
      readonly status: 'running' | 'paused' | 'stopped' | 'new version'
    }

/** Sometimes at the same instant as the one before, sometimes later than everything; now and then it had happened before (it comes late). */
const after = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(0, -30) },
  { weight: 2, arbitrary: fc.constantFrom(30, 60, 360, 1440, 2880) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 4000 }) },
)

export const deeds: fc.Arbitrary<Deed[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ after, type: fc.constant('purchase' as const), order: fc.integer({ min: 0, max: 5 }) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        after,
        type: fc.constant('click' as const),
        kind: fc.constantFrom('view' as const, 'cart_add' as const),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        after,
        type: fc.constant('news' as const),
        what: fc.constantFrom(...newsKinds),
        product: fc.constantFrom('tea', 'mug'),
      }),
    },
    { weight: 3, arbitrary: fc.record({ after, type: fc.constant('visit' as const), which: fc.nat(3) }) },
    {
      weight: 5,
      arbitrary: fc
        .tuple(
          after,
          fc.constantFrom(
            { text: 'Yes please!', intent: 'other', means: 'yes' },
            { text: 'jee nahi', intent: 'other', means: 'no' },
            { text: 'Where is my parcel?', intent: 'order_status', means: 'order_status' },
            { text: 'I take it', intent: 'buy', means: 'buy' },
            { text: '2', intent: 'other', means: 'other' },
            { text: 'STOP' },
          ),
        )
        .map(([minutes, said]) => ({ after: minutes, type: 'write' as const, ...said })),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        after,
        type: fc.constant('profile' as const),
        traits: fc.record(
          {
            city: fc.constantFrom('Lahore', 'Karachi'),
            timeZone: fc.constantFrom('Europe/Berlin', 'Asia/Karachi', 'America/New_York'),
          },
          { requiredKeys: [] },
        ),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ after, type: fc.constant('segment' as const), to: fc.constantFrom('Champions', 'Lost', null) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        after,
        type: fc.constant('consent' as const),
        state: fc.constantFrom('granted' as const, 'revoked' as const),
      }),
    },
    { weight: 4, arbitrary: fc.record({ after, type: fc.constant('answer' as const), yes: fc.boolean(), which: fc.nat(2) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        after,
        type: fc.constant('campaign' as const),
        which: fc.nat(1),
        status: fc.constantFrom(
          'running' as const,
          'paused' as const,
          'running' as const,
          'stopped' as const,
          'new version' as const,
        ),
      }),
    },
  ),
  { minLength: 1, maxLength: 25 },
)
