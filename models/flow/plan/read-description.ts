import { cityZone } from '../../city-zones.ts'
import type { Language } from '../../text/language.ts'
import type { FlowShop } from '../flow-shop.ts'
import { amounts } from './grammar/amounts.ts'
import { audience, joinedAudience } from './grammar/audience.ts'
import { goals } from './grammar/goals.ts'
import { limits } from './grammar/limits.ts'
import { offers } from './grammar/offers.ts'
import { agesSaid, begunAndNotBought, saidOfCustomers } from './grammar/said-of-customers.ts'
import { settled } from './grammar/settled.ts'
import { times } from './grammar/times.ts'
import { begunByIf, triggers } from './grammar/triggers.ts'
import type { Item } from './item.ts'
import { keyOf, readWords } from './read-words.ts'
import { rewrite } from './rewrite.ts'
import { spellingsOf } from './spellings.ts'
import { tokensOf } from './tokens.ts'
import { cityNames } from './words/city-names.ts'
import { segmentNames, segmentQualities } from './words/segment-names.ts'

/** Everyday words that are also names of segments: they name one beside `customers` or `segment` alone. */
const EVERYDAY = new Set(['new', 'lost', 'loyal', 'promising', 'best', 'top', 'active', 'inactive', 'all', 'churned', 'regular'])
/** More words than this nobody writes to say what a campaign is to do; the rest is left unread, which is told. */
const MOST_TOKENS = 1500
/** Words that hold sentences together, and signs that say nothing. */
const SILENT = new Set(['FILL', 'DOT', 'SIGN'])

/** A description as it was understood. */
export interface Read {
  readonly items: readonly Item[]
  /** How many of its phrases are of each language. */
  readonly words: Readonly<Record<Language, number>>
  /** Whether it was read to its end. */
  readonly whole: boolean
  /** Whether sentences of it were instructions to whoever reads it, and are not read as wishes. */
  readonly instructed: boolean
}

/** What Urdu has from English, and says nothing of which of them is written. */
const LENT =
  /^(discounts?|off|offers?|customers?|codes?|carts?|clicks?|sms|msgs?|messages?|texts?|links?|emails?|free|delivery|shipping|reminders?|reply|vip|segments?|groups?|tests?|sale|products?|orders?|percent|rs|pkr|sign|signup|register|webhook|call|tag|control|stock|coupon|voucher|birthday|category|welcome|review|feedback|weekend|eid|to|he|is|me|do|in|pm|am|the|of|a|website|app|online|list|new|urdu|english|roman|march|may|hi|main|k|or|per|pay|bad|so|few|bas|nice|follow|update)$/i

function votes(items: readonly Item[]): Record<Language, number> {
  const counts = { english: 0, 'roman-urdu': 0, urdu: 0 }
  for (const { language, text } of items)
    if (language !== undefined && !(language === 'english' && LENT.test(text))) counts[language]++
  return counts
}

/** A description as a row of things that are understood, in its order. What is not stays a `WORD`. */
export function readDescription(description: string, shop: FlowShop): Read {
  const all = tokensOf(description)
  const tokens = all.slice(0, MOST_TOKENS)
  const words = readWords(tokens, namesOf(shop)).map(everyday)
  const wishes = withoutInstructions(words)
  const said = withCities(wishes.map(asCode)).filter(({ name }) => !SILENT.has(name))
  const rewritten = [
    amounts,
    agesSaid,
    times,
    limits,
    offers,
    goals,
    begunByIf,
    saidOfCustomers,
    audience,
    triggers,
    begunAndNotBought,
    settled(shop),
    joinedAudience,
  ].reduce((items, rules) => rewrite(items, rules), said)
  return {
    items: daysApart(rewritten),
    words: votes(words),
    whole: all.length <= MOST_TOKENS,
    instructed: wishes.length < words.length,
  }
}

/** Without the sentences that speak to the machine (`ignore all previous instructions and …`): what they ask for is no campaign's. */
function withoutInstructions(items: readonly Item[]): readonly Item[] {
  if (!items.some(({ name }) => name === 'INSTRUCTION')) return items
  const sentences: Item[][] = [[]]
  for (const item of items) {
    sentences.at(-1)!.push(item)
    if (item.name === 'STOP') sentences.push([])
  }
  return sentences.filter(sentence => !sentence.some(({ name }) => name === 'INSTRUCTION')).flat()
}

/** `day 1 … day 3 … day 7` as waits from one to the next, which keep the day's number: on each something is sent. */
function daysApart(items: readonly Item[]): Item[] {
  let day = items.some(({ name, number }) => name === 'DAY_NO' && number === 0) ? 0 : 1
  return items.flatMap(item => {
    if (item.name !== 'DAY_NO') return [item]
    const apart = Math.floor(item.number! - day)
    if (apart === 0 && item === items.find(({ name }) => name === 'DAY_NO')) return [{ ...item, name: 'NOW' }]
    day = Math.max(day, item.number!)
    return apart > 0 && apart <= 3650 ? [{ ...item, name: 'DUR', duration: `P${apart}D`, word: 'later' }] : []
  })
}

function namesOf({ segments }: FlowShop): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const segment of segments) {
    const key = keyOf(segment)
    if (key === '') continue
    for (const form of [key, `${key}s`, key.replace(/s$/, ''), ...aliasesOf(segment)])
      if (!names.has(form)) names.set(form, segment)
  }
  return names
}

const aliasesOf = (segment: string): readonly string[] =>
  spellingsOf(`${segmentNames[segment] ?? ''}, ${segmentQualities[segment] ?? ''}`).map(keyOf)

/** First words of what customers of a segment are called, and others are as well. */
const qualities: ReadonlySet<string> = new Set(
  Object.values(segmentQualities)
    .flatMap(spellingsOf)
    .map(phrase => keyOf(phrase).split(' ')[0]!),
)

/** `WINTER30` is a code, whatever stands before it. */
const asCode = (item: Item): Item =>
  item.name === 'WORD' && /^[A-Z]{2,}\d[A-Z0-9]*$/.test(item.text) && item.text.length >= 4 && item.text.length <= 20
    ? { ...item, name: 'CODE_SAID', word: item.text }
    : item

/** A name in capitals within a sentence is one. */
const everyday = (item: Item, at: number, items: readonly Item[]): Item =>
  item.name === 'SEGMENT_NAME' &&
  (EVERYDAY.has(item.word!.toLowerCase()) || qualities.has(keyOf(item.text))) &&
  !(item.text === item.word && item.start > 0 && at > 0 && items[at - 1]!.name !== 'STOP')
    ? { ...item, name: 'SEGMENT_MAYBE' }
    : item

/** Cities of the table of zones, by one word or two, as Latin letters write them. */
function withCities(items: readonly Item[]): Item[] {
  const found: Item[] = []
  for (let at = 0; at < items.length; at++) {
    const [item, next] = [items[at]!, items[at + 1]]
    const two = item.name === 'WORD' && next?.name === 'WORD' ? cityName(`${item.word} ${next.word}`) : undefined
    const one = item.name === 'WORD' ? cityName(item.word!) : undefined
    if (two !== undefined) found.push({ ...item, name: 'CITY', word: two, end: next!.end })
    else found.push(one === undefined ? item : { ...item, name: 'CITY', word: one })
    if (two !== undefined) at++
  }
  return found
}

function cityName(written: string): string | undefined {
  const known = cityNames.get(written)
  if (known !== undefined) return known
  if (cityZone(written) === undefined || !/^[a-z ]+$/.test(written)) return undefined
  return written.replace(/\b[a-z]/g, letter => letter.toUpperCase())
}
