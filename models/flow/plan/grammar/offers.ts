import type { FlowDiscount } from '../../../../schemas/flow.ts'
import type { Item } from '../item.ts'
import { type Made, type Rule, rule } from '../rewrite.ts'

const GROUP = '(CUSTOMER|EVERYONE|THEM|SEGMENT)'

const offer = (discount: FlowDiscount): Made => ({ name: 'OFFER', discount })
const numberIn = (items: readonly Item[]): number => items.find(item => item.number !== undefined)!.number!

const percent = (items: readonly Item[]): Made => offer({ type: 'percent', value: numberIn(items) })
const amount = (items: readonly Item[]): Made => {
  const { number, currency } = items.find(({ name }) => name === 'MONEY')!
  return offer({ type: 'amount', value: number!, ...(currency === undefined ? {} : { currency }) })
}

/** What follows the word `code`: as it is written, where it can be one. */
function codeOf(items: readonly Item[]): Made {
  const said = items.find(({ name }) => name !== 'CODE' && name !== 'COLON' && name !== 'WITH' && name !== 'SE')!
  const code = (said.name === 'QUOTE' ? said.word! : said.text).toUpperCase().replace(/[^A-Z0-9]/g, '')
  return /^[A-Z0-9]{3,20}$/.test(code) && looksLikeCode(said) ? { name: 'CODE_SAID', word: code } : undefined
}
/** A word that no table has, or one in capitals, or with a digit in it. */
const looksLikeCode = ({ name, text }: Item): boolean =>
  name === 'QUOTE' || (name === 'WORD' && /^[\x20-\x7e]+$/.test(text)) || /^[A-Z0-9]{3,20}$/.test(text)

const share = (items: readonly Item[]): Made => ({ name: 'SHARE', number: numberIn(items) })
const holdout = (items: readonly Item[]): Made => ({ name: 'HOLD', number: numberIn(items) })

/** Holdouts and shares of customers, which are percentages but no offers; then offers, codes, how long they hold. */
export const offers: readonly Rule[] = [
  rule(
    'HOLDOUT (FOR|WITH|IN|AT|AS|A|COLON|NUM|CUSTOMER|EVERYONE|KE)* PCT (CUSTOMER|EVERYONE|THEM|AS|A|HOLDOUT|SEGMENT)*',
    holdout,
  ),
  rule(`PCT (CUSTOMER|EVERYONE|THEM|KO|IN|AS|A|FOR|SEGMENT|AND|OTHERS|AUDIENCE)* HOLDOUT (SEGMENT)?`, holdout),
  rule(`PCT (CUSTOMER|EVERYONE|THEM|KO|SHOULD)* (GIVE|SEND)* NOTHING (SEND|GIVE|NOT)*`, holdout),
  rule(`PCT (CUSTOMER|EVERYONE|KO)+ (NOTHING)? NOT (SEND|GIVE)*`, holdout),
  rule(`NOT (SEND|GIVE) (TO)? PCT ${GROUP}`, holdout),
  rule('(NUM|PCT) (SLASH|DASH|COLON) (NUM|PCT) ((SLASH|DASH|COLON) (NUM|PCT))*', sharesOf),
  rule(`PCT (?=(${GROUP}))`, share),
  rule(`PCT (?=((KO|TO) ${GROUP}?|GETS))`, ([pct]) => ({
    name: 'PCT_KO',
    number: pct!.number!,
  })),
  rule(`HALF (?=((CUSTOMER|EVERYONE|THEM|SEGMENT|KO|GETS|TO|SEND)))`, () => ({ name: 'SHARE', number: 50 })),
  rule('PCT_KO (?=KO ANY{0,1} (PCT|MONEY|FREE_SHIPPING|PCT_KO))', share),
  rule('PCT_KO (?=GETS)', share),
  rule('PCT_KO', 'PCT'),
  rule('CODE (IS|COLON|WITH|SE|SAYING)* CODE_SAID CODE?', found => ({
    name: 'CODE_SAID',
    word: found.find(({ name }) => name === 'CODE_SAID')!.word!,
  })),
  rule('CODE_SAID CODE', found => ({ name: 'CODE_SAID', word: found[0]!.word! })),
  rule('CODE (IS|COLON|WITH|SE|SAYING)* ANY', codeOf),
  rule('(WORD|QUOTE) CODE', codeOf),
  rule('(HALF_PRICE|OFF HALF)', () => offer({ type: 'percent', value: 50 })),
  rule('MONEY OFF (ON|FOR|WITH|IN)* (BUY|CART)? (MORE_THAN|AT_LEAST) MONEY', items => ({ ...amount(items)!, word: 'minimum' })),
  rule('PCT OFF (ON|FOR|WITH|IN)* BUY (MORE_THAN|AT_LEAST) MONEY', items => ({ ...percent(items)!, word: 'minimum' })),
  rule('FREE_SHIPPING (ON|FOR|WITH|IN)* BUY (MORE_THAN|AT_LEAST) MONEY', () => ({
    ...offer({ type: 'free_shipping' })!,
    word: 'minimum',
  })),
  rule('(OFF (IS|WITH|COLON|A|AT_MOST)* PCT|AT_MOST? PCT (WALE|KO)? OFF)', percent),
  rule('OFF (IS|WITH|COLON|A)* MONEY', amount),
  rule('AT_MOST? MONEY (WALE|KI)? OFF', amount),
  rule('GIVE (THEM|SOMEONE|CUSTOMER|A)* MONEY (?!(MORE_THAN|SPEND|OR))', amount),
  rule('(?!(SPEND|MORE_THAN|LESS_THAN|AT_LEAST)) (WITH|FOR|A|KO|THEM) MONEY GIVE', amount),
  rule('FREE_SHIPPING', () => offer({ type: 'free_shipping' })),
  rule('PCT', percent),
  rule('(?<=(OFFER|CODE_SAID|CODE|EXPIRY|SAYING) (KO|SE|WITH|A|CODE|CODE_SAID|ONLY)*) DO', 'GIVE'),
  rule('VALID (FOR|IN|WITHIN|AFTER|UNTIL|ONLY|AT)* DUR', found => ({ name: 'EXPIRY', duration: found.at(-1)!.duration! })),
  rule('DUR (FOR|TAK|KO|MEIN|LATER|WITHIN|ONLY)* VALID', found => ({ name: 'EXPIRY', duration: found[0]!.duration! })),
  rule('FOR DUR ONLY', found => ({ name: 'EXPIRY', duration: found[1]!.duration! })),
  rule('(?<=OFFER ANY{0,4}) DUR FOR', found => ({ name: 'EXPIRY', duration: found[0]!.duration! })),
  rule('(?<=OFFER (GIVE|GETS|SEND|CODE_SAID|THEM|COMMA|EVERYONE|CUSTOMER|TO|AND|ON|CODE){0,5}) FOR (PAST|ONLY)? DUR', found => ({
    name: 'EXPIRY',
    duration: found.at(-1)!.duration!,
  })),
  rule('(?<=OFFER) FOR DUR', found => ({ name: 'EXPIRY', duration: found.at(-1)!.duration! })),
]

/** `70/30` as shares of an experiment, where they are all of it. */
function sharesOf(items: readonly Item[]): Made {
  const numbers = items.flatMap(item => (item.number === undefined ? [] : [item.number]))
  return numbers.reduce((sum, value) => sum + value, 0) === 100 ? { name: 'SHARES', word: numbers.join(' ') } : undefined
}
