import { ownValue } from '../own-value.ts'
import type { CustomerView } from './customer-view.ts'
import { waitMs } from './flow-duration.ts'

const DAY = 86_400_000
/** Money in state is in 1/10,000 of the major unit, that of conditions in major units. */
const UNIT = 10_000

type Field = (view: CustomerView, since: number, name: string) => unknown

const own = (bag: unknown, name: string): unknown =>
  typeof bag === 'object' && bag !== null ? ownValue(bag as Record<string, unknown>, name) : undefined

const distinct = (values: readonly (string | undefined)[]): string[] => [...new Set(values.filter(value => value !== undefined))]

const recent = <T extends { readonly at: number }>(all: readonly T[], since: number): T[] => all.filter(({ at }) => at >= since)

/** Yes where it happened to one of our texts at or after an instant. */
const happened =
  (when: 'clickedAt' | 'deliveredAt' | 'repliedAt'): Field =>
  ({ texts }, since) =>
    texts.some(text => text[when] !== undefined && text[when] >= since)

const fields: Readonly<Record<string, Field>> = {
  segment: ({ segment }) => segment ?? undefined,
  'rfm.recency': ({ rfm, now }) => (rfm.lastAt === null ? undefined : Math.max(0, Math.floor((now - rfm.lastAt) / DAY))),
  'rfm.frequency': ({ rfm }) => rfm.orders,
  'rfm.monetary': ({ rfm }) => rfm.gross / UNIT,
  'rfm.r': ({ scores }) => scores?.r,
  'rfm.f': ({ scores }) => scores?.f,
  'rfm.m': ({ scores }) => scores?.m,
  engagement: ({ engagement }) => engagement,
  sentiment: ({ sentiment }) => sentiment,
  profile: ({ traits }, _, name) => own(traits, name) ?? own(own(traits, 'properties'), name) ?? undefined,
  property: ({ properties }, _, name) => own(properties, name) ?? undefined,
  'cart.items': ({ cart }) => cart.reduce((sum, { quantity }) => sum + quantity, 0),
  'cart.value': ({ cart }) =>
    cart.some(({ price }) => price === undefined)
      ? undefined
      : cart.reduce((sum, { quantity, price }) => sum + quantity * price!, 0),
  'purchases.count': ({ purchases, rfm }, since) =>
    since === ALWAYS ? rfm.orders : new Set(recent(purchases, since).map(({ orderId }) => orderId)).size,
  'purchases.total': ({ purchases, rfm }, since) =>
    (since === ALWAYS ? rfm.gross : recent(purchases, since).reduce((sum, { amount }) => sum + amount, 0)) / UNIT,
  'purchases.product': ({ purchases }, since) => distinct(recent(purchases, since).flatMap(({ products }) => products)),
  'purchases.category': ({ purchases, categoryOf }, since) =>
    distinct(recent(purchases, since).flatMap(({ products }) => products.map(categoryOf))),
  'purchases.last_category': ({ purchases, categoryOf }, since) => {
    const last = recent(purchases, since).at(-1)?.products.at(-1)
    return last === undefined ? undefined : categoryOf(last)
  },
  'clicks.count': ({ clicks, clickCount }, since) => (since === ALWAYS ? clickCount : recent(clicks, since).length),
  'clicks.product': ({ clicks }, since) => distinct(recent(clicks, since).map(({ productId }) => productId)),
  'clicks.category': ({ clicks, categoryOf }, since) =>
    distinct(recent(clicks, since).map(({ productId }) => (productId === undefined ? undefined : categoryOf(productId)))),
  'message.clicked': happened('clickedAt'),
  'message.delivered': happened('deliveredAt'),
  'message.replied': happened('repliedAt'),
}

const ALWAYS = Number.NEGATIVE_INFINITY

/** What a condition's field is of a customer, in the units of schemas/flow.ts: a scalar, a list, or undefined where it is not known. */
export function fieldOf(field: string, within: string | undefined, view: CustomerView): unknown {
  const [, bag, name] = /^(profile|property)\.(.+)$/.exec(field) ?? []
  return ownValue(fields, bag ?? field)?.(view, within === undefined ? ALWAYS : view.now - waitMs(within), name ?? '')
}
