import type { CustomerEvent, Personal } from '../../../schemas/events.ts'
import type { CustomerChange, RfmFacts } from '../../../schemas/records.ts'
import { interestIn } from '../../affinity.ts'
import { type EngagementLevel, engage } from '../../engagement.ts'
import { lineTotal } from '../../money.ts'
import { type Stamped, setNewest } from '../../newest.ts'
import { ownValue } from '../../own-value.ts'
import { noHistory } from '../../rfm.ts'
import type { Bought, CartItem, Clicked, TextFate } from '../customer-view.ts'

/** How many of each are remembered, the newest: what conditions ask for within a time is counted among them. */
const PURCHASES = 100
const CLICKS = 100
const TEXTS = 50
const CART = 50
/** A bag of traits beyond this is the shop's to keep. */
const LONGEST_TRAIT = 1000

/** What conditions and triggers need of a customer, kept since their shop has campaigns. */
export interface Facts {
  /** The customer's first change that was heard, by its number; 0 before it. */
  readonly since: number
  /** When that was; epoch ms. */
  readonly heardAt: number
  /** Whether a profile was among those heard. */
  readonly known: boolean
  readonly rfm: RfmFacts
  readonly scores?: { readonly r: number; readonly f: number; readonly m: number }
  readonly segment: string | null
  readonly mood?: number
  readonly level: EngagementLevel
  /** The newest word on texts to them. */
  readonly consent?: { readonly at: number; readonly id: string }
  /** When they did something themselves last. */
  readonly activeAt: number | null
  readonly traits: Stamped<Readonly<Record<string, unknown>>>
  readonly properties: Readonly<Record<string, unknown>>
  readonly purchases: readonly Bought[]
  readonly clicks: readonly Clicked[]
  readonly clickCount: number
  readonly cart: readonly CartItem[]
  readonly texts: readonly TextFate[]
}

export const noFacts: Facts = {
  since: 0,
  heardAt: 0,
  known: false,
  rfm: noHistory,
  segment: null,
  level: null,
  activeAt: null,
  traits: { fields: {}, stamps: {} },
  properties: {},
  purchases: [],
  clicks: [],
  clickCount: 0,
  cart: [],
  texts: [],
}

/** Takes a change in. `at` is when it counts as having happened; `replyTo` the text that a message answers. */
export function learn(before: Facts, change: CustomerChange, at: number, personal?: Personal, replyTo?: string): Facts {
  const { rfm, segment, scores, mood, event, seq } = change
  const facts: Facts = {
    ...before,
    ...(before.since === 0 && { since: seq, heardAt: at }),
    rfm,
    ...(scores && { scores }),
    ...(mood !== undefined && { mood }),
    ...(segment && { segment: segment.to }),
  }
  return event === undefined ? facts : hear(facts, event, at, personal, replyTo)
}

function hear(facts: Facts, event: CustomerEvent, at: number, personal?: Personal, replyTo?: string): Facts {
  switch (event.type) {
    case 'purchase':
      return bought(facts, event, at)
    case 'click':
      return event.automatic === true ? facts : clicked(facts, event, at, personal)
    case 'message':
      if (event.direction !== 'in') return facts
      return {
        ...active(facts, at),
        texts: replyTo === undefined ? facts.texts : befallen(facts.texts, replyTo, 'repliedAt', at),
      }
    case 'profile':
      return profiled(facts, event, personal)
    case 'sms':
      return event.status === 'delivered' ? { ...facts, texts: befallen(facts.texts, event.requestId, 'deliveredAt', at) } : facts
    case 'consent':
      return event.channel.toLowerCase() === 'sms' ? consented(facts, event) : facts
    default:
      return facts
  }
}

/** By (occurredAt, id), never by arrival. */
function consented(facts: Facts, { occurredAt, id }: Extract<CustomerEvent, { type: 'consent' }>): Facts {
  const { consent } = facts
  const at = Date.parse(occurredAt)
  const isOld = consent !== undefined && (consent.at > at || (consent.at === at && consent.id >= id))
  return isOld ? facts : { ...facts, consent: { at, id } }
}

const active = (facts: Facts, at: number): Facts => ({ ...facts, activeAt: Math.max(facts.activeAt ?? at, at) })

/** Undefined where no line counts (schemas/events.ts). */
export function purchaseIn(event: Extract<CustomerEvent, { type: 'purchase' }>, at: number): Bought | undefined {
  const lines = event.lines.filter(({ quantity, unitPrice }) => quantity > 0 && Number(unitPrice) > 0)
  if (lines.length === 0) return undefined
  const amount = lines.reduce((sum, { quantity, unitPrice }) => sum + lineTotal(quantity, unitPrice), 0)
  return { at, orderId: event.orderId, amount, products: [...new Set(lines.map(({ productId }) => productId))].slice(0, 20) }
}

function bought(facts: Facts, event: Extract<CustomerEvent, { type: 'purchase' }>, at: number): Facts {
  const purchase = purchaseIn(event, at)
  if (purchase === undefined) return facts
  return {
    ...active(facts, at),
    level: engage(facts.level, interestIn('purchase'), at),
    purchases: [...facts.purchases, purchase].slice(-PURCHASES),
    cart: [],
  }
}

function clicked(facts: Facts, event: Extract<CustomerEvent, { type: 'click' }>, at: number, personal?: Personal): Facts {
  const { kind, productId, requestId } = event
  const click: Clicked = { at, kind, ...(productId !== undefined && { productId }) }
  return {
    ...active(facts, at),
    level: engage(facts.level, interestIn(kind), at),
    clicks: [...facts.clicks, click].slice(-CLICKS),
    clickCount: facts.clickCount + 1,
    cart: productId === undefined ? facts.cart : carted(facts.cart, kind, productId, personal?.properties),
    texts: kind === 'link' && requestId !== undefined ? befallen(facts.texts, requestId, 'clickedAt', at) : facts.texts,
  }
}

/** What lies in the cart after something was put in, or all of a product was taken out. Price and quantity are what the shop said beside. */
function carted(cart: readonly CartItem[], kind: string, productId: string, bag: Personal['properties']): readonly CartItem[] {
  if (kind !== 'cart_add' && kind !== 'cart_remove') return cart
  const before = cart.find(item => item.productId === productId)
  const others = cart.filter(item => item !== before)
  if (kind === 'cart_remove') return others
  const quantity = (before?.quantity ?? 0) + (positive(bag?.quantity) ?? 1)
  const price = positive(bag?.price) ?? before?.price
  return [...others, { productId, quantity, ...(price !== undefined && { price }) }].slice(-CART)
}

const positive = (value: unknown): number | undefined => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && number > 0 && number < 1e12 ? number : undefined
}

/** Traits apply by (occurredAt, id), never by arrival (engine rule 12). */
function profiled(facts: Facts, event: Extract<CustomerEvent, { type: 'profile' }>, personal?: Personal): Facts {
  const traits = short({ ...event.traits, ...personal?.traits })
  return { ...facts, known: true, traits: setNewest(facts.traits, traits, [Date.parse(event.occurredAt), event.id]) }
}

const short = (traits: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(traits).filter(([, value]) => JSON.stringify(value ?? null).length <= LONGEST_TRAIT))

function befallen(
  texts: readonly TextFate[],
  id: string,
  what: 'deliveredAt' | 'clickedAt' | 'repliedAt',
  at: number,
): readonly TextFate[] {
  return texts.map(text => (text.id === id && text[what] === undefined ? { ...text, [what]: at } : text))
}

/** Adds a text that was asked for. */
export const texted = (facts: Facts, text: TextFate): Facts => ({ ...facts, texts: [...facts.texts, text].slice(-TEXTS) })

/** A trait that is words, as a shop gave it. */
export const trait = ({ traits }: Facts, name: string): string | undefined => {
  const value = ownValue(traits.fields, name)
  return typeof value === 'string' ? value : undefined
}
