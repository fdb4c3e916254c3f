import type { Language } from '../text/language.ts'
import type { Values } from './fill-template.ts'
import type { Placeholder } from './placeholder.ts'
import type { Purpose } from './purpose.ts'

/** A text that somebody is to write. */
export interface TextAsk {
  readonly purpose: Purpose
  readonly language: Language
  /** What it is about, in the words of whoever asks; prices, dates and words in it may be used. */
  readonly about: string | undefined
  /** Exactly these are to be in it. */
  readonly placeholders: readonly Placeholder[]
  /** Of the worst text that may come of it (`worstParts`). */
  readonly maxParts: number
  /** What placeholders stand for, as far as that is the same for everybody. */
  readonly known: Values
}
