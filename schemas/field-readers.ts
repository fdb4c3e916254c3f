import Type, { type TObject, type TSchema } from 'typebox'
import { meanings, type Reader } from './field-meanings.ts'
import { readBag, refusedCharacters } from './read-bag.ts'
import { mismatch, Refused, shown } from './refusal.ts'
import type { Shop } from './shop.ts'

/** Looks at a whole object once its fields are read: fills in what has a default, refuses what does not go together. */
export type Completion = (fields: Record<string, unknown>, shop: Shop) => Refused | undefined

/**
 * Reads an object by its closed schema: limits stand in the schema alone, `meanings` adds what a schema cannot say.
 * Null is as good as absent. What the schema has no name for moves into `properties`; what was put there by name stays.
 */
export function objectReader(schema: TObject, complete?: Completion): Reader {
  const named = Object.entries(schema.properties).filter(([name]) => name !== 'properties')
  const readers = new Map(named.map(([name, field]) => [name, meanings[name] ?? readerOf(field)]))
  const required = schema.required ?? []
  return (value, shop) => {
    if (!isObject(value)) return mismatch(value, 'an object')
    const fields: Record<string, unknown> = {}
    let extra: Record<string, unknown> | undefined
    for (const name of Object.keys(value)) {
      const given = value[name]
      const reader = readers.get(name)
      if (given === undefined || (given === null && reader !== undefined)) continue
      if (reader !== undefined) {
        const read = reader(given, shop)
        if (read instanceof Refused) return read.under(name)
        fields[name] = read
      } else if (name !== 'properties' && name !== '__proto__') {
        extra ??= {}
        extra[name] = given
      }
    }
    const refused = complete?.(fields, shop) ?? missing(required, fields) ?? addProperties(fields, value.properties, extra)
    return refused ?? fields
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function missing(required: readonly string[], fields: Record<string, unknown>): Refused | undefined {
  for (const name of required)
    if (fields[name] === undefined)
      return new Refused('field_missing', `"${name}" is required here, and it is missing or null.`).under(name)
  return undefined
}

function addProperties(fields: Record<string, unknown>, given: unknown, extra?: Record<string, unknown>): Refused | undefined {
  const named = given ?? undefined
  if (named === undefined && extra === undefined) return undefined
  if (named !== undefined && !isObject(named)) return mismatch(named, 'an object').under('properties')
  const kept = readBag(named ?? {})
  if (kept instanceof Refused) return kept.under('properties')
  const moved = readBag(extra ?? {}, kept.size)
  if (moved instanceof Refused) return moved
  fields.properties = { ...moved.fields, ...kept.fields }
  return undefined
}

/** What only a schema says: kinds, lengths, ranges, choices. */
function readerOf(schema: TSchema): Reader {
  if (Type.IsUnion(schema)) return choice(schema.anyOf.map(literalOf))
  if (Type.IsEnum(schema)) return choice(schema.enum)
  if (Type.IsLiteral(schema)) return choice([literalOf(schema)])
  if (Type.IsString(schema)) return text(limit(schema, 'minLength', 0), limit(schema, 'maxLength', Infinity))
  if (Type.IsNumber(schema)) return number(limit(schema, 'minimum', -Infinity), limit(schema, 'maximum', Infinity))
  if (Type.IsBoolean(schema)) return value => (typeof value === 'boolean' ? value : mismatch(value, 'true or false'))
  if (Type.IsArray(schema)) return list(readerOf(schema.items), limit(schema, 'minItems', 0), limit(schema, 'maxItems', Infinity))
  if (Type.IsObject(schema)) return objectReader(schema)
  throw new Error(`no reader for the schema ${JSON.stringify(schema)}`)
}

/** TypeBox's types do not tell of limits. */
const limit = (schema: TSchema, name: string, otherwise: number): number => Number(Reflect.get(schema, name) ?? otherwise)

function literalOf(schema: TSchema): string {
  if (Type.IsLiteral(schema) && typeof schema.const === 'string') return schema.const
  throw new Error(`no reader for the choice ${JSON.stringify(schema)}`)
}

function choice(allowed: readonly unknown[]): Reader {
  const known = new Set<unknown>(allowed)
  return value =>
    known.has(value) ? value : mismatch(value, allowed.length === 1 ? `"${allowed[0]}"` : `one of ${allowed.join(', ')}`)
}

function text(min: number, max: number): Reader {
  return value => {
    if (typeof value !== 'string') return mismatch(value, 'a text')
    if (value.length < min) return mismatch(value, `a text of at least ${min} character`)
    if (value.length > max && (value.length > 2 * max || [...value].length > max))
      return new Refused('field_too_long', `Expected a text of at most ${max} characters, got ${value.length}.`)
    return refusedCharacters(value) ?? value
  }
}

function number(min: number, max: number): Reader {
  return value => {
    if (typeof value !== 'number') return mismatch(value, 'a number')
    if (value >= min && value <= max) return value
    return new Refused('number_out_of_range', `Expected a number from ${min} to ${max}, got ${shown(value)}.`)
  }
}

function list(item: Reader, min: number, max: number): Reader {
  return (value, shop) => {
    if (!Array.isArray(value)) return mismatch(value, 'a list')
    if (value.length < min) return mismatch(value, `a list of at least ${min}`)
    if (value.length > max) return new Refused('list_too_long', `Expected a list of at most ${max}, got ${value.length}.`)
    const items: unknown[] = []
    for (const [at, given] of value.entries()) {
      const read = given === null ? mismatch(given, 'a value') : item(given, shop)
      if (read instanceof Refused) return read.under(at)
      items.push(read)
    }
    return items
  }
}
