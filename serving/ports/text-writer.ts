import type { Placeholder } from '../../models/templates/placeholder.ts'
import type { Purpose } from '../../models/templates/purpose.ts'
import type { Discount } from '../../models/templates/step-values.ts'
import type { LanguageTag } from '../../models/text/language-tag.ts'

/** Texts that are wanted. Discounts and links are as a flow's step has them. */
export interface TextsAsked {
  readonly purpose: Purpose
  readonly languages: readonly LanguageTag[]
  /** What it is about, for whoever writes. */
  readonly about: string | undefined
  /** Exactly these are to stand in each text. */
  readonly placeholders: readonly Placeholder[]
  /** Of the longest text that may come of each. */
  readonly maxParts: number
  readonly discount: Discount | undefined
  readonly link: string | undefined
}

/** A template in one language. */
export interface WrittenText {
  readonly language: LanguageTag
  readonly text: string
  readonly placeholders: readonly Placeholder[]
  /** Of the longest text that may come of it, in the dearest letters. */
  readonly encoding: string
  readonly parts: number
  /** `built-in`: nobody wrote one that was fit to be sent, and these are its placeholders, which may be fewer than were asked for. */
  readonly source: 'written' | 'built-in'
  /** Why it is built in: nobody is there to be asked, the day's budget is spent, no answer came, or none that passed. */
  readonly why?: 'not_configured' | 'budget_spent' | 'unavailable' | 'unfit'
  /** What was wrong with what was written, or with whoever was asked. */
  readonly reasons?: readonly string[]
}

export interface TextWriter {
  /** One text in each language, in their order; always, whatever becomes of whoever writes. */
  write(asked: TextsAsked): Promise<readonly WrittenText[]>
}
