import { Refused } from './refusal.ts'
import { storable } from './storable.ts'

const MAX_DEPTH = 20
const MAX_SIZE = 65_536
/** What a number, a truth value or null counts for. */
const SMALL = 4

/** A bag of fields that we have no name for, and its size: names and texts by their length, every other value as 4. */
export interface Bag {
  readonly fields: Record<string, unknown>
  readonly size: number
}

/**
 * Checks that a bag can be kept: JSON values only, at most 20 levels, 64 Ki characters, nothing that Postgres has no room for.
 * `already` is the size of what it will be joined with. Fields named `__proto__` are left out: some reader after us may assign them.
 */
export function readBag(fields: Record<string, unknown>, already = 0): Bag | Refused {
  const seen: Seen = { size: already, prototype: false }
  const refused = look(fields, 1, seen)
  if (refused !== undefined) return refused
  return { fields: seen.prototype ? withoutPrototypes(fields) : fields, size: seen.size }
}

export function refusedCharacters(text: string): Refused | undefined {
  if (storable(text)) return undefined
  const what = text.includes('\0') ? 'a NUL character' : 'half of a surrogate pair'
  return new Refused('character_invalid', `Expected well-formed text, got ${what} in it.`)
}

interface Seen {
  size: number
  prototype: boolean
}

function look(value: unknown, depth: number, seen: Seen): Refused | undefined {
  if (typeof value === 'string') {
    seen.size += value.length
    return seen.size > MAX_SIZE ? tooLarge() : refusedCharacters(value)
  }
  if (typeof value === 'object' && value !== null) return depth > MAX_DEPTH ? tooDeep() : lookInside(value, depth, seen)
  seen.size += SMALL
  if (seen.size > MAX_SIZE) return tooLarge()
  if (value === null || value === undefined || typeof value === 'boolean') return undefined
  if (typeof value === 'number')
    return Number.isFinite(value) ? undefined : new Refused('number_out_of_range', `Expected a finite number, got ${value}.`)
  return new Refused('field_invalid', `Expected a JSON value, got a ${typeof value}.`)
}

function lookInside(value: object, depth: number, seen: Seen): Refused | undefined {
  if (Array.isArray(value)) return lookAt(value.entries(), depth, seen)
  for (const name of Object.keys(value)) {
    if (name === '__proto__') seen.prototype = true
    const refused = look(name, depth, seen)
    if (refused !== undefined) return refused.under(name)
  }
  return lookAt(Object.entries(value), depth, seen)
}

function lookAt(entries: Iterable<[string | number, unknown]>, depth: number, seen: Seen): Refused | undefined {
  for (const [step, inner] of entries) {
    const refused = look(inner, depth + 1, seen)
    if (refused !== undefined) return refused.under(step)
  }
  return undefined
}

const tooLarge = () => new Refused('properties_too_large', `Expected at most ${MAX_SIZE} characters of extra fields.`)
const tooDeep = () => new Refused('properties_too_deep', `Expected at most ${MAX_DEPTH} levels of extra fields.`)

const withoutPrototypes = (fields: Record<string, unknown>): Record<string, unknown> =>
  JSON.parse(JSON.stringify(fields), (name, value) => (name === '__proto__' ? undefined : value))
