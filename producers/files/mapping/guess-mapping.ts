import { csvFields } from '../csv-fields.ts'
import { headerOf } from './header-of.ts'
import { instantReader } from './instant-reader.ts'
import { type Kind, kinds, type Mapping } from './mapping.ts'
import { plainNumber } from './plain-number.ts'

/** A mapping to begin with, and what its reader should look at before trusting it. */
export interface Guess {
  readonly mapping: Mapping
  readonly notes: readonly string[]
}

/** What stands where nothing was found: no file has such a column, so it cannot be overlooked. */
const UNKNOWN = '?'

/** What columns are usually called, likelier names first; letters only, in small ones. */
const called = {
  customer: [
    /^(customer|client|user|visitor|buyer|member|shopper)(id|no|nr|number|code|key)?$/,
    /customer|client|user|visitor|buyer/,
  ],
  order: [/^(order|invoice|transaction|receipt|basket|cart|bill|sales?)(id|no|nr|number|code)$/, /^(order|invoice|transaction)/],
  product: [/^(product|item|stock|sku|article|asin)(id|no|nr|number|code)?$/, /product|item|sku|article/],
  quantity: [/^(quantity|qty|units?|pieces|count)$/, /quantity|qty|number/],
  price: [/^(unit|item|product|sale)?price$/, /price|amount|value|total|revenue|sales/],
  instant: [/(date|time|timestamp|datetime|createdat|occurredat|purchasedat|instant)$/, /date|time/],
  type: [/^(type|event|eventtype|action|kind|behaviou?r)$/],
  currency: [/^currency(code)?$/],
} as const

const FORMATS = [
  'iso',
  'yyyy-MM-dd HH:mm:ss',
  'yyyy-MM-dd HH:mm',
  'yyyy/MM/dd HH:mm:ss',
  'yyyy/MM/dd HH:mm',
  'yyyy/MM/dd',
  'd/M/yyyy HH:mm:ss',
  'd/M/yyyy H:mm',
  'd/M/yyyy',
  'M/d/yyyy HH:mm:ss',
  'M/d/yyyy H:mm',
  'M/d/yyyy',
  'd.M.yyyy HH:mm:ss',
  'd.M.yyyy H:mm',
  'd.M.yyyy',
  'd-M-yyyy H:mm',
  'd-M-yyyy',
  'M/d/yy H:mm',
  'd/M/yy H:mm',
  'd-MMM-yyyy',
  'd MMM yyyy',
  'yyyyMMdd',
  'unix-ms',
  'unix',
] as const

/** Guesses how a CSV's rows become events, by its header and its first rows. */
export function guessMapping(name: string, head: string): Guess {
  const delimiter = likeliestDelimiter(head)
  const columns = headerOf(head, delimiter)
  const rows = sampleRows(head, delimiter, columns.length)
  const notes: string[] = []
  const free = new Set(columns)
  const find = (field: keyof typeof called): string | undefined => {
    for (const pattern of called[field]) {
      const found = columns.find(column => free.has(column) && pattern.test(column.toLowerCase().replace(/[^a-z]/g, '')))
      if (found === undefined) continue
      free.delete(found)
      return found
    }
    return undefined
  }
  const valuesOf = (column: string | undefined) =>
    column === undefined ? [] : rows.map(row => row[columns.indexOf(column)]!.trim()).filter(value => value !== '')
  const needed = (field: keyof typeof called, column: string | undefined): string => {
    if (column === undefined) notes.push(`${field}: no column looks like it; put one in the place of "${UNKNOWN}"`)
    return column ?? UNKNOWN
  }

  const [customer, order, currency, type] = [find('customer'), find('order'), find('currency'), find('type')]
  const [quantity, product, instant, price] = [find('quantity'), find('product'), find('instant'), find('price')]
  const when = formatOf(valuesOf(instant), notes)
  const decimal = [...valuesOf(price), ...valuesOf(quantity)].some(value => /\d,\d{1,2}$/.test(value)) ? ',' : undefined
  const kind = typeOf(type, valuesOf(type)) ?? refundsByOrder(order, quantity, rows, columns)
  if (typeof kind === 'string' && quantity !== undefined)
    notes.push('type: every row is taken as a purchase; a quantity of 0 or less is kept and never counted')
  if (order === undefined) notes.push('order: no column looks like it, so every row is an order of its own')
  const customerId = needed('customer', customer)
  return {
    mapping: {
      name,
      ...(delimiter === ',' ? {} : { delimiter }),
      ...(decimal === undefined ? {} : { decimal }),
      type: kind,
      customer:
        valuesOf(customer).every(value => /^\d+\.0$/.test(value)) && valuesOf(customer).length > 0
          ? { column: customerId, integer: true }
          : customerId,
      instant: { column: needed('instant', instant), format: when, timeZone: 'UTC' },
      ...(order === undefined ? {} : { order }),
      product: needed('product', product),
      ...(quantity === undefined ? {} : { quantity }),
      price: needed('price', price),
      ...(currency === undefined ? {} : { currency }),
      ...(free.size === 0 ? {} : { properties: [...free] }),
    },
    notes: ['timeZone: say where the clocks stood that wrote the instants', ...notes],
  }
}

function likeliestDelimiter(head: string): ',' | ';' | '\t' | '|' {
  const counted = ([',', ';', '\t', '|'] as const).map(delimiter => ({ delimiter, columns: headerOf(head, delimiter).length }))
  return counted.reduce((best, one) => (one.columns > best.columns ? one : best)).delimiter
}

/** Whole rows of the head; its last line is cut. */
const sampleRows = (head: string, delimiter: string, columns: number): string[][] =>
  head
    .split(/\r?\n/)
    .slice(1, -1)
    .flatMap(line => {
      const fields = csvFields(line, delimiter)
      return fields?.length === columns ? [fields] : []
    })

/** The first format that every value has; day and month may both fit. */
function formatOf(values: readonly string[], notes: string[]): string {
  const fitting = FORMATS.filter(format => {
    const read = instantReader({ column: UNKNOWN, format })
    return typeof read !== 'string' && values.length > 0 && values.every(value => plausible(read(value)))
  })
  const [first, ...others] = fitting
  if (first === undefined) notes.push('instant: none of the usual formats fits; write its tokens, such as "dd/MM/yyyy HH:mm"')
  if (first !== undefined && /^d.M/.test(first) && others.includes(first.replace('d/M', 'M/d') as (typeof FORMATS)[number]))
    notes.push(`instant: ${first} fits, and so would the month first: look at a day after the 12th`)
  return first ?? UNKNOWN
}

/** Seconds read as milliseconds are in January 1970, milliseconds as seconds far off. */
const plausible = (instant: string | undefined): boolean => instant !== undefined && instant >= '1971' && instant < '2100'

/** Values of a type column that say what they are. */
function typeOf(column: string | undefined, values: readonly string[]): Mapping['type'] | undefined {
  if (column === undefined) return undefined
  const seen = [...new Set(values)].slice(0, 20)
  return { column, values: Object.fromEntries(seen.map(value => [value, kindNamed(value)])), otherwise: 'skip' }
}

const synonyms: readonly (readonly [RegExp, Kind])[] = [
  [/refund|return|cancel/, 'refund'],
  [/remove/, 'cart_remove'],
  [/cart|basket/, 'cart_add'],
  [/purchase|order|transaction|sale|buy/, 'purchase'],
  [/search/, 'search'],
  [/wish|fav/, 'wishlist'],
  [/view|click|visit|pv/, 'view'],
]

function kindNamed(value: string): Kind | 'skip' {
  const small = value.toLowerCase()
  return kinds.find(kind => kind === small) ?? synonyms.find(([pattern]) => pattern.test(small))?.[1] ?? 'skip'
}

/** Some shops mark a cancelled order by a letter before its number, and its quantities are negative. */
function refundsByOrder(
  order: string | undefined,
  quantity: string | undefined,
  rows: readonly string[][],
  columns: readonly string[],
): Mapping['type'] {
  if (order === undefined || quantity === undefined) return 'purchase'
  const [orderAt, quantityAt] = [columns.indexOf(order), columns.indexOf(quantity)]
  const negative = (row: readonly string[]) => plainNumber(row[quantityAt]!.trim(), '.').startsWith('-')
  const letters = new Set(rows.filter(negative).map(row => /^[A-Za-z]/.exec(row[orderAt]!)?.[0] ?? ''))
  const [letter] = letters
  const onlyThere = letter !== undefined && rows.every(row => negative(row) || !row[orderAt]!.startsWith(letter))
  return letters.size === 1 && letter !== '' && onlyThere
    ? { column: order, values: { [`${letter}*`]: 'refund' }, otherwise: 'purchase' }
    : 'purchase'
}
