import type { Comparison } from '../../../schemas/flow.ts'

/** Which values a field may have: unknown or not; among some, or not among some, or within an interval. */
export interface Values {
  readonly unknown: boolean
  readonly among?: readonly unknown[]
  readonly except?: readonly unknown[]
  readonly interval?: Interval
}
interface Interval {
  readonly from: number
  readonly to: number
  readonly fromIn: boolean
  readonly toIn: boolean
}

const { POSITIVE_INFINITY: MOST_OF_ALL, NEGATIVE_INFINITY: LEAST_OF_ALL } = Number
const below = (to: number, toIn: boolean): Interval => ({ from: LEAST_OF_ALL, fromIn: true, to, toIn })
export const above = (from: number, fromIn: boolean): Interval => ({ from, fromIn, to: MOST_OF_ALL, toIn: true })

export function valuesOf({ op, value }: Comparison, holds: boolean): Values {
  const not = { unknown: true }
  switch (op) {
    case 'eq':
      return holds ? { unknown: false, among: [value] } : { ...not, except: [value] }
    case 'ne':
      return holds ? { ...not, except: [value] } : { ...not, among: [value] }
    case 'in':
      return holds ? { unknown: false, among: value } : { ...not, except: value }
    case 'nin':
      return holds ? { ...not, except: value } : { ...not, among: value }
    case 'lt':
      return holds ? { unknown: false, interval: below(value, false) } : { ...not, interval: above(value, true) }
    case 'lte':
      return holds ? { unknown: false, interval: below(value, true) } : { ...not, interval: above(value, false) }
    case 'gt':
      return holds ? { unknown: false, interval: above(value, false) } : { ...not, interval: below(value, true) }
    case 'gte':
      return holds ? { unknown: false, interval: above(value, true) } : { ...not, interval: below(value, false) }
    case 'exists':
      return (value !== false) === holds ? { unknown: false, except: [] } : { unknown: true, among: [] }
    case 'contains':
      return { unknown: true, except: [] }
  }
}

export function disjoint(a: Values, b: Values): boolean {
  if (a.unknown && b.unknown) return false
  if (a.among !== undefined) return a.among.every(value => !has(b, value))
  if (b.among !== undefined) return b.among.every(value => !has(a, value))
  if (a.interval === undefined || b.interval === undefined) return false
  return isBefore(a.interval, b.interval) || isBefore(b.interval, a.interval)
}

/** What a field can be at all, where numbers have bounds. */
export function rangeOf(field: string): Values {
  if (/^rfm\.[rfm]$/.test(field)) return { unknown: true, interval: { from: 1, to: 5, fromIn: true, toIn: true } }
  if (field === 'sentiment') return { unknown: true, interval: { from: -1, to: 1, fromIn: true, toIn: true } }
  if (/^(rfm\.(recency|frequency)|cart\.items|purchases\.count|clicks\.count)$/.test(field))
    return { unknown: true, interval: above(0, true) }
  return { unknown: true, except: [] }
}

const isBefore = (a: Interval, b: Interval): boolean => a.to < b.from || (a.to === b.from && !(a.toIn && b.fromIn))

/** Whether a value may be one of them. Texts that differ in case alone may be the same. */
function has({ among, except, interval }: Values, value: unknown): boolean {
  if (among !== undefined) return among.some(other => loose(other) === loose(value))
  if (except !== undefined) return !except.includes(value)
  const number = Number(value)
  if (interval === undefined || Number.isNaN(number)) return true
  const point = { from: number, to: number, fromIn: true, toIn: true }
  return !isBefore(interval, point) && !isBefore(point, interval)
}

const loose = (value: unknown): string => String(value).trim().toLowerCase()
