import type { ErrorCode } from './error-codes.ts'

/** Why something from outside is not taken. `pointer` is a JSON pointer (RFC 6901) to the spot; empty for the whole. */
export interface Refusal {
  code: ErrorCode
  message: string
  pointer: string
}

/** A refusal on its way up: a value, not an exception; each level it passes adds its step to the pointer. */
export class Refused implements Refusal {
  readonly code: ErrorCode
  readonly message: string
  readonly pointer: string

  constructor(code: ErrorCode, message: string, pointer = '') {
    this.code = code
    this.message = message
    this.pointer = pointer
  }

  under(step: string | number): Refused {
    return new Refused(this.code, this.message, `/${escaped(String(step))}${this.pointer}`)
  }

  toRefusal(): Refusal {
    return { code: this.code, message: this.message, pointer: this.pointer }
  }
}

/** What came, short enough for a sentence: the start of a text or number, only the kind of anything bigger. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  if (typeof value !== 'string') return String(value).slice(0, MAX_SHOWN)
  return JSON.stringify(storable(value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value))
}

/** Expected something else. */
export const mismatch = (value: unknown, expected: string): Refused =>
  new Refused('field_invalid', `Expected ${expected}, got ${shown(value)}.`)

const MAX_SHOWN = 40
const MAX_STEP = 128

/** Refusals are stored as dead letters, so they must not carry on what Postgres cannot keep. */
const storable = (text: string): string => text.replace(/[\0\p{Surrogate}]/gu, '\ufffd')
const escaped = (step: string): string => storable(step.slice(0, MAX_STEP)).replaceAll('~', '~0').replaceAll('/', '~1')
