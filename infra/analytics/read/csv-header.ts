import { DataValidationError } from '../customer-analytics-error.ts'
import { CsvRecords } from './csv-records.ts'
import { decodeText } from './decode-text.ts'

const DELIMITERS = [',', ';', '\t', '|']
/** As Excel writes it before the header. */
const TOLD_DELIMITER = /^"?sep=([,;\t|])"?\r?\n/i

/** What a column is called elsewhere, beside names that are spelled alike. */
const ALIKE: Readonly<Record<string, RegExp>> = {
  customer_id: /customer|client|user|buyer|member/,
  product_id: /product|item|sku|stock|article/,
  transaction_id: /order|invoice|receipt|transaction|basket/,
  purchase_date: /date|time/,
  price: /price|amount|cost|value/,
}

export interface Columns {
  readonly required: readonly string[]
  readonly optional: readonly string[]
}

export interface CsvHeader {
  readonly delimiter: string
  /** Bytes before the header. */
  readonly skip: number
  /** As they stand in the file. */
  readonly names: readonly string[]
  /** Where each column of the contract stands, -1 where it does not. */
  readonly places: Readonly<Record<string, number>>
  /** Columns that the header has more than once. */
  readonly twice: readonly string[]
}

/** Letters and digits in small: `Customer ID` and `customerId` are customer_id. */
const bare = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')

/** Which columns a file has, and by what they are parted: whatever finds most of the contract's columns, then most columns. Throws `columns_missing`. */
export function csvHeader(file: string, head: Buffer, { required, optional }: Columns): CsvHeader {
  const told = TOLD_DELIMITER.exec(head.subarray(0, 16).toString('latin1'))
  const skip = told?.[0].length ?? 0
  const wanted = [...required, ...optional]
  const headers = (told === null ? DELIMITERS : [told[1]!]).map(delimiter => {
    const names = firstRecord(head.subarray(skip), delimiter)
    const keys = names.map(bare)
    const places = Object.fromEntries(wanted.map(column => [column, keys.indexOf(bare(column))]))
    const found = wanted.filter(column => places[column] !== -1).length
    const twice = wanted.filter(column => keys.indexOf(bare(column)) !== keys.lastIndexOf(bare(column)))
    return { delimiter, skip, names, places, twice, found }
  })
  const best = headers.reduce((best, one) =>
    one.found > best.found || (one.found === best.found && one.names.length > best.names.length) ? one : best,
  )
  const missing = required.filter(column => best.places[column] === -1)
  if (missing.length > 0) throw missingColumns(file, best.names, missing, Object.values(best.places))
  return best
}

function firstRecord(head: Buffer, delimiter: string): string[] {
  let names: string[] | undefined
  const records = new CsvRecords(delimiter.charCodeAt(0), {
    row({ bytes, starts, ends, count }) {
      names ??= Array.from({ length: Math.min(count, starts.length) }, (_, field) =>
        decodeText(bytes, starts[field]!, ends[field]!).trim(),
      )
    },
    broken() {
      names ??= []
    },
  })
  for (let at = 0; at < head.length && names === undefined; at += 4096) records.push(head.subarray(at, at + 4096))
  if (names === undefined) records.end()
  return names ?? []
}

function missingColumns(file: string, names: readonly string[], missing: readonly string[], taken: readonly number[]) {
  const free = names.filter((_, place) => !taken.includes(place))
  if (names.length === 0 || names.some(name => /[^\P{Cc}\t\n\r]/u.test(name)))
    return new DataValidationError('file_binary', `${file} is no text with a header in its first line.`)
  const wanted = missing.map(column => {
    const likely = likeliest(column, free)
    return likely === undefined ? column : `${column} (perhaps ${JSON.stringify(likely)})`
  })
  const shown = names.slice(0, 30).map(name => (name.length > 40 ? `${name.slice(0, 40)}…` : name) || '(empty)')
  return new DataValidationError(
    'columns_missing',
    `${file} has no column ${wanted.join(', ')}; its columns are ${shown.join(', ')}${names.length > 30 ? ' …' : ''}.`,
  )
}

/** The column that may be meant, undefined where none comes near. */
export function likeliest(column: string, names: readonly string[]): string | undefined {
  const rated = names.map(name => ({
    name,
    likeness: likeness(bare(column), bare(name)) + (ALIKE[column]?.test(bare(name)) === true ? 0.4 : 0),
  }))
  return rated.filter(({ likeness }) => likeness >= 0.4).sort((a, b) => b.likeness - a.likeness)[0]?.name
}

/** Dice's coefficient of pairs of letters (Dice, 1945): 1 of the same, 0 of names that share no pair. */
function likeness(one: string, other: string): number {
  const pairs = (word: string) => new Set(Array.from({ length: Math.max(0, word.length - 1) }, (_, at) => word.slice(at, at + 2)))
  const [a, b] = [pairs(one), pairs(other)]
  const shared = [...a].filter(pair => b.has(pair)).length
  return a.size + b.size === 0 ? 0 : (2 * shared) / (a.size + b.size)
}
