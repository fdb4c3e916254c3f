import { ReplayRefused } from '../../replay-refused.ts'
import { csvFields } from '../csv-fields.ts'
import type { FileFormat, Row } from '../file-format.ts'
import { rowId } from '../row-id.ts'
import { headerOf } from './header-of.ts'
import { instantReader } from './instant-reader.ts'
import { type Kind, type Mapping, namedColumns } from './mapping.ts'
import { plainNumber } from './plain-number.ts'

type Take = (fields: readonly string[]) => string

/**
 * CSV as a mapping tells it. Like every kind of file: one line is one row, and an event's id holds the row's number and content
 * and not the mapping, so that a corrected mapping never counts what was sent before a second time.
 *
 * @param head the beginning of the text. Throws `mapping_invalid` when the file has not the columns that the mapping names.
 */
export function mappedCsv(path: string, head: string, mapping: Mapping): FileFormat {
  const { name, delimiter = ',', currency } = mapping
  const columns = mapping.columns ?? headerOf(head, delimiter)
  refuseMissing(path, columns, mapping)
  const event = eventOf(mapping, columns)
  return {
    name,
    title: `${name}: CSV by a mapping`,
    ...(typeof currency === 'object' ? { currency: currency.value } : {}),
    recognises: () => true,
    read(text, row) {
      if ((row === 1 && mapping.columns === undefined) || text.trim() === '') return undefined
      const fields = csvFields(text, delimiter)
      if (fields === undefined) return { row, skipped: 'its quotes are broken, or a field goes on in the next line' }
      if (fields.length !== columns.length) return { row, skipped: `it has not ${columns.length} columns` }
      return event(fields, row, text)
    },
  }
}

function refuseMissing(path: string, columns: readonly string[], mapping: Mapping): void {
  const missing = namedColumns(mapping).filter(([, column]) => !columns.includes(column))
  if (missing.length === 0) return
  const list = missing.map(([field, column]) => `  - ${field} names ${JSON.stringify(column)}`).join('\n')
  throw new ReplayRefused(
    'mapping_invalid',
    `${path} has not the columns that its mapping names:\n${list}\nIts columns are ${columns.map(c => JSON.stringify(c)).join(', ')}.`,
  )
}

type Read = (fields: readonly string[], row: number, text: string) => Row

function eventOf(mapping: Mapping, columns: readonly string[]): Read {
  const { name, instant } = mapping
  const readInstant = instantReader(instant)
  if (typeof readInstant === 'string') throw new ReplayRefused('mapping_invalid', `instant: ${readInstant}`)
  const take = taker(columns)
  const kindOf = kindReader(mapping.type, take)
  const customerOf = take(mapping.customer)
  const whole = typeof mapping.customer === 'object'
  const instantParts = [instant.column].flat().map(take)
  const idOf = take(mapping.id)
  const propertiesOf = propertyReader(mapping.properties, take)
  const orderPart = orderReader(mapping, take)
  const productOf = take(mapping.product)

  return (fields, row, text) => {
    const kind = kindOf(fields)
    if (typeof kind !== 'string') return { row, skipped: kind.skipped }
    const customer = customerOf(fields)
    if (customer === '') return { row, skipped: 'it names no customer' }
    const occurredAt = readInstant(instantParts.map(part => part(fields)).join(' '))
    if (occurredAt === undefined) return { row, skipped: `its instant is not of the format ${instant.format}` }
    const given = idOf(fields)
    const id = given === '' ? rowId(name, row, text) : `${name}:${given}`
    const customerId = whole ? customer.replace(/\.0+$/, '') : customer
    const common = { id, customerId, occurredAt, ...propertiesOf(fields) }
    if (kind === 'purchase' || kind === 'refund') return { row, raw: { type: kind, ...common, ...orderPart(fields, kind, id) } }
    const productId = productOf(fields)
    return { row, raw: { type: 'click', ...common, kind, ...(productId === '' ? {} : { productId }) } }
  }
}

/** A source's text in a row; empty where there is no source. */
const taker =
  (columns: readonly string[]) =>
  (source: string | { column: string } | { value: string } | undefined): Take => {
    if (source === undefined) return () => ''
    if (typeof source === 'object' && 'value' in source) return () => source.value
    const at = columns.indexOf(typeof source === 'string' ? source : source.column)
    return fields => fields[at]!.trim()
  }

/** What an order has besides what every event has. */
function orderReader(mapping: Mapping, take: ReturnType<typeof taker>) {
  const { decimal = '.' } = mapping
  const [orderOf, currencyOf, productOf, quantityOf, priceOf] = [
    take(mapping.order),
    take(mapping.currency),
    take(mapping.product),
    take(mapping.quantity ?? { value: '1' }),
    take(mapping.price),
  ]
  return (fields: readonly string[], kind: 'purchase' | 'refund', id: string) => {
    const [quantity, unitPrice] = [quantityOf, priceOf].map(of => {
      const number = plainNumber(of(fields), decimal)
      return kind === 'refund' ? withoutSign(number) : number
    }) as [string, string]
    const [orderId, currency] = [orderOf(fields), currencyOf(fields)]
    return {
      orderId: orderId === '' ? id : orderId,
      ...(currency === '' ? {} : { currency }),
      lines: [{ productId: productOf(fields), quantity: numeric(quantity), unitPrice }],
    }
  }
}

/** A refund says what goes back as positive numbers; files say it by a sign, of the quantity or of the price. */
const withoutSign = (text: string): string => text.replace(/^-/, '')

/** What is not a number is passed on as it is, to be refused with its place. */
const numeric = (text: string): number | string => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text)

function kindReader(
  type: Mapping['type'],
  take: ReturnType<typeof taker>,
): (fields: readonly string[]) => Kind | { readonly skipped: string } {
  if (typeof type === 'string') return () => type
  const { column, values, otherwise = 'skip' } = type
  const of = take(column)
  const beginnings = Object.entries(values).filter(([value]) => value.endsWith('*'))
  return fields => {
    const value = of(fields)
    const kind =
      (Object.hasOwn(values, value) ? values[value] : undefined) ??
      beginnings.find(([begins]) => value.startsWith(begins.slice(0, -1)))?.[1] ??
      otherwise
    return kind === 'skip' ? { skipped: `its ${column} is to be left out` } : kind
  }
}

function propertyReader(
  properties: Mapping['properties'] = [],
  take: ReturnType<typeof taker>,
): (fields: readonly string[]) => { properties?: Record<string, string> } {
  const named = Array.isArray(properties) ? properties.map(column => [column, column] as const) : Object.entries(properties)
  const takes = named.map(([name, column]) => [name, take(column)] as const)
  if (takes.length === 0) return () => ({})
  return fields => ({
    properties: Object.fromEntries(takes.map(([name, of]) => [name, of(fields)]).filter(([, value]) => value !== '')),
  })
}
