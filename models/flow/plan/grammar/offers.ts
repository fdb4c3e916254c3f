import type { FlowDiscount } from '../../../../schemas/flow.ts'
import type { Item } from '../item.ts'
import { type Made, type Rule, rule } from '../rewrite.ts'
import { unitSpan } from './times.ts'

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
  const said = items.find(({ name }) => name !== 'CODE' && name !== 'COLON' && name !== 'WITH' && name !== 'SE')
  if (said === undefined) return undefined
  const code = (said.name === 'QUOTE' ? said.word! : said.text).toUpperCase().replace(/[^A-Z0-9]/g, '')
  return /^[A-Z0-9]{3,20}$/.test(code) && looksLikeCode(said) ? { name: 'CODE_SAID', word: code } : undefined
}
/** A word that no table has, or one in capitals, or with a digit in it. */
const looksLikeCode = ({ name, text }: Item): boolean =>
  name === 'QUOTE' || (name === 'WORD' && /^[\x20-\x7e]+$/.test(text)) || /^[A-Z0-9]{3,20}$/.test(text)

/** `300 off` is money and `15 off` a share, as nobody gives so little or so much. */
const LEAST_AMOUNT = 100
/** Less than this and it is how many (`two discounts`). */
const LEAST_SHARE = 5
const bare = (items: readonly Item[]): Made => {
  const value = numberIn(items)
  if (value < LEAST_SHARE || /s$/i.test(items.at(-1)!.text)) return undefined
  const of: FlowDiscount = value >= LEAST_AMOUNT ? { type: 'amount', value } : { type: 'percent', value }
  return { name: 'OFFER', discount: of, word: 'bare' }
}

const share = (items: readonly Item[]): Made => ({ name: 'SHARE', number: numberIn(items) })
const holdout = (items: readonly Item[]): Made => ({ name: 'HOLD', number: numberIn(items) })

/** `on orders above Rs 5000`, `5000 se upar ki khareedari par`: what an order must come to for an offer to hold. */
const MONEY = '(MONEY|NUM)'
const OVER = '(MORE_THAN|AT_LEAST|SMALLEST)'
const smallest = (items: readonly Item[]): Made =>
  numberIn(items) >= LEAST_AMOUNT ? { name: 'SMALLEST_ORDER', number: numberIn(items) } : undefined
const smallestOrders: readonly Rule[] = [
  rule(`SMALLEST (IS|OF|COLON|A|FOR)* ${MONEY}`, smallest),
  rule(`${MONEY} (KA|A)? SMALLEST`, smallest),
  rule(
    `(?<=OFFER (CODE_SAID|EXPIRY|CODE)*) (ON|FOR|WITH|WHEN|IF|AT|PAR|ONLY|IN)+ (BUY|SPEND|SOMEONE|A|FIRST_BUY|PRICE)* ${OVER} ${MONEY}`,
    smallest,
  ),
  rule(`(?<=OFFER (CODE_SAID|EXPIRY|CODE)*) (BUY|A)* ${OVER} ${MONEY}`, smallest),
  rule(`(?<=OFFER (CODE_SAID|EXPIRY|CODE)*) (ON|FOR) (BUY|SPEND|A|AMOUNT)* ${MONEY} ${OVER}`, smallest),
  rule(`(?<!(CUSTOMER|SOMEONE|EVERYONE|THEM))BUY ${OVER} ${MONEY} (GETS|GIVE)? (?=OFFER)`, smallest),
  rule(`${MONEY} ${OVER} (SE|KE|WALE|A)* (BUY|SPEND)+ (PAR|KO|TO)+ (?=OFFER)`, smallest),
  rule(`(?<=(BUY|SPEND) (A|OF)*) ${MONEY} ${OVER}? (AND|COMMA)? (GETS|GIVE) (?=OFFER)`, smallest),
]

/** Holdouts and shares of customers, which are percentages but no offers; then offers, codes, how long they hold. */
export const offers: readonly Rule[] = [
  rule(
    'HOLDOUT (FOR|WITH|IN|AT|AS|A|COLON|NUM|CUSTOMER|EVERYONE|KE)* PCT (CUSTOMER|EVERYONE|THEM|AS|A|HOLDOUT|SEGMENT)*',
    holdout,
  ),
  rule(
    `PCT (CUSTOMER|EVERYONE|THEM|KO|IN|AS|A|FOR|SEGMENT|AND|OTHERS|AUDIENCE|WINBACK|SOMEONE|SHOULD)* HOLDOUT (SEGMENT)?`,
    holdout,
  ),
  rule(`PCT (CUSTOMER|EVERYONE|THEM|KO|SHOULD)* (GIVE|SEND)* NOTHING (SEND|GIVE|NOT)*`, holdout),
  rule(`PCT (CUSTOMER|EVERYONE|THEM|KO)+ (NOTHING)? NOT (SEND|GIVE)*`, holdout),
  rule(`NOT (SEND|GIVE) (TO)? PCT ${GROUP}`, holdout),
  rule('PCT (CUSTOMER|EVERYONE|THEM)* AGO', items => (/^back$/i.test(items.at(-1)!.text) ? holdout(items) : undefined)),
  rule('CLOCK', ([clock]) => {
    const shares = clock!.word!.split(':').map(Number)
    return shares[0]! + shares[1]! === 100 ? { name: 'SHARES', word: shares.join(' ') } : undefined
  }),
  rule('HOLDOUT A NTH', ([, , part]) => ({ name: 'HOLD', number: Math.round(100 / part!.number!) })),
  rule('(NUM|PCT) (SLASH|DASH|COLON) (NUM|PCT) ((SLASH|DASH|COLON) (NUM|PCT))*', sharesOf),
  rule(`PCT (?=(${GROUP}))`, share),
  rule('NUM NTH (?=(GETS|GIVE|SEND|PCT|MONEY|FREE_SHIPPING|CUSTOMER|EVERYONE|THEM))', ([of, part]) =>
    of!.number! < part!.number! ? { name: 'SHARE', number: Math.round((10_000 * of!.number!) / part!.number!) / 100 } : undefined,
  ),
  rule(`PCT (?=((KO|TO) ${GROUP}?|GETS))`, ([pct]) => ({
    name: 'PCT_KO',
    number: pct!.number!,
  })),
  rule(
    `HALF (?=((CUSTOMER|EVERYONE|THEM|SEGMENT|SEGMENT_NAME|SEGMENT_MAYBE|SIGNUP|NEW_CUSTOMER|FEMALE|MALE|KO|GETS|TO|SEND)))`,
    () => ({ name: 'SHARE', number: 50 }),
  ),
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
  rule('(NO|NOT|WITHOUT) (OFF|GIVE) (?=(STOP|COMMA|AND))', 'NO_OFFER'),
  rule('PCT PRICE_DROP', percent),
  rule('MONEY PRICE_DROP', amount),
  rule('(HALF_PRICE|OFF HALF)', () => offer({ type: 'percent', value: 50 })),
  rule('BUY (A|NUM|PRODUCT)* (AND|COMMA)? (GETS|GIVE|OFFER) (A|NUM|PRODUCT)+ FREE', 'CANNOT_OFFER'),
  rule('NUM (KE|SE|WITH|PAR|BUY)* NUM FREE', 'CANNOT_OFFER'),
  rule('((?<!(MONEY|PCT)) OFF (IS|WITH|COLON|A|AT_MOST)* PCT|AT_MOST? PCT (WALE|KO)? OFF)', percent),
  rule('PCT WORD (WORD)? OFF', percent),
  rule('(?<!(MONEY|PCT|OFFER)) OFF (IS|WITH|COLON|A)* MONEY', amount),
  rule('AT_MOST? MONEY (WALE|KI)? OFF', amount),
  rule('NUM OFF', bare),
  rule('(?<=GIVE (CUSTOMER|EVERYONE|A|WITH|ON|THEM)* BIRTHDAY) MONEY', amount),
  rule('GIVE (THEM|SOMEONE|CUSTOMER|EVERYONE|A|TO)* MONEY (?!(MORE_THAN|SPEND|OR))', amount),
  rule('(?!(SPEND|MORE_THAN|LESS_THAN|AT_LEAST)) (WITH|FOR|A|KO|THEM) MONEY GIVE', amount),
  rule('FREE_SHIPPING', () => offer({ type: 'free_shipping' })),
  rule('PCT', percent),
  ...smallestOrders,
  rule('(?<=(OFFER|CODE_SAID|CODE|EXPIRY|SAYING) (KO|SE|WITH|A|CODE|CODE_SAID|ONLY)*) DO', 'GIVE'),
  rule('VALID (FOR|IN|WITHIN|AFTER|UNTIL|ONLY|AT|COLON)* DUR', found => ({ name: 'EXPIRY', duration: found.at(-1)!.duration! })),
  rule('VALID (FOR|A|ONLY|UNTIL)* (DAY|WEEK|MONTH)', found => ({ name: 'EXPIRY', duration: unitSpan(found.at(-1)!.name) })),
  rule('DUR (FOR|TAK|KO|MEIN|LATER|WITHIN|ONLY)* VALID', found => ({ name: 'EXPIRY', duration: found[0]!.duration! })),
  rule('(?<=OFFER (SOMEONE|COMMA|THEM|CODE_SAID|AND)*) DUR (MEIN|LATER|TAK|WITHIN)* STOP_IT', found => ({
    name: 'EXPIRY',
    duration: found[0]!.duration!,
  })),
  rule('TODAY_ONLY', () => ({ name: 'EXPIRY', duration: 'P1D' })),
  rule(
    '(?<=(OFFER|CODE_SAID) (?:(?!(REPLY|NOT|WAIT|BUY|CLICK|REMIND|STOP|THEN))ANY){0,4}) (ONLY FOR? DUR|DUR (TAK ONLY?|ONLY))',
    found => ({
      name: 'EXPIRY',
      duration: found.find(({ duration }) => duration !== undefined)!.duration!,
    }),
  ),
  rule('FOR DUR ONLY', found => ({ name: 'EXPIRY', duration: found[1]!.duration! })),
  rule('(?<=OFFER ANY{0,4}) DUR FOR', found => ({ name: 'EXPIRY', duration: found[0]!.duration! })),
  rule(
    '(?<=OFFER (GIVE|GETS|SEND|WITH|CODE_SAID|THEM|COMMA|EVERYONE|CUSTOMER|TO|AND|ON|CODE){0,5}) FOR (PAST|ONLY)? DUR',
    found => ({
      name: 'EXPIRY',
      duration: found.at(-1)!.duration!,
    }),
  ),
  rule('(?<=OFFER) FOR DUR', found => ({ name: 'EXPIRY', duration: found.at(-1)!.duration! })),
]

/** `70/30` as shares of an experiment, where they are all of it. */
function sharesOf(items: readonly Item[]): Made {
  const numbers = items.flatMap(item => (item.number === undefined ? [] : [item.number]))
  return numbers.reduce((sum, value) => sum + value, 0) === 100 ? { name: 'SHARES', word: numbers.join(' ') } : undefined
}
