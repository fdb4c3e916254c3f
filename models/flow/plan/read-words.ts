import type { Item } from './item.ts'
import { nearPhrase } from './near-phrases.ts'
import { longestFrom, phrases } from './phrases.ts'
import { plainWord, tokensOf } from './tokens.ts'

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
  for (
    let words = 1;
    words <= Math.max(LONGEST_NAME, longestFrom.get(first.word!) ?? LONGEST_NEAR) && at + words <= tokens.length;
    words++
  ) {
    const last = tokens[at + words - 1]!
    if (last.name !== 'WORD') break
    key = words === 1 ? last.word! : `${key} ${last.word!}`
    const span = { start: first.start, end: last.end, text: first.text }
    const segment = named.get(key)
    const known = phrases.get(key) ?? nearPhrase(key)
    if (segment !== undefined) found = { words, item: { ...span, name: 'SEGMENT_NAME', word: segment } }
    else if (known !== undefined)
      found = {
        words,
        item: { ...span, ...known, word: first.word! },
      }
  }
  return found
}
/** Words of a phrase whose first word no table has as it is spelt. */
const LONGEST_NEAR = 3
/** Words of a segment's name. */
const LONGEST_NAME = 4

/** As the tables key it. */
export const keyOf = (phrase: string): string =>
  tokensOf(phrase)
    .flatMap(({ name, word }) => (name === 'WORD' ? [word!] : []))
    .join(' ')
