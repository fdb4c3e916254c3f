import type { Comparison, Condition } from '../../schemas/flow.ts'
import type { CustomerView } from './customer-view.ts'
import { fieldOf } from './field-of.ts'

type Scalar = string | number | boolean

/**
 * Whether a condition holds of a customer. Pure.
 *
 * A comparison with what is not known is false, `ne` and `nin` as well: nobody is written to for what nobody knows. Only `exists: false`
 * holds then. Of a field that is a list (interests, products bought) one that fits is enough for `eq`, `in`, `contains` and orders; `ne` and
 * `nin` hold when none does. Texts are compared as they are written; yes and no count as 1 and 0 where an order is asked for.
 */
export function holds(condition: Condition, view: CustomerView): boolean {
  if ('all' in condition) return condition.all.every(one => holds(one, view))
  if ('any' in condition) return condition.any.some(one => holds(one, view))
  if ('not' in condition) return !holds(condition.not, view)
  return compare(condition, view)
}

function compare(comparison: Comparison, view: CustomerView): boolean {
  const value = fieldOf(comparison.field, comparison.within, view)
  const all = Array.isArray(value) ? value.filter(isScalar) : isScalar(value) ? [value] : []
  if (comparison.op === 'exists')
    return (value !== undefined && (!Array.isArray(value) || all.length > 0)) === (comparison.value ?? true)
  if (value === undefined || (all.length === 0 && !Array.isArray(value))) return false
  if (comparison.op === 'ne') return all.every(one => one !== comparison.value)
  if (comparison.op === 'nin') return all.every(one => !isAmong(one, comparison.value))
  return all.some(one => fits(one, comparison))
}

function fits(one: Scalar, comparison: Exclude<Comparison, { op: 'exists' }>): boolean {
  switch (comparison.op) {
    case 'eq':
      return one === comparison.value
    case 'in':
      return isAmong(one, comparison.value)
    case 'contains':
      return one === comparison.value || (typeof one === 'string' && one.includes(String(comparison.value)))
    case 'lt':
      return numberOf(one) < comparison.value
    case 'lte':
      return numberOf(one) <= comparison.value
    case 'gt':
      return numberOf(one) > comparison.value
    case 'gte':
      return numberOf(one) >= comparison.value
    default:
      return false
  }
}

const isAmong = (one: Scalar, among: readonly (string | number)[]): boolean => (among as readonly Scalar[]).includes(one)

/** NaN, which is in no order, for words. */
const numberOf = (one: Scalar): number => (typeof one === 'string' ? Number.NaN : Number(one))

const isScalar = (value: unknown): value is Scalar =>
  typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && !Number.isNaN(value))
