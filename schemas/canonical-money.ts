import { mismatch, Refused, shown } from './refusal.ts'

const DECIMAL = /^-?\d+(?:\.\d+)?$/
const KEPT = /^-?\d{1,15}(?:\.\d{1,10})?$/
const MAX = 1e12

/** A price as outsiders write it, a decimal string or a JSON number, to a decimal string in major units. A string keeps its decimals. */
export function canonicalMoney(value: unknown): string | Refused {
  if (typeof value === 'number') return fromNumber(value)
  if (typeof value !== 'string' || !DECIMAL.test(value)) return mismatch(value, 'money as a decimal string such as "2.55"')
  if (!KEPT.test(value) || Math.abs(Number(value)) > MAX) return outOfRange(value)
  return value
}

function fromNumber(value: number): string | Refused {
  if (!(Math.abs(value) <= MAX)) return outOfRange(value)
  const shortest = String(value)
  if (KEPT.test(shortest)) return shortest
  const text = value.toFixed(10).replace(/\.?0+$/, '')
  return text === '-0' ? '0' : text
}

const outOfRange = (value: unknown): Refused =>
  new Refused('number_out_of_range', `Expected money up to 1,000,000,000,000 with at most 10 decimals, got ${shown(value)}.`)
