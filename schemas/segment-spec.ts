import { type Accepted, acceptEvent } from './accept-event.ts'
import { isObject } from './field-readers.ts'
import { mismatch, type Refusal, Refused, shown } from './refusal.ts'
import type { Shop } from './shop.ts'

/**
 * Segment's `track` and `identify` bodies (https://segment.com/docs/connections/spec/) as events of our own. The envelope's rest
 * (context, integrations, version …) is left out: it tells of the sender's machine, not of the customer. `revenue` and `total` stay
 * among the properties and are never counted: the lines are. Pointers of refusals are to Segment's names.
 */
export function acceptTrack(body: unknown, shop: Shop): Accepted {
  if (!isObject(body)) return refused(mismatch(body, 'a track call as a JSON object'))
  const { event, properties } = body
  if (event === undefined || event === null)
    return refused(new Refused('field_missing', '"event" is required, and it is missing or null.', '/event'))
  const toFields = tracked.get(event)
  if (toFields === undefined)
    return refused(
      new Refused('type_unknown', `Expected one of ${[...tracked.keys()].join(', ')}, got ${shown(event)}.`, '/event'),
    )
  if (properties !== undefined && properties !== null && !isObject(properties))
    return refused(mismatch(properties, 'an object').under('properties'))
  return inSegmentsWords(acceptEvent({ ...envelope(body, shop), ...toFields(properties ?? {}) }, shop))
}

/** An identify call is a profile; `address.city` is its city, and a birthday may be an instant. */
export function acceptIdentify(body: unknown, shop: Shop): Accepted {
  if (!isObject(body)) return refused(mismatch(body, 'an identify call as a JSON object'))
  const { traits } = body
  return inSegmentsWords(
    acceptEvent(
      { ...envelope(body, shop), type: 'profile', traits: isObject(traits) ? profileTraits(traits) : (traits ?? {}) },
      shop,
    ),
  )
}

type Fields = Record<string, unknown>

/** Segment's libraries always set `messageId`; without it a repeat could not be told from a second event. */
const envelope = (body: Fields, { now }: Shop): Fields => ({
  id: body.messageId,
  customerId: given(body.userId) ?? anonymous(given(body.anonymousId)),
  occurredAt: body.timestamp ?? body.originalTimestamp ?? new Date(now).toISOString(),
})

/** Libraries that do not know who it is say null or nothing, and some an empty text. */
const given = (id: unknown): unknown => (id === '' || id === null ? undefined : id)
const anonymous = (id: unknown): unknown => (typeof id === 'string' ? `anon:${id}` : id)

const click =
  (kind: string) =>
  ({ product_id, sku, ...properties }: Fields): Fields => ({ type: 'click', kind, productId: product_id ?? sku, properties })

const order = ({ order_id, currency, products, ...properties }: Fields): Fields => ({
  orderId: order_id,
  currency,
  lines: Array.isArray(products) ? products.map(orderLine) : products,
  properties,
})

const orderLine = (product: unknown): unknown => {
  if (!isObject(product)) return product
  const { product_id, sku, quantity, price, ...properties } = product
  return { productId: product_id ?? sku, quantity: quantity ?? 1, unitPrice: price, properties }
}

const tracked = new Map<unknown, (properties: Fields) => Fields>([
  ['Order Completed', properties => ({ type: 'purchase', ...order(properties) })],
  ['Order Refunded', properties => ({ type: 'refund', refundOf: properties.order_id, ...order(properties) })],
  ['Product Viewed', click('view')],
  ['Product Added', click('cart_add')],
  ['Product Removed', click('cart_remove')],
  ['Products Searched', ({ query, ...properties }) => ({ type: 'click', kind: 'search', query, properties })],
])

function profileTraits({ address, birthday, ...traits }: Fields): Fields {
  const isInstant = typeof birthday === 'string' && /^\d{4}-\d\d-\d\dT/.test(birthday)
  const day = isInstant ? birthday.slice(0, 10) : birthday
  if (!isObject(address)) return { ...traits, birthday: day, ...(address === undefined ? {} : { address }) }
  return { ...traits, birthday: day, city: traits.city ?? address.city, address }
}

const refused = (reason: Refused): Accepted => ({ refusal: reason.toRefusal() })

function inSegmentsWords(accepted: Accepted): Accepted {
  if ('event' in accepted) return accepted
  const { refusal } = accepted
  const pointer = names.reduce((at, [ours, theirs]) => at.replace(ours, theirs), refusal.pointer)
  return { refusal: { ...refusal, pointer } satisfies Refusal }
}

/** Our pointers and Segment's. */
const names: readonly (readonly [RegExp, string])[] = [
  [/^\/id$/, '/messageId'],
  [/^\/customerId$/, '/userId'],
  [/^\/occurredAt$/, '/timestamp'],
  [/^\/(productId|query|currency)$/, '/properties/$1'],
  [/^\/(orderId|refundOf)$/, '/properties/order_id'],
  [/^\/lines/, '/properties/products'],
  [/^(\/properties(?:\/products\/\d+)?)\/productId$/, '$1/product_id'],
  [/^(\/properties\/products\/\d+)\/unitPrice$/, '$1/price'],
  [/^(\/properties\/products\/\d+)\/properties/, '$1'],
]
