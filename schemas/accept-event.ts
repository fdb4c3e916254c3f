import { type Inbound, inbound } from './events.ts'
import { type Completion, isObject, objectReader } from './field-readers.ts'
import { mismatch, type Refusal, Refused, shown } from './refusal.ts'
import type { Shop } from './shop.ts'

export type Accepted = { readonly event: Inbound } | { readonly refusal: Refusal }

/**
 * Anything an outsider sent, once parsed from JSON, as an event in its one canonical form: closed, times in UTC, money as decimal
 * strings, phones in E.164. Never throws. An accepted event comes through unchanged, so it may pass here as often as it likes.
 */
export function acceptEvent(raw: unknown, shop: Shop): Accepted {
  if (!isObject(raw)) return refused(new Refused('event_invalid', `Expected an event as a JSON object, got ${shown(raw)}.`))
  const { type } = raw
  if (type === undefined || type === null)
    return refused(new Refused('field_missing', '"type" is required, and it is missing or null.', '/type'))
  if (typeof type !== 'string') return refused(mismatch(type, `one of ${[...readers.keys()].join(', ')}`).under('type'))
  const reader = readers.get(type)
  if (reader === undefined)
    return refused(new Refused('type_unknown', `Expected one of ${[...readers.keys()].join(', ')}, got ${shown(type)}.`, '/type'))
  const read = reader(raw, shop)
  return read instanceof Refused ? refused(read) : { event: read as Inbound }
}

const refused = (reason: Refused): Accepted => ({ refusal: reason.toRefusal() })

/** A shop has one currency: what is said without one is in it, another is refused. */
const inShopCurrency: Completion = (fields, { currency }) => {
  fields.currency ??= currency
  if (fields.currency === currency) return undefined
  return new Refused(
    'currency_unsupported',
    `Expected ${currency}, the currency that TARANG_CURRENCY sets for this shop, got ${fields.currency}.`,
    '/currency',
  )
}

interface ReadLine {
  quantity: number
  unitPrice: string
}

/** In 1/10,000 of the major unit: a thousand lines must add up below 2^53, where sums of integers are exact. */
const MAX_LINE_TOTAL = 2 ** 53 / 1000

function eachLine(fields: Record<string, unknown>, check: (line: ReadLine) => Refused | undefined): Refused | undefined {
  const lines = (fields.lines ?? []) as ReadLine[]
  for (const [at, line] of lines.entries()) {
    const refusal = check(line)
    if (refusal !== undefined) return refusal.under(at).under('lines')
  }
  return undefined
}

function withinTotal({ quantity, unitPrice }: ReadLine): Refused | undefined {
  if (Math.abs(quantity * Number(unitPrice)) * 10_000 < MAX_LINE_TOTAL) return undefined
  return new Refused('number_out_of_range', `Expected a line of less than 900,000,000 in all, got ${quantity} × ${unitPrice}.`)
}

function givesBack({ quantity, unitPrice }: ReadLine): Refused | undefined {
  if (quantity <= 0) return outOfRefund('quantity', quantity)
  return unitPrice.startsWith('-') ? outOfRefund('unitPrice', unitPrice) : undefined
}

const outOfRefund = (name: string, value: number | string): Refused =>
  new Refused(
    'number_out_of_range',
    `A refund says what goes back as positive numbers; expected a positive ${name}, got ${value}.`,
    `/${name}`,
  )

const completions: Partial<Record<Inbound['type'], Completion>> = {
  purchase: (fields, shop) => inShopCurrency(fields, shop) ?? eachLine(fields, withinTotal),
  refund: (fields, shop) => inShopCurrency(fields, shop) ?? eachLine(fields, line => givesBack(line) ?? withinTotal(line)),
  product: (fields, shop) => (fields.price === undefined ? undefined : inShopCurrency(fields, shop)),
}

const readers = new Map(
  Object.values(inbound).map(schema => {
    const type = schema.properties.type.const
    return [type as string, objectReader(schema, completions[type])] as const
  }),
)
