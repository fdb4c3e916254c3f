import type { Condition, FlowDiscount, FlowTrigger, Weekday } from '../../../schemas/flow.ts'
import type { Language } from '../../text/language.ts'

/** What an item says, beside its name: whichever of these its kind has. */
export interface Meaning {
  readonly number?: number
  /** ISO 8601. */
  readonly duration?: string
  /** HH:MM; `until` where it is a window. */
  readonly time?: string
  readonly until?: string
  readonly days?: readonly Weekday[]
  /** ISO 4217, of `number`. */
  readonly currency?: string
  readonly discount?: FlowDiscount
  readonly condition?: Condition
  readonly trigger?: FlowTrigger
  /** A code, link, quoted text, month, name of a property, intent: as its name says. */
  readonly word?: string
}

/**
 * A stretch of a description that is understood as one thing: at first a word or sign, later a duration, an offer, a trigger. Rules match
 * `name`. `start` and `end` are UTF-16 positions in the description, `text` is what stands between them.
 */
export interface Item extends Meaning {
  readonly name: string
  /** Whose phrase it is, of one that the word tables have. */
  readonly language?: Language
  readonly text: string
  readonly start: number
  readonly end: number
}
