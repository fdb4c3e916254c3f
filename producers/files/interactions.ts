import { csvFields } from './csv-fields.ts'

/** What somebody did with an item: a row of `user,item,timestamp[,rating]`. */
export interface Interaction {
  readonly user: string
  readonly item: string
  /** Epoch ms. */
  readonly at: number
  /** Undefined where there are no ratings. */
  readonly rating: number | undefined
}

const NAMES = ['user', 'item', 'timestamp', 'rating'] as const
/** Below this a number is seconds since 1970 and not milliseconds: as milliseconds it would be March 1973. */
const MILLIS_FROM = 1e11

/** Reads rows by the header's names; a reader that tells why a row is none. Throws a sentence when a column is missing. */
export function interactionReader(header: string): (line: string) => Interaction | string {
  const columns = (csvFields(header) ?? []).map(name => name.trim().toLowerCase())
  const [user, item, timestamp, rating] = NAMES.map(name => columns.indexOf(name)) as [number, number, number, number]
  const missing = NAMES.slice(0, 3).filter(name => !columns.includes(name))
  if (missing.length > 0) throw new RangeError(`it has no column ${missing.join(', ')}; its columns are ${columns.join(', ')}`)
  return line => {
    const fields = csvFields(line)
    if (fields === undefined || fields.length < columns.length) return `it has not ${columns.length} columns`
    const at = instantOf(fields[timestamp]!.trim())
    if (Number.isNaN(at)) return `${JSON.stringify(fields[timestamp])} is no instant`
    if (fields[user] === '' || fields[item] === '') return 'its user or its item is empty'
    const rated = rating < 0 || fields[rating]!.trim() === '' ? undefined : Number(fields[rating])
    if (Number.isNaN(rated)) return `${JSON.stringify(fields[rating])} is no rating`
    return { user: fields[user]!, item: fields[item]!, at, rating: rated }
  }
}

/** ISO 8601, a date with a space instead of the T included and UTC where no offset is told, or seconds since 1970. */
function instantOf(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * (Number(text) < MILLIS_FROM ? 1000 : 1)
  const iso = text.replace(' ', 'T')
  return Date.parse(/T.*(Z|[+-]\d\d:?\d\d)$/.test(iso) || !iso.includes('T') ? iso : `${iso}Z`)
}
