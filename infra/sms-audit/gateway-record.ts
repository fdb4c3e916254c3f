import type { PhoneHash } from '../../models/phone-hash.ts'
import type { GatewayRow } from '../../models/sms-audit/tellings.ts'
import { csvFields } from '../../producers/files/csv-fields.ts'
import { type Line, lines } from '../../producers/files/lines.ts'
import { FileDamaged, openFile } from '../../producers/files/open-file.ts'
import { Complaint } from '../cli/complaint.ts'
import { phoneReader } from './phone-reader.ts'
import type { RecordColumns, RecordField } from './record-columns.ts'

export interface GatewayRecordOptions {
  readonly columns: RecordColumns
  /** What the record's `status` says of a submission that was not taken, in small letters. */
  readonly refused: readonly string[]
  /** Countries of numbers that tell none. */
  readonly region: string
  readonly phoneHash: PhoneHash
}

/** A submission, or why a line is none. */
export type RecordLine = { readonly row: GatewayRow } | { readonly line: number; readonly fault: string }

type Fields = Partial<Record<RecordField, string>>
type Parse = (text: string) => Fields | string | undefined

/**
 * A gateway's own record, one submission a line: JSON objects, or CSV below a line of names (RFC 4180, without line breaks in fields);
 * plain or gzip. It is read as it comes: of a line nothing is kept but what it answers.
 */
export async function* gatewayRecord(path: string, options: GatewayRecordOptions): AsyncGenerator<RecordLine> {
  const file = await openFile(path)
  const reading = file.read(0)
  const isJson = file.head
    .replace(/^\ufeff/, '')
    .trimStart()
    .startsWith('{')
  const rowOf = rowReader(options)
  let parse = isJson ? jsonFields(options.columns) : undefined
  try {
    for await (const line of lines(reading.bytes)) {
      if (line.fault === undefined && line.text.trim() === '') continue
      if (parse === undefined) parse = csvFieldsBelow(line, path, options.columns)
      else yield readLine(line, parse, rowOf)
    }
  } catch (error) {
    if (error instanceof FileDamaged) throw new Complaint(`${path} is cut off or damaged (${error.message}).`)
    throw error
  } finally {
    reading.close()
  }
}

function readLine(line: Line, parse: Parse, rowOf: (fields: Fields) => GatewayRow | string): RecordLine {
  const fields = line.fault === undefined ? parse(line.text) : line.fault
  const row = typeof fields === 'object' ? rowOf(fields) : (fields ?? 'it is no row of the record')
  return typeof row === 'string' ? { line: line.number, fault: row } : { row }
}

function jsonFields(columns: RecordColumns): Parse {
  const names = Object.entries(columns).filter(([, column]) => column !== '') as [RecordField, string][]
  return text => {
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      return 'it is not JSON'
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'it is no JSON object'
    const found = value as Readonly<Record<string, unknown>>
    return Object.fromEntries(
      names.flatMap(([name, column]) => (isText(found[column]) ? [[name, String(found[column])]] : [])),
    ) as Fields
  }
}

const isText = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number'

/** @throws {Complaint} when the first line does not name a reference */
function csvFieldsBelow(head: Line, path: string, columns: RecordColumns): Parse {
  const names = (head.fault === undefined ? csvFields(head.text) : undefined)?.map(name => name.trim()) ?? []
  if (!names.includes(columns.reference))
    throw new Complaint(
      `${path} has neither JSON objects nor a first line with a column ${columns.reference}: it begins with ${JSON.stringify(names.slice(0, 6).join(','))}. --columns names other ones.`,
    )
  const places = Object.entries(columns).map(([name, column]) => [name as RecordField, names.indexOf(column)] as const)
  return text => {
    const fields = csvFields(text)
    if (fields === undefined) return 'its quotes are broken'
    if (fields.length !== names.length) return `it has ${fields.length} fields, and there are ${names.length} columns`
    return Object.fromEntries(
      places.flatMap(([name, at]) => (at < 0 || fields[at] === '' ? [] : [[name, own(fields[at]!)]])),
    ) as Fields
  }
}

/** A string without the line that it was cut from, which the engine would keep in memory for it. */
const own = (piece: string): string => Buffer.from(piece.trim(), 'utf8').toString('utf8')

function rowReader({ refused, region, phoneHash }: GatewayRecordOptions): (fields: Fields) => GatewayRow | string {
  const phoneOf = phoneReader(region)
  return ({ reference, to, id, at, status }) => {
    if (reference === undefined || reference === '') return 'it has no reference'
    const instant = at === undefined ? undefined : instantOf(at)
    if (Number.isNaN(instant)) return `${JSON.stringify(at)} is no instant`
    const phone = to === undefined ? undefined : phoneOf(to)
    return {
      reference,
      id,
      at: instant,
      phone: phone === undefined ? undefined : phoneHash(phone),
      taken: status === undefined || !isRefused(status, refused),
    }
  }
}

/** ISO 8601, or a number since 1970: of seconds as long as that is before the year 5000, else of milliseconds. */
function instantOf(text: string): number {
  if (!/^-?\d+(\.\d+)?$/.test(text)) return Date.parse(text)
  const number = Number(text)
  return number < 1e11 ? Math.round(number * 1000) : Math.round(number)
}

/** 4xx, of gateways that record what they answered by HTTP; or one of the words. */
const isRefused = (status: string, words: readonly string[]): boolean =>
  /^4\d\d$/.test(status.trim()) || words.includes(status.trim().toLowerCase())
