import Type, { type Static, type TProperties } from 'typebox'
import { Currency, closed } from './primitives.ts'

/** A step's name within its flow. */
export const StepId = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,63}$' })

/** ISO 8601, more than zero: weeks, or days and time. Months and years have no fixed length. */
export const FlowDuration = Type.String({
  pattern: '^P(?=.*[1-9])(\\d{1,4}W|\\d{1,4}D(T(?=\\d)(\\d+H)?(\\d+M)?(\\d+S)?)?|T(?=\\d)(\\d+H)?(\\d+M)?(\\d+S)?)$',
})

/** HH:MM by the customer's clock. */
export const LocalTime = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' })

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof weekdays)[number]
const Weekdays = Type.Array(Type.Enum(weekdays), { minItems: 1, uniqueItems: true })

const HttpUrl = Type.String({ pattern: '^https?://[^\\s/]+(/[^\\s]*)?$', maxLength: 2000 })
const DateTime = Type.String({ format: 'date-time' })

/** As texts are asked for: BCP 47, with the way of writing spelt out where Urdu is in Latin letters. */
export const flowLanguages = ['en', 'ur', 'roman-ur'] as const
export type FlowLanguage = (typeof flowLanguages)[number]
const Language = Type.Enum(flowLanguages)

const field = {
  /** Units: recency in days, money in major units, sentiment −1 to 1. */
  field: Type.String({
    pattern:
      '^(segment|rfm\\.(recency|frequency|monetary|r|f|m)|engagement|sentiment|profile\\.[A-Za-z_][A-Za-z0-9_]*|property\\.[A-Za-z_][A-Za-z0-9_]*|cart\\.(value|items)|purchases\\.(count|total|category|product|last_category)|clicks\\.(count|category|product)|message\\.(clicked|delivered|replied))$',
  }),
}
/** Only events this recent, for `purchases.*`, `clicks.*` and `message.*`. */
const within = { within: Type.Optional(FlowDuration) }
const Scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean()])

/** One comparison of a field of the customer's state with a value. */
export const Comparison = Type.Union([
  Type.Object({ ...field, op: Type.Enum(['eq', 'ne', 'contains']), value: Scalar, ...within }, closed),
  Type.Object({ ...field, op: Type.Enum(['lt', 'lte', 'gt', 'gte']), value: Type.Number(), ...within }, closed),
  Type.Object(
    {
      ...field,
      op: Type.Enum(['in', 'nin']),
      value: Type.Array(Type.Union([Type.String(), Type.Number()]), { minItems: 1 }),
      ...within,
    },
    closed,
  ),
  Type.Object({ ...field, op: Type.Literal('exists'), value: Type.Optional(Type.Boolean()), ...within }, closed),
])
export type Comparison = Static<typeof Comparison>

/** A predicate over the customer's state: one comparison, or all, any or none of others. */
export type Condition =
  | Comparison
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
const some = Type.Array(Type.Ref('Condition'), { minItems: 1 })
export const Condition = Type.Unsafe<Condition>(
  Type.Cyclic(
    {
      Condition: Type.Union([
        Comparison,
        Type.Object({ all: some }, closed),
        Type.Object({ any: some }, closed),
        Type.Object({ not: Type.Ref('Condition') }, closed),
      ]),
    },
    'Condition',
  ),
)

const offer = { currency: Type.Optional(Currency), code: Type.Optional(Type.String({ pattern: '^[A-Z0-9]{3,20}$' })) }
const expiry = { expiresAfter: Type.Optional(FlowDuration) }
/** What a text offers; an amount is in major units. */
export const FlowDiscount = Type.Union([
  Type.Object(
    { type: Type.Literal('percent'), value: Type.Number({ exclusiveMinimum: 0, maximum: 100 }), ...offer, ...expiry },
    closed,
  ),
  Type.Object({ type: Type.Literal('amount'), value: Type.Number({ exclusiveMinimum: 0 }), ...offer, ...expiry }, closed),
  Type.Object(
    { type: Type.Literal('free_shipping'), value: Type.Optional(Type.Number({ exclusiveMinimum: 0 })), ...offer, ...expiry },
    closed,
  ),
])
export type FlowDiscount = Static<typeof FlowDiscount>

export const triggerTypes = [
  'manual',
  'segment_entered',
  'first_purchase',
  'purchase',
  'cart_abandoned',
  'click',
  'message',
  'inactivity',
  'signup',
  'birthday',
  'date',
  'schedule',
  'back_in_stock',
  'price_drop',
] as const
export type TriggerType = (typeof triggerTypes)[number]

const told = {
  segment: Type.Optional(Type.String({ minLength: 1 })),
  after: Type.Optional(FlowDuration),
  at: Type.Optional(DateTime),
  days: Type.Optional(Weekdays),
  time: Type.Optional(LocalTime),
  condition: Type.Optional(Condition),
}
const plainTriggers = triggerTypes.filter(
  (type): type is Exclude<TriggerType, 'segment_entered' | 'inactivity' | 'date' | 'schedule'> =>
    !['segment_entered', 'inactivity', 'date', 'schedule'].includes(type),
)
/** What brings a customer into the flow. `schedule` recurs: on `days` at `time` by the customer's clock. */
export const FlowTrigger = Type.Union([
  Type.Object({ type: Type.Enum(plainTriggers), ...told }, closed),
  Type.Object({ type: Type.Literal('segment_entered'), ...told, segment: Type.String({ minLength: 1 }) }, closed),
  Type.Object({ type: Type.Literal('inactivity'), ...told, after: FlowDuration }, closed),
  Type.Object({ type: Type.Literal('date'), ...told, at: DateTime }, closed),
  Type.Object({ type: Type.Literal('schedule'), ...told, time: LocalTime }, closed),
])
export type FlowTrigger = Static<typeof FlowTrigger>

export const edgeTypes = [
  'default',
  'reply',
  'no_reply',
  'clicked',
  'match',
  'else',
  'variant',
  'before',
  'after',
  'within',
  'allowed',
  'limited',
  'chosen',
  'purchased',
  'declined',
  'failed',
] as const
export type EdgeType = (typeof edgeTypes)[number]

/** A way out of a step. */
export const FlowEdge = Type.Object(
  {
    id: Type.Optional(Type.String()),
    type: Type.Enum(edgeTypes),
    /** Which branch, where a step has several of a type: a variant's name. */
    label: Type.Optional(Type.String()),
    /** Of a `reply`: what the customer means (models/intents.ts, or words such as yes and no). */
    intent: Type.Optional(Type.String()),
    /** Of a `no_reply`: how long to wait. */
    after: Type.Optional(FlowDuration),
    nextStepID: StepId,
  },
  closed,
)
export type FlowEdge = Static<typeof FlowEdge>

const step = <T extends string, P extends TProperties>(type: T, properties: P) =>
  Type.Object(
    {
      id: StepId,
      type: Type.Literal(type),
      label: Type.Optional(Type.String()),
      events: Type.Array(FlowEdge, { minItems: 1 }),
      ...properties,
    },
    closed,
  )

const Content = Type.String({ minLength: 1, maxLength: 1600 })
const language = { language: Type.Optional(Language) }
const discount = { discount: Type.Optional(FlowDiscount) }

/** The hours of a day from one to the other, over midnight where `to` is the earlier. */
const Window = Type.Object({ from: LocalTime, to: LocalTime })
const moments = { at: Type.Optional(DateTime), window: Type.Optional(Window), days: Type.Optional(Weekdays) }

/** Each step type by its name: whoever knows a step's type can say what is wrong with it in its own words. */
export const flowSteps = {
  message: step('message', {
    content: Content,
    ...language,
    ...discount,
    imageUrl: Type.Optional(HttpUrl),
    contactCard: Type.Optional(
      Type.Object({ name: Type.String(), phone: Type.String({ pattern: '^\\+[1-9]\\d{6,14}$' }) }, closed),
    ),
    link: Type.Optional(HttpUrl),
  }),
  segment: step('segment', { condition: Condition }),
  delay: step('delay', { duration: FlowDuration }),
  schedule: Type.Union([
    step('schedule', { ...moments, at: DateTime }),
    step('schedule', { ...moments, window: Window }),
    step('schedule', { ...moments, days: Weekdays }),
  ]),
  experiment: step('experiment', {
    variants: Type.Array(Type.Object({ name: Type.String(), weight: Type.Number({ exclusiveMinimum: 0 }) }), {
      minItems: 2,
      maxItems: 10,
    }),
    allocation: Type.Optional(Type.Enum(['fixed', 'thompson'])),
  }),
  rate_limit: step('rate_limit', { messages: Type.Integer({ minimum: 1 }), per: FlowDuration }),
  reply: step('reply', { intents: Type.Array(Type.String(), { minItems: 1 }) }),
  no_reply: step('no_reply', { after: FlowDuration }),
  split: step('split', { condition: Condition }),
  property: step('property', { name: Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }), value: Type.Unknown() }),
  product_choice: step('product_choice', {
    content: Content,
    choices: Type.Union([
      Type.Literal('recommended'),
      Type.Array(Type.Object({ productId: Type.String(), label: Type.Optional(Type.String()) }), { minItems: 1, maxItems: 10 }),
    ]),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: 10 })),
    after: FlowDuration,
    ...language,
  }),
  purchase_offer: step('purchase_offer', {
    content: Content,
    ...discount,
    cart: Type.Optional(Type.Boolean()),
    after: FlowDuration,
    ...language,
  }),
  purchase: step('purchase', { content: Type.Optional(Type.String()), after: FlowDuration }),
  limit: step('limit', {
    occurrences: Type.Integer({ minimum: 1 }),
    per: Type.Optional(FlowDuration),
    /** Counted per customer in this flow (default), or over the whole campaign. */
    scope: Type.Optional(Type.Enum(['customer', 'campaign'])),
  }),
  goal: step('goal', { condition: Condition }),
  webhook: step('webhook', { url: HttpUrl, method: Type.Optional(Type.Enum(['POST', 'PUT'])) }),
  end: Type.Object(
    {
      id: StepId,
      type: Type.Literal('end'),
      label: Type.Optional(Type.String()),
      events: Type.Array(FlowEdge, { maxItems: 0 }),
    },
    closed,
  ),
} as const
export type StepType = keyof typeof flowSteps
export const stepTypes = Object.keys(flowSteps) as readonly StepType[]

/** A step, told apart by `type`. */
export const FlowStep = Type.Union(Object.values(flowSteps))
export type FlowStep = { [T in StepType]: Static<(typeof flowSteps)[T]> }[StepType]
export type FlowStepOf<T extends StepType> = Static<(typeof flowSteps)[T]>

/** How a flow came to be. */
export const FlowMetadata = Type.Object({
  generated_at: DateTime,
  model_used: Type.String({ minLength: 1 }),
  tokens_used: Type.Integer({ minimum: 0 }),
  generation_time_ms: Type.Number({ minimum: 0 }),
  /** What was wished for and could not be, and what was done instead. */
  corrections: Type.Optional(Type.Array(Type.String())),
  cached: Type.Optional(Type.Boolean()),
  /** What the wish left open, and how it was taken. */
  assumptions: Type.Optional(Type.Array(Type.String())),
})
export type FlowMetadata = Static<typeof FlowMetadata>

/**
 * A campaign as a graph of steps: what `generateFlow` answers, the console edits and the flow consumer executes. A value of this schema is
 * well-formed; whether it is a flow that may run says the checker (models/flow).
 */
export const Flow = Type.Object(
  {
    initialStepID: StepId,
    name: Type.Optional(Type.String({ maxLength: 120 })),
    trigger: Type.Optional(FlowTrigger),
    /** How often one customer may enter; `once` where it is absent. */
    entry: Type.Optional(Type.Enum(['once', 'per_event', 'per_window'])),
    entryWindow: Type.Optional(FlowDuration),
    holdoutPercent: Type.Optional(Type.Number({ minimum: 0, maximum: 90 })),
    /** A customer who does this leaves the flow wherever they are. */
    goal: Type.Optional(
      Type.Object({ event: Type.Enum(['purchase', 'click', 'reply']), within: Type.Optional(FlowDuration) }, closed),
    ),
    steps: Type.Array(FlowStep, { minItems: 1, maxItems: 200 }),
    metadata: Type.Optional(FlowMetadata),
  },
  closed,
)
export type Flow = Omit<Static<typeof Flow>, 'steps'> & { readonly steps: readonly FlowStep[] }
