import type { TSchema } from 'typebox'
import { FlowDuration, LocalTime, StepId } from '../../schemas/flow.ts'

type Limits = {
  readonly [name in 'minLength' | 'maxLength' | 'minimum' | 'maximum' | 'exclusiveMinimum' | 'minItems' | 'maxItems']?: number
} & { readonly uniqueItems?: boolean }

/** What a value of a schema must be, in words that fit behind "must be". */
export function mustBe(schema: TSchema | { readonly anyOf: readonly TSchema[] }): string {
  const { type, enum: choices, const: only, anyOf, format } = schema as Record<string, unknown>
  if (Array.isArray(choices)) return choices.length === 1 ? JSON.stringify(choices[0]) : `one of ${choices.join(', ')}`
  if (only !== undefined) return JSON.stringify(only)
  if (Array.isArray(anyOf)) return [...new Set(anyOf.map(mustBe))].join(', or ')
  if (format === 'date-time') return 'an instant in ISO 8601, such as 2026-12-01T09:00:00Z'
  if (type === 'string') return textWords(schema as Limits & { pattern?: string })
  if (type === 'number' || type === 'integer') return numberWords(schema as Limits, type === 'integer')
  if (type === 'array') return listWords(schema as Limits)
  if (type === 'boolean') return 'true or false'
  return 'an object'
}

/** Patterns by what they are for. */
const PATTERNS: Readonly<Record<string, string>> = {
  [patternOf(FlowDuration)]: 'a duration in ISO 8601 such as P3D, P2W or PT12H, without months or years and more than zero',
  [patternOf(LocalTime)]: 'a time such as 09:30',
  [patternOf(StepId)]: 'an id of small letters, digits and hyphens, at most 64',
}
const BY_BEGINNING: readonly (readonly [string, string])[] = [
  ['^https?:', 'an address that begins with https:// or http://'],
  ['^(segment|', 'a field of the customer, such as segment, rfm.recency or purchases.total'],
  ['^[A-Z]{3}$', 'a currency of three capital letters, such as PKR'],
  ['^[A-Z0-9]', 'a code of 3 to 20 capital letters and digits'],
  ['^\\+', 'a phone number such as +923001234567'],
]

function textWords({ pattern, minLength = 0, maxLength }: Limits & { pattern?: string }): string {
  if (pattern !== undefined)
    return (
      PATTERNS[pattern] ?? BY_BEGINNING.find(([begins]) => pattern.startsWith(begins))?.[1] ?? 'a name of letters, digits and _'
    )
  const most = maxLength === undefined ? '' : ` of at most ${maxLength} characters`
  return `a text${most}${minLength > 0 ? ', not empty' : ''}`
}

function numberWords({ minimum, maximum, exclusiveMinimum }: Limits, whole: boolean): string {
  const from =
    exclusiveMinimum !== undefined ? `more than ${exclusiveMinimum}` : minimum !== undefined ? `at least ${minimum}` : ''
  const bounds = [from, maximum === undefined ? '' : `at most ${maximum}`].filter(words => words !== '').join(' and ')
  return `a ${whole ? 'whole ' : ''}number${bounds === '' ? '' : `, ${bounds}`}`
}

function listWords({ minItems = 0, maxItems, uniqueItems }: Limits): string {
  if (maxItems === 0) return 'an empty list'
  const count = maxItems === undefined ? (minItems > 0 ? ` of ${minItems} or more` : '') : ` of ${minItems} to ${maxItems}`
  return `a list${count}${uniqueItems ? ', each once' : ''}`
}

/** TypeBox's types do not tell of patterns. */
function patternOf(schema: TSchema): string {
  return String(Reflect.get(schema, 'pattern'))
}
