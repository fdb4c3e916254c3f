import type { Language } from '../../text/language.ts'
import { spellingsOf } from './spellings.ts'
import { tokensOf } from './tokens.ts'
import { actionWords } from './words/action-words.ts'
import { customerWords } from './words/customer-words.ts'
import { offerWords } from './words/offer-words.ts'
import { numberWords, ordinalWords, smallWords } from './words/small-words.ts'
import { timeWords } from './words/time-words.ts'

/** What a phrase of the word tables means. */
export interface Known {
  readonly name: string
  readonly number?: number
  readonly language?: Language
}

/** Of the columns of the word tables. */
const LANGUAGES = ['english', 'roman-urdu', 'urdu'] as const

/** Phrases by their words joined with spaces. */
export const phrases: ReadonlyMap<string, Known> = phrasesOf()
/** How many words the longest phrase has that begins with a word. */
export const longestFrom: ReadonlyMap<string, number> = longestOf()

function phrasesOf(): Map<string, Known> {
  const known = new Map<string, Known>()
  const add = (phrase: string, meant: Known) => {
    const key = tokensOf(phrase)
      .map(({ word, text }) => word ?? text)
      .join(' ')
    if (!known.has(key)) known.set(key, meant)
  }
  for (const entry of [...timeWords, ...customerWords, ...actionWords, ...offerWords, ...smallWords]) {
    const [name, ...cells] = entry
    cells.forEach((cell, at) => {
      for (const phrase of spellingsOf(cell ?? '')) add(phrase, { name, language: LANGUAGES[at]! })
    })
  }
  for (const [number, cell] of numberWords) for (const phrase of spellingsOf(cell)) add(phrase, { name: 'NUM', number })
  for (const [number, cell] of ordinalWords) for (const phrase of spellingsOf(cell)) add(phrase, { name: 'NTH', number })
  return known
}

function longestOf(): Map<string, number> {
  const longest = new Map<string, number>()
  for (const phrase of phrases.keys()) {
    const words = phrase.split(' ')
    longest.set(words[0]!, Math.max(longest.get(words[0]!) ?? 0, words.length))
  }
  return longest
}
