import type { Comparison, Condition } from '../../../../schemas/flow.ts'
import type { Item } from '../item.ts'
import { type Made, type Rule, rule } from '../rewrite.ts'
import { allOf } from './all-of.ts'
import { languages, languagesIn } from './languages.ts'

type Op = 'lt' | 'lte' | 'gt' | 'gte' | 'eq'
const OP = '(MORE_THAN|LESS_THAN|AT_LEAST|AT_MOST|ONLY)'
const ops: Readonly<Record<string, Op>> = { MORE_THAN: 'gt', LESS_THAN: 'lt', AT_LEAST: 'gte', AT_MOST: 'lte', ONLY: 'eq' }
/** `in the last 30 days`, `30 din mein`. */
const LATELY = '((IN|WITHIN|SINCE|FOR|OR)? (PAST|MEIN)? DUR (MEIN|WITHIN|SE)?)'
const BEFOREHAND = '(PAST? DUR (MEIN|WITHIN|SE|KO) (SOMEONE|THEM)?)'

const condition = (of: Condition): Made => ({ name: 'COND', condition: of })
/** A purchase of a kind: who has made one, or, of a trigger, the one that is made. */
const bought = (of: Condition): Made => ({ name: 'BOUGHT', condition: of })
const opIn = (items: readonly Item[], otherwise: Op): Op =>
  items.map(({ name }) => ops[name]).find(op => op !== undefined) ?? otherwise
const numberIn = (items: readonly Item[]): number => items.find(item => item.number !== undefined)!.number!
const withinOf = (items: readonly Item[]) => {
  const duration = items.find(item => item.duration !== undefined)?.duration
  return duration === undefined ? {} : { within: duration }
}
const compared = (field: string, op: Op, value: number, within: { within?: string } = {}): Comparison =>
  op === 'eq' ? { field, op, value, ...within } : { field, op, value, ...within }

/** Without a span RFM knows it; within one, the purchases of that span do. */
const spent = (items: readonly Item[]): Made => {
  const within = withinOf(items)
  const op = opIn(items, 'gte')
  const made = items.some(({ name }) => name === 'BUY') ? bought : condition
  return made(compared('within' in within ? 'purchases.total' : 'rfm.monetary', op, numberIn(items), within))
}
const ordered = (items: readonly Item[], otherwise: Op = 'gte'): Made => {
  const within = withinOf(items)
  return bought(
    compared(
      'within' in within ? 'purchases.count' : 'rfm.frequency',
      opIn(items, items.some(isExact) ? 'eq' : otherwise),
      numberIn(items),
      within,
    ),
  )
}
/** `exactly once`, which is one phrase. */
const isExact = ({ name, text }: Item): boolean => name === 'COUNT' && /^(exactly|just|only)/i.test(text)
/** Words side by side: what stands beyond others that say nothing is of something else. */
function wordsIn(items: readonly Item[]): string {
  const from = items.findIndex(isNamed)
  const named = items.slice(Math.max(0, from)).filter(isNamed)
  const gap = named.findIndex((item, at) => at > 0 && item.start - named[at - 1]!.end > 1)
  return named
    .slice(0, gap === -1 ? undefined : gap)
    .flatMap(({ name, word, text }) => (name === 'WORD' ? [word!] : name === 'QUOTE' ? [word!] : name === 'NAMED' ? [text] : []))
    .join(' ')
}
const isNamed = ({ name }: Item): boolean => name === 'WORD' || name === 'QUOTE' || name === 'NAMED'
const about =
  (field: string, op: 'eq' | 'contains') =>
  (items: readonly Item[]): Made => {
    const value = wordsIn(items)
    if (items[0]!.name === 'BUY' && !inEnglish(items)) return undefined
    const made = field.startsWith('purchases') ? bought : condition
    return value === '' ? undefined : made({ field, op, value, ...withinOf(items) })
  }
const profile = (trait: string, value: string | number) => (): Made => condition({ field: `profile.${trait}`, op: 'eq', value })
const age = (items: readonly Item[], otherwise: Op): Made => {
  const value = numberIn(items)
  return value >= 5 && value <= 120 ? condition(compared('profile.age', opIn(items, otherwise), value)) : undefined
}
const ageRange = (items: readonly Item[]): Made => {
  const [from, to] = items.flatMap(({ name, number }) => (name === 'AGE' || name === 'NUM' ? [number!] : []))
  return from! < to! && to! <= 120
    ? condition({ all: [compared('profile.age', 'gte', from!), compared('profile.age', 'lte', to!)] })
    : undefined
}
const neverBought = (items: readonly Item[]): Made => {
  const found = about('purchases.category', 'contains')(items)
  return found?.condition === undefined || !inEnglish(items) ? undefined : condition({ not: found.condition })
}
const inEnglish = (items: readonly Item[]): boolean =>
  items.every(({ text }) => !/\p{Script=Arabic}/u.test(text)) && /buy|bought|order|purchas/i.test(items[0]!.text)

/** How long somebody has not bought. */
const inactive = (items: readonly Item[]): Made => {
  const duration = items.find(item => item.duration !== undefined)?.duration
  return duration === undefined ? undefined : { name: 'INACTIVE', duration }
}
const NOTHING = '(NOT|NO|NOTHING|LESS_THAN)'
const DID = '(BUY|VISIT|SPEND)'

/** Who is meant: by what they bought, spent, looked at and are. Rules for whole phrases stand before those for their parts. */
export const audience: readonly Rule[] = [
  rule('REPLY (SE|BY|TO|WITH|PAR)* BUY (?=(DO|GIVE|OFFER|DUR|STOP|COMMA|WITHIN|KE))', 'PURCHASE_OFFER'),
  rule('BUY (THEM|A|PRODUCT|NOTHING|SOMEONE|VIEW)* (BY|WITH|SE) REPLY', 'PURCHASE_OFFER'),
  rule('BUY (THEM|A|PRODUCT)* (FROM|IN|BY) SEND', 'PURCHASE_OFFER'),
  // Bought nothing for so long.
  rule(
    `${NOTHING}+ (FROM|AGAIN|SOMEONE)* ${DID} (NOTHING|FROM|AGAIN|AT|FOR|IN|SINCE|WITHIN|OR|MORE_THAN|AT_LEAST|MEIN|PAST|TO|A)* DUR (OR|MORE_THAN|AT_LEAST|NOW)*`,
    inactive,
  ),
  rule(
    `(MORE_THAN|AT_LEAST|PAST)* DUR (MORE_THAN|AT_LEAST|SE|MEIN|WITHIN|PAST|KO|TAK|PAR|TIMES|AGAIN)* (SOMEONE|THEM|CUSTOMER|WALE|SE|NOW)* (NOTHING|PRODUCT|FROM|ON|CUSTOMER)* (NOT ${DID}|${DID} (NOTHING|SE)* NOT|NOT NOTHING ${DID})`,
    inactive,
  ),
  rule(`(SOMEONE|THEM)* ${DID} (NOTHING)* NOT (IN|SINCE|FOR)* DUR`, inactive),
  rule(`${DID} NOTHING (NOT|FROM|AGAIN|AT|FOR|IN|SINCE|WITHIN|OR|MORE_THAN|AT_LEAST|MEIN|PAST|A)* DUR`, inactive),
  rule('(?<=(YES|NO|ASKS) ANY{0,14}) WINBACK (FOR|SINCE|IN|A)* DUR', items => ({ ...inactive(items)!, name: 'SILENT' })),
  rule(`(WINBACK|SEGMENT_MAYBE|NOT ENGAGED) (FOR|SINCE|IN|MORE_THAN|AT_LEAST|CUSTOMER|PAST|OR|AFTER)* DUR`, inactive),
  rule('WINBACK (CUSTOMER|COMMA)* DUR WALE', inactive),
  rule('DUR (WITH|A)* (NO|NOT) A? BUY', inactive),
  rule('WINBACK CUSTOMER? COMMA (MORE_THAN|AT_LEAST)* DUR (?=COMMA)', items =>
    items.some(({ text }) => text === '(') ? inactive(items) : undefined,
  ),
  rule(`DUR (SE|OF|MORE_THAN|AT_LEAST|OR|SINCE)* (WINBACK)`, inactive),
  rule(`DUR (SINCE|AFTER|FROM|LATER)+ (THEM|SOMEONE|A)* PAST (FIRST_N)? BUY`, inactive),
  rule(`PAST BUY (WITH|MORE_THAN|AT_LEAST|SE|KO|LATER|NUM)* DUR (AGO|MORE_THAN|OR|LATER|SE|PAST|BEFORE|FROM)*`, inactive),
  rule(`(BUY|LAST_BOUGHT) (MORE_THAN|AT_LEAST|SE)* DUR (AGO|BEFORE)`, inactive),
  rule(`(WINBACK|BUY) SE DUR`, inactive),
  rule('(PAST BUY|LAST_BOUGHT|BUY|VISIT) AGO_RANGE', items => {
    const range = items.at(-1)!
    return condition({
      all: [compared('rfm.recency', 'gte', range.number!), compared('rfm.recency', 'lte', Number(range.word))],
    })
  }),
  // Named segments, and those who are meant by a quality.
  rule('(SEGMENT_MAYBE (CUSTOMER|SEGMENT)+|SEGMENT SEGMENT_MAYBE)', found => ({
    name: 'SEGMENT_NAME',
    word: found.find(({ name }) => name === 'SEGMENT_MAYBE')!.word!,
  })),
  rule('SEGMENT? SEGMENT_NAME (CUSTOMER|SEGMENT)*', found => ({
    name: 'SEGMENT_COND',
    word: found.find(({ name }) => name === 'SEGMENT_NAME')!.word!,
  })),
  // What is marked, which would else be somebody who is meant.
  rule(
    'TAG (?:(?!STOP|COMMA|AS|AND)ANY){0,5} AS A? (TOP|WINBACK|SEGMENT_NAME|SEGMENT_MAYBE|WORD|QUOTE|FREQUENT|INTERESTED|HAPPY|UNHAPPY)',
    tagged,
  ),
  rule('(TOP|WINBACK|SEGMENT_NAME|SEGMENT_MAYBE|WORD|QUOTE) (KO|AS)? TAG', tagged),
  rule('TOP (NUM|PCT)? TOP? (SPEND)? (CUSTOMER|SEGMENT)+', () => ({ name: 'TOP_COND' })),
  rule('(TOP) (?=(GIVE|OFFER|COMMA|PCT|SEND|KO|AND|STOP|ELSE|THEN|EVERY|WITH|TO))', ([item]) =>
    /^(vip|وی)/i.test(item!.text) ? { name: 'TOP_COND' } : undefined,
  ),
  rule('(IF|SOMEONE|THEM|TO|FOR|EXCEPT|NOT) TOP', found =>
    /^(vip|وی)/i.test(found[1]!.text)
      ? { name: found[0]!.name === 'EXCEPT' ? 'EXCEPT_TOP' : found[0]!.name === 'IF' ? 'IF_TOP' : 'TOP_COND' }
      : undefined,
  ),
  rule('BIG_SPENDER', () => condition({ field: 'rfm.m', op: 'gte', value: 4 })),
  rule('FREQUENT', () => condition({ field: 'rfm.f', op: 'gte', value: 4 })),
  rule('ONE_TIME', () => condition({ field: 'rfm.frequency', op: 'eq', value: 1 })),
  // What they spent and how often they bought.
  rule(`SPEND (A|IN|FOR|WITH)? ${OP}? (MONEY|NUM) ${OP}? ${LATELY}?`, spent),
  rule(`BUY (FOR|OF|WITH)? ${OP} MONEY ${LATELY}?`, spent),
  rule(`MONEY ${OP} (SE|WALE|PAR)* BUY`, spent),
  rule(`${BEFOREHAND}? (MONEY|NUM) ${OP}? (SE|WALE|PAR|KO)* SPEND`, spent),
  rule(`${OP} (MONEY) SPEND ${LATELY}?`, spent),
  rule(`BUY (FROM|WITH)? ${OP}? (COUNT|NUM TIMES?) (?!(CUSTOMER|PERCENT)) ${OP}? ${LATELY}?`, ordered),
  rule(`${OP} (COUNT|NUM) BUY ${LATELY}?`, ordered),
  rule(`${BEFOREHAND}? ${OP}? (COUNT|NUM) ${OP}? (SE|PAR|TIMES)* (?=BUY) BUY ${LATELY}?`, ordered),
  rule(`NOT (EVER|YET)? BUY (NOTHING|YES|FROM|BEFORE)*`, () => ({ name: 'NOT_BUY' })),
  rule(`(NOTHING)? BUY (NOTHING)? NOT`, () => ({ name: 'NOT_BUY' })),
  rule(`NO BUY`, () => ({ name: 'NOT_BUY' })),
  rule('(NOT_BUY|NOT VISIT) (IN|FOR|SINCE|A|FROM)* A_WHILE', 'WINBACK'),
  rule('A_WHILE (SE|MEIN|SOMEONE|CUSTOMER|THEM|NOTHING|FROM)* (NOT_BUY|NOT VISIT|VISIT NOT)', 'WINBACK'),
  rule('(CUSTOMER|SOMEONE)+ A_WHILE (SE|KE)+ (WINBACK)?', 'WINBACK'),
  rule('NOT_BUY (FROM|IN|A|PRODUCT|CATEGORY)* (WORD|QUOTE){1,2}', neverBought),
  rule(`PAST DUR (MEIN|WITHIN) (SOMEONE|THEM|CUSTOMER)* BUY`, items =>
    bought(compared('purchases.count', 'gte', 1, withinOf(items))),
  ),
  rule(`BUY (SOMEONE|NOTHING|PRODUCT|FROM)* (IN|WITHIN) PAST DUR`, items =>
    bought(compared('purchases.count', 'gte', 1, withinOf(items))),
  ),
  // Carts.
  rule(`CART (WITH|WHO|AMOUNT|PRICE|SE|IS|OF|A)* ${OP} (MONEY|NUM PRODUCT|NUM) ${OP}?`, cartOf),
  rule(`(MONEY|NUM PRODUCT|NUM) ${OP} (SE|WALE|KI|PRICE)* CART`, cartOf),
  rule(`(WITH)? ${OP} (MONEY|NUM PRODUCT) (IN|MEIN|WALE)* (THEM)* CART`, cartOf),
  rule(`CART (MEIN|IN|PRICE|INTENT_PRICE|SPEND|SE)* (MONEY|NUM PRODUCT|NUM) ${OP}`, cartOf),
  rule(`(WITH|SOMEONE|CUSTOMER) PRODUCT (IN|MEIN|AT)+ (THEM|A)? CART`, () =>
    condition({ field: 'cart.items', op: 'gte', value: 1 }),
  ),
  rule('SOMEONE (?=(CLICK|REPLY) (THEM|KO|SE)+)', 'IF'),
  // Categories: bought, looked at, liked.
  rule('LAST_BOUGHT (FROM|IN)? CATEGORY? (WORD|QUOTE){1,3}', about('purchases.last_category', 'eq')),
  rule('(WORD|QUOTE){1,2} LAST_BOUGHT', about('purchases.last_category', 'eq')),
  rule(`BUY (FROM|IN|PRODUCT|THEM)* CATEGORY (WORD|QUOTE){1,3} ${LATELY}?`, about('purchases.category', 'contains')),
  rule(`BUY (FROM|IN|PRODUCT)* (WORD|QUOTE){1,3} CATEGORY ${LATELY}?`, about('purchases.category', 'contains')),
  rule(`BUY (FROM|IN|A)? (WORD|QUOTE){1,3} ${LATELY}?`, about('purchases.category', 'contains')),
  rule(
    '(?<=(SOMEONE|WHEN) (SOMEONE|CUSTOMER|THEM|KO|PAST|DUR|MEIN){0,4}) (WORD){1,2} BUY',
    about('purchases.category', 'contains'),
  ),
  rule(`(WORD){1,2} (PRODUCT)? BUY WALE`, about('purchases.category', 'contains')),
  rule(`VIEW (FROM|IN|THEM|A|AT)* CATEGORY? (WORD|QUOTE){1,3} CATEGORY? ${LATELY}?`, about('clicks.category', 'contains')),
  rule(`(WORD){1,2} (PRODUCT|CATEGORY)? VIEW`, about('clicks.category', 'contains')),
  rule('CLICK (ON|PAR)? (WORD|QUOTE){1,2} CATEGORY', about('clicks.category', 'contains')),
  rule(`CLICK (ON|A|PRODUCT|NOTHING|SEND|SOMEONE|URL|IN|FOR|PAR)* (IN|WITHIN) (PAST) DUR`, items =>
    condition(compared('clicks.count', 'gte', 1, withinOf(items))),
  ),
  rule(`NOT CLICK (ON|A|NOTHING|SEND|SOMEONE)* (IN|SINCE|FOR) (PAST)? DUR`, items =>
    condition(compared('clicks.count', 'lt', 1, withinOf(items))),
  ),
  rule(`PAST DUR (MEIN|WITHIN|SE) (SOMEONE|THEM)* CLICK`, items =>
    condition(compared('clicks.count', 'gte', 1, withinOf(items))),
  ),
  rule('INTERESTED (IN)? (WORD|QUOTE){1,2}', about('profile.interests', 'contains')),
  rule('(WORD){1,2} (MEIN|KA|SE)? INTERESTED', about('profile.interests', 'contains')),
  // Who they are.
  rule('AGE (TO|DASH|SE|AND) (AGE|NUM) (TAK|BETWEEN)?', items => ageRange(items)),
  rule('BETWEEN? NUM (TO|DASH|SE|AND) AGE (TAK|BETWEEN)?', items => ageRange(items)),
  rule('AGE_RANGE AGED? (CUSTOMER)?', ([range]) =>
    condition({ all: [compared('profile.age', 'gte', range!.number!), compared('profile.age', 'lte', Number(range!.word))] }),
  ),
  rule(`AGED (IS|SE)? ${OP} (NUM)`, items => age(items, 'gte')),
  rule(`${OP} NUM (YEAR)? AGED`, items => age(items, 'gte')),
  rule(`AGED (IS|SE)? (NUM|AGE) (SE|KE)? ${OP}`, items => age(items, 'gte')),
  rule(`NUM PLUS (AGED|(?=(FEMALE|MALE)))`, items => age(items, 'gte')),
  rule(`NUM ${OP} AGED`, items => age(items, 'gte')),
  rule(`AGED (IS)? ${OP}? AGE ${OP}?`, items => age(items, 'eq')),
  rule('(OLDER|MORE_THAN) (NUM|AGE) AGED?', ([how, of]) =>
    how!.name === 'OLDER' || of!.name === 'AGE' ? condition(compared('profile.age', 'gt', of!.number!)) : undefined,
  ),
  rule('(YOUNGER|LESS_THAN) (NUM|AGE) AGED?', ([how, of]) =>
    how!.name === 'YOUNGER' || of!.name === 'AGE' ? condition(compared('profile.age', 'lt', of!.number!)) : undefined,
  ),
  rule(`${OP} AGE AGED?`, items => age(items, 'gte')),
  rule(`AGE ${OP} (SE)? AGED?`, items => age(items, 'gte')),
  rule(`AGED NUM AND? (AT_LEAST|MORE_THAN)`, items => age(items, 'gte')),
  rule(`(LESS_THAN|MORE_THAN) NUM (?=(CUSTOMER|FEMALE|MALE))`, items => age(items, 'lt')),
  rule(
    '(CUSTOMER|EVERYONE|SOMEONE|FEMALE|MALE) (LESS_THAN|MORE_THAN) NUM (?!(TIMES|PRODUCT|PERCENT|BUY|CUSTOMER|SEND))',
    items => {
      const kind = items[0]!.name
      const found = age(items, 'lt')
      if (found === undefined || (kind !== 'FEMALE' && kind !== 'MALE')) return found
      return condition({ all: [{ field: 'profile.gender', op: 'eq', value: kind.toLowerCase() }, found.condition!] })
    },
  ),
  rule('FEMALE (CUSTOMER)?', profile('gender', 'female')),
  rule('MALE (CUSTOMER)?', profile('gender', 'male')),
  rule('(LIVES|IN|FROM)* CITY (MEIN|SE|IN)? (LIVES|WALE)* (CUSTOMER)?', cityOf),
  rule('LIVES WORD', ([, city]) => condition({ field: 'profile.city', op: 'eq', value: city!.text })),
  rule('CUSTOMER (IN|FROM) WORD', ([, , city]) =>
    /^\p{Lu}/u.test(city!.text) ? condition({ field: 'profile.city', op: 'eq', value: city!.text }) : undefined,
  ),
  ...languages,
  rule('(LANG_EN|LANG_UR|LANG_ROMAN) SPEAKS (CUSTOMER)?', languageOf),
  rule('SPEAKS (LANG_EN|LANG_UR|LANG_ROMAN)', languageOf),
  rule('UNHAPPY CUSTOMER?', () => condition({ field: 'sentiment', op: 'lt', value: 0 })),
  rule('HAPPY CUSTOMER', () => condition({ field: 'sentiment', op: 'gt', value: 0 })),
]

function tagged(items: readonly Item[]): Made {
  const said = items[0]!.name === 'TAG' ? items.at(-1)! : items[0]!
  return { name: 'TAGGED', word: said.name === 'QUOTE' ? said.word! : said.text }
}

function cartOf(items: readonly Item[]): Made {
  const counted = items.some(({ name }) => name === 'PRODUCT')
  return condition(compared(counted ? 'cart.items' : 'cart.value', opIn(items, 'gte'), numberIn(items)))
}

function cityOf(items: readonly Item[]): Made {
  const city = items.find(({ name }) => name === 'CITY')!
  return condition({ field: 'profile.city', op: 'eq', value: city.word! })
}

function languageOf(items: readonly Item[]): Made {
  const value = items.flatMap(languagesIn)[0]!
  return condition({ field: 'profile.language', op: 'eq', value })
}
/** Conditions side by side: `women in Lahore`, `Champions or Loyal`, `all but those in Karachi`, `in Karachi, Multan and Lahore`. */
export const joinedAudience: readonly Rule[] = [
  rule('COND (COMMA (IN|FROM)? COND)+ ((AND|OR|COMMA AND|COMMA OR) (IN|FROM)? COND)?', listed),
  rule('(EXCEPT (THEM|CUSTOMER|FOR|SOMEONE)*) COND', ([, ...rest]) => condition({ not: rest.at(-1)!.condition! })),
  rule('COND (KO|SE)? EXCEPT', ([first]) => condition({ not: first!.condition! })),
  rule('NOT (IN|FROM)? COND', items => condition({ not: items.at(-1)!.condition! })),
  rule('COND (OR|COMMA OR) (THEM|CUSTOMER|SOMEONE|IN|FROM)* COND', items => joinedBy('any', items)),
  rule('COND (OR|COMMA OR) (THEM|CUSTOMER|SOMEONE|IN|FROM)* COND', items => joinedBy('any', items)),
  rule('COND (AND|WITH|SOMEONE|CUSTOMER|COMMA AND|IN|FROM|DO)* COND', items => joinedBy('all', items)),
  rule('COND (AND|WITH|SOMEONE|CUSTOMER|COMMA AND|IN|FROM|DO)* COND', items => joinedBy('all', items)),
]

/** A list of values of one thing. */
function listed(items: readonly Item[]): Made {
  const joined = allOf(items.flatMap(item => item.condition ?? []))
  return 'any' in joined ? condition(joined) : undefined
}

function joinedBy(how: 'all' | 'any', items: readonly Item[]): Made {
  const parts = items.flatMap(item => (item.condition === undefined ? [] : [item.condition]))
  const flat = parts.flatMap(part => (how in part ? (part as { all: Condition[]; any: Condition[] })[how] : [part]))
  return condition(how === 'all' ? allOf(flat) : { any: flat })
}
