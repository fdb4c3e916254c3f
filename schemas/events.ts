import Type, { type Static, type TProperties, type TSchema } from 'typebox'
import { CampaignTold } from './campaign.ts'
import { Count, Currency, closed, Id, Instant, Money, Properties, Sealed } from './primitives.ts'

/** What every event of a customer has. */
const common = { id: Id, customerId: Id, occurredAt: Instant }
const bag = { properties: Type.Optional(Properties) }
const sealed = { sealed: Type.Optional(Sealed) }

const event = <T extends string, P extends TProperties>(type: T, properties: P) =>
  Type.Object({ type: Type.Literal(type), ...properties }, closed)

const line = { productId: Id, quantity: Type.Number({ minimum: -1e9, maximum: 1e9 }), unitPrice: Money }
/** One line of an order. Counted as a purchase only with quantity > 0 and price > 0; otherwise a fact kept, never counted. */
export const Line = Type.Object({ ...line, ...bag }, closed)
export type Line = Static<typeof Line>
const linesOf = <L extends TSchema>(one: L) => Type.Array(one, { minItems: 1, maxItems: 1000 })

const purchase = { ...common, orderId: Id, currency: Currency }
export const Purchase = event('purchase', { ...purchase, lines: linesOf(Line), ...bag })
export type Purchase = Static<typeof Purchase>

const refund = { ...purchase, refundOf: Type.Optional(Id) }
/** Quantities are positive; takes money off net alone, even before the purchase it refunds. */
export const Refund = event('refund', { ...refund, lines: linesOf(Line), ...bag })
export type Refund = Static<typeof Refund>

export const clickKinds = [
  'view',
  'search',
  'cart_add',
  'cart_remove',
  'wishlist',
  'like',
  'share',
  'comment',
  'dislike',
] as const
const click = { ...common, kind: Type.Enum(clickKinds), productId: Type.Optional(Id) }
/** On a customer's stream a click is also a visit of a link in one of our texts, of which no outsider can tell: kind `link`. */
const linkClick = {
  kind: Type.Enum([...clickKinds, 'link'] as const),
  /** Of a link: the text it was in. */
  requestId: Type.Optional(Id),
  campaignId: Type.Optional(Id),
  /** Of a link: true where a program followed it, such as one that makes previews. */
  automatic: Type.Optional(Type.Boolean()),
}
/** As it comes in: a search's query is free text, so it is sealed on the way to `events`. */
export const Click = event('click', { ...click, query: Type.Optional(Type.String({ maxLength: 1000 })), ...bag })
export type Click = Static<typeof Click>

const message = {
  ...common,
  direction: Type.Union([Type.Literal('in'), Type.Literal('out')]),
  channel: Type.String({ minLength: 1, maxLength: 32 }),
  campaignId: Type.Optional(Id),
  /** Messages of one conversation have the same. */
  conversationId: Type.Optional(Id),
}
/** As it comes in: a text is personal, and so may be what came with it. */
export const Message = event('message', { ...message, text: Type.String({ maxLength: 20_000 }), ...bag })
export type Message = Static<typeof Message>

/** Traits that are not personal: they may stay in the long log. */
const traits = {
  age: Type.Optional(Type.Number({ minimum: 0, maximum: 200 })),
  gender: Type.Optional(Type.String({ maxLength: 64 })),
  interests: Type.Optional(Type.Array(Type.String({ maxLength: 200 }), { maxItems: 200 })),
  city: Type.Optional(Type.String({ maxLength: 200 })),
  timeZone: Type.Optional(Type.String({ maxLength: 64 })),
  language: Type.Optional(Type.String({ maxLength: 35 })),
  socialMediaActivity: Type.Optional(Type.String({ maxLength: 64 })),
}
/** Traits that name or reach a person: sealed on the way to `events`. `phone` is E.164. */
const personalTraits = {
  firstName: Type.Optional(Type.String({ maxLength: 200 })),
  lastName: Type.Optional(Type.String({ maxLength: 200 })),
  name: Type.Optional(Type.String({ maxLength: 400 })),
  phone: Type.Optional(Type.String({ pattern: '^\\+[1-9]\\d{6,14}$' })),
  email: Type.Optional(Type.String({ maxLength: 320 })),
  birthday: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })),
  properties: Type.Optional(Properties),
}
export const personalTraitNames = Object.keys(personalTraits)
/** As it comes in. Traits without a name here go to `traits.properties`. */
export const Profile = event('profile', { ...common, traits: Type.Object({ ...traits, ...personalTraits }, closed), ...bag })
export type Profile = Static<typeof Profile>

const consent = {
  ...common,
  channel: Type.String({ minLength: 1, maxLength: 32 }),
  state: Type.Union([Type.Literal('granted'), Type.Literal('revoked')]),
  source: Type.Optional(Type.String({ maxLength: 200 })),
}
export const Consent = event('consent', { ...consent, ...bag })
export type Consent = Static<typeof Consent>

/** A catalogue entry: belongs to a product, so it goes to `item-events`. */
export const Product = event('product', {
  id: Id,
  occurredAt: Instant,
  productId: Id,
  name: Type.Optional(Type.String({ maxLength: 500 })),
  description: Type.Optional(Type.String({ maxLength: 50_000 })),
  category: Type.Optional(Type.String({ maxLength: 200 })),
  brand: Type.Optional(Type.String({ maxLength: 200 })),
  tags: Type.Optional(Type.Array(Type.String({ maxLength: 100 }), { maxItems: 100 })),
  price: Type.Optional(Money),
  currency: Type.Optional(Currency),
  available: Type.Optional(Type.Boolean()),
  ...bag,
})
export type Product = Static<typeof Product>

/** Every event that an outsider may send, by `type`: one vocabulary for HTTP, files and the typed topics. */
export const inbound = {
  purchase: Purchase,
  refund: Refund,
  click: Click,
  message: Message,
  profile: Profile,
  consent: Consent,
  product: Product,
} as const
export type Inbound = Static<(typeof inbound)[keyof typeof inbound]>

/** Where the quintiles lie, told to every partition so that segments are decided in log order. Null: nobody is that good yet. */
const cut = Type.Array(Type.Union([Type.Number(), Type.Null()]), { minItems: 4, maxItems: 4 })
export const Cuts = Type.Object({ version: Count, customers: Count, recency: cut, frequency: cut, monetary: cut }, closed)
export const CutsPublished = event('cuts', { cuts: Cuts })
export type CutsPublished = Static<typeof CutsPublished>

/** A campaign, told to every partition; not of any customer, as cuts are. */
export const CampaignPublished = event('campaign', { campaign: CampaignTold })
export type CampaignPublished = Static<typeof CampaignPublished>

/** The first of a customer's timers is due, at `occurredAt`: said for those who do nothing themselves by which it would go off (engine rule 11). */
export const TimerDue = event('timer', common)
export type TimerDue = Static<typeof TimerDue>

/** Whether a customer may pass a limit that all of a campaign's customers share; `ask` names whose turn it was. */
export const Allowance = event('allowance', { ...common, ask: Id, allowed: Type.Boolean() })
export type Allowance = Static<typeof Allowance>

/** What became of a webhook that a run called: whether its receiver took it. `call` names it. */
export const Called = event('called', { ...common, call: Id, ok: Type.Boolean() })
export type Called = Static<typeof Called>

export const newsKinds = ['back_in_stock', 'price_drop'] as const
export type NewsKind = (typeof newsKinds)[number]
/** A product that the customer was drawn to is in stock again, or costs less; nothing that they did. Said while a campaign asks for it. */
export const ProductNews = event('news', { ...common, productId: Id, what: Type.Enum(newsKinds) })
export type ProductNews = Static<typeof ProductNews>

export const smsStatuses = [
  'queued',
  'claimed',
  'submitting',
  'submitted',
  'rejected',
  'suppressed',
  'unknown',
  'delivered',
  'undelivered',
  'expired',
] as const
export const SmsStatus = Type.Enum(smsStatuses)
export type SmsStatus = (typeof smsStatuses)[number]

/** What became of one of our own texts; the ledger's word, told back to the customer's stream. */
export const SmsHappened = event('sms', {
  ...common,
  requestId: Id,
  campaignId: Type.Optional(Id),
  status: SmsStatus,
  detail: Type.Optional(Type.String({ maxLength: 500 })),
})
export type SmsHappened = Static<typeof SmsHappened>

const openLines = { lines: linesOf(Type.Object(line, closed)) }
/** A customer's stream: what came in, with personal fields and all that has no name here sealed, and what happened inside. */
export const CustomerEvent = Type.Union([
  event('purchase', { ...purchase, ...openLines, ...sealed }),
  event('refund', { ...refund, ...openLines, ...sealed }),
  event('click', { ...click, ...linkClick, ...sealed }),
  event('message', { ...message, ...sealed }),
  event('profile', { ...common, traits: Type.Object(traits, closed), ...sealed }),
  event('consent', { ...consent, ...sealed }),
  CutsPublished,
  CampaignPublished,
  TimerDue,
  Allowance,
  Called,
  ProductNews,
  SmsHappened,
])
export type CustomerEvent = Static<typeof CustomerEvent>

/** What the seal of a customer's event opens to. */
export interface Personal {
  text?: string
  query?: string
  traits?: Record<string, unknown>
  properties?: Record<string, unknown>
  /** Of each line of an order, null where it has none. */
  lineProperties?: (Record<string, unknown> | null)[]
}
