import { cityZone } from '../../city-zones.ts'
import type { Language } from '../../text/language.ts'
import type { Item } from './item.ts'
import { spellingsOf } from './spellings.ts'
import { plainWord, tokensOf } from './tokens.ts'
import { actionWords } from './words/action-words.ts'
import { customerWords } from './words/customer-words.ts'
import { offerWords } from './words/offer-words.ts'
import { numberWords, smallWords } from './words/small-words.ts'
import { timeWords } from './words/time-words.ts'

interface Known {
  readonly name: string
  readonly number?: number
  readonly language?: Language
}

/** Of the columns of the word tables. */
const LANGUAGES = ['english', 'roman-urdu', 'urdu'] as const

/** Phrases by their words joined with spaces. */
export const phrases: ReadonlyMap<string, Known> = phrasesOf()
/** How many words the longest phrase has that begins with a word. */
const lengths: ReadonlyMap<string, number> = lengthsOf()

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
  return known
}

function lengthsOf(): Map<string, number> {
  const longest = new Map<string, number>()
  for (const phrase of phrases.keys()) {
    const words = phrase.split(' ')
    longest.set(words[0]!, Math.max(longest.get(words[0]!) ?? 0, words.length))
  }
  return longest
}

/**
 * Tokens with every phrase of the word tables as one item, the longest first. A word that no table has stays `WORD`.
 *
 * @param named further phrases and what they are: the shop's segments
 */
export function readWords(tokens: readonly Item[], named: ReadonlyMap<string, string>): Item[] {
  const items: Item[] = []
  for (let at = 0; at < tokens.length; ) {
    const token = tokens[at]!
    const found = token.name === 'WORD' ? longestAt(tokens, at, named) : undefined
    items.push(found?.item ?? answerOf(token) ?? token)
    at += found?.words ?? 1
  }
  return items
}

const SHORTEST_MISSPELT = 6

/** Words of the tables by what is left of them without one letter. */
const lacking: ReadonlyMap<string, Known> = lackingOf()

function lackingOf(): Map<string, Known> {
  const found = new Map<string, Known>()
  for (const [word, known] of phrases) {
    if (word.length < SHORTEST_MISSPELT || !/^[a-z]+$/.test(word)) continue
    for (const left of without(word)) if (!found.has(left)) found.set(left, known)
  }
  return found
}

/** A word without each of its letters but the first in turn. */
function without(word: string): string[] {
  return [...word.slice(1)].map((_, at) => word.slice(0, at + 1) + word.slice(at + 2))
}

/**
 * `custmers`, `welccome`, `dsicount`, `dayz`: what is meant by a longer word that no table has, with a letter too few, too many or two in
 * each other's place. A letter that is another is none of these: `sneakers` are no `speakers`.
 */
function misspelt(word: string): Known | undefined {
  if (!/^[a-z]{4,20}$/.test(word) || cityZone(word) !== undefined) return undefined
  const plural = word.endsWith('z') ? phrases.get(`${word.slice(0, -1)}s`) : undefined
  if (plural !== undefined || word.length < SHORTEST_MISSPELT) return plural
  const swapped = [...word.slice(2)].map((letter, at) => word.slice(0, at + 1) + letter + word[at + 1] + word.slice(at + 3))
  const near = [...without(word).filter(({ length }) => length >= SHORTEST_MISSPELT), ...swapped]
  return lacking.get(word) ?? near.map(other => phrases.get(other)).find(known => known !== undefined)
}

/** A yes or no in quotes is what somebody answers, not what is to be said. */
function answerOf(token: Item): Item | undefined {
  const known = token.name === 'QUOTE' ? phrases.get(plainWord(token.word!)) : undefined
  return known?.name === 'YES' || known?.name === 'NO' ? { ...token, ...known } : undefined
}

function longestAt(
  tokens: readonly Item[],
  at: number,
  named: ReadonlyMap<string, string>,
): { item: Item; words: number } | undefined {
  const first = tokens[at]!
  let key = ''
  let found: { item: Item; words: number } | undefined
  for (let words = 1; words <= Math.max(LONGEST_NAME, lengths.get(first.word!) ?? 1) && at + words <= tokens.length; words++) {
    const last = tokens[at + words - 1]!
    if (last.name !== 'WORD') break
    key = words === 1 ? last.word! : `${key} ${last.word!}`
    const span = { start: first.start, end: last.end, text: first.text }
    const segment = named.get(key)
    const known = phrases.get(key) ?? (words === 1 ? misspelt(key) : undefined)
    if (segment !== undefined) found = { words, item: { ...span, name: 'SEGMENT_NAME', word: segment } }
    else if (known !== undefined)
      found = {
        words,
        item: { ...span, ...known, word: first.word! },
      }
  }
  return found
}
/** Words of a segment's name. */
const LONGEST_NAME = 4

/** As the tables key it. */
export const keyOf = (phrase: string): string =>
  tokensOf(phrase)
    .flatMap(({ name, word }) => (name === 'WORD' ? [word!] : []))
    .join(' ')
