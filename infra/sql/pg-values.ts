import pg from 'pg'
import type { SqlValue } from '../../streams/sql.ts'

const INT8 = 20
const INT8_ARRAY = 1016
const NUMERIC_ARRAY = 1231

/** A bigint as a number. Beyond 2^53 it throws: another number than the stored one would be worse. */
function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`a bigint beyond 2^53 came back: ${text}; select it as text or numeric`)
  return value
}

const integers = (text: string): (number | null)[] =>
  text === '{}'
    ? []
    : text
        .slice(1, -1)
        .split(',')
        .map(item => (item === 'NULL' ? null : safeInteger(item)))

const numerics = (text: string): (string | null)[] =>
  text === '{}'
    ? []
    : text
        .slice(1, -1)
        .split(',')
        .map(item => (item === 'NULL' ? null : item))

const parsers = new Map<number, (text: string) => unknown>([
  [INT8, safeInteger],
  [INT8_ARRAY, integers],
  [NUMERIC_ARRAY, numerics],
])

/** How columns come back (see `SqlRow`). Given to each client, so that nobody else's pg in this process changes. */
export const valueTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && parsers.get(oid)) || pg.types.getTypeParser(oid, format ?? 'text'),
}

/** Characters that an array literal has to quote or escape, and texts it would read as something else. */
const plain = /^[\w.:+-]+$/

function element(value: Exclude<SqlValue, readonly unknown[]>): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') {
    if (plain.test(value) && (value.length !== 4 || value.toUpperCase() !== 'NULL')) return value
    return value.includes('"') || value.includes('\\') ? `"${value.replace(/["\\]/g, '\\$&')}"` : `"${value}"`
  }
  if (typeof value === 'object') return `"\\\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}"`
  return String(value)
}

/** A parameter as the wire has it: bytes stay bytes, arrays become array literals, whatever their element type. */
export function toParameter(value: SqlValue): string | Uint8Array | null {
  if (value === null || typeof value === 'string' || value instanceof Uint8Array) return value
  if (typeof value === 'object') return `{${value.map(element).join(',')}}`
  return String(value)
}
