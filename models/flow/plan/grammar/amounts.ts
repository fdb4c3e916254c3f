import { DAY, durationMs, durationOf, WEEK } from '../../flow-duration.ts'
import { isUnit, saidDuration } from '../durations.ts'
import type { Item } from '../item.ts'
import { type Made, type Rule, rule } from '../rewrite.ts'

const UNIT = '(SECOND|MINUTE|HOUR|DAY|WEEK|HAFTA|MONTH|YEAR)'
const CURRENCY = '(RUPEES|DOLLARS|EUROS|POUNDS|DIRHAMS|RIYALS|INRS)'
const currencies: Readonly<Record<string, string>> = {
  RUPEES: 'PKR',
  DOLLARS: 'USD',
  EUROS: 'EUR',
  POUNDS: 'GBP',
  DIRHAMS: 'AED',
  RIYALS: 'SAR',
  INRS: 'INR',
}

/** `18 to 30 years` are years of age; nobody waits ten. */
function ageOr(items: readonly Item[]): Made {
  const [from, to] = items.flatMap(item => (item.name === 'NUM' ? [item.number!] : []))
  return to! >= 10 && items.at(-1)!.name === 'YEAR' ? { name: 'AGE_RANGE', number: from!, word: String(to!) } : duration(items)
}

/** `5, 10 and 15 percent`: percentages all of them. `on December 5 and 10 %` has one. */
const listed = ([item]: readonly Item[]): Made => (item!.number! <= 100 ? { name: 'PCT', number: item!.number! } : undefined)
const NO_SHARE = '(BETWEEN|AT|UNTIL|BEFORE|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)'

const number = (value: number): Made => ({ name: 'NUM', number: value })
const numberIn = (items: readonly Item[]): number => items.find(item => item.number !== undefined)?.number ?? 1
const scaled = (by: number) => (items: readonly Item[]) => number(numberIn(items) * by)
const isWritten = ({ text }: Item): boolean => !/\p{Nd}/u.test(text)

/** `twenty five`, and nothing else that stands side by side. */
function tensAndOnes([tens, ones]: readonly Item[]): Made {
  const fits =
    tens!.number! >= 20 && tens!.number! % 10 === 0 && tens!.number! < 100 && ones!.number! < 10 && ones!.number! % 1 === 0
  return fits && isWritten(tens!) && isWritten(ones!) ? number(tens!.number! + ones!.number!) : undefined
}

function duration(items: readonly Item[], count = numberIn(items)): Made {
  if (count >= 10 && items.some(({ name }) => name === 'YEAR')) return { name: 'AGE', number: count }
  const unit = items.find(({ name }) => isUnit(name))!.name
  const span = isUnit(unit) ? saidDuration(count, unit) : undefined
  return span === undefined ? { name: 'NOW' } : { name: 'DUR', duration: span }
}

/** `between 60 and 90 days ago`, in days. */
function agoRange(items: readonly Item[]): Made {
  const [from, to] = items.flatMap(item => (item.name === 'NUM' ? [item.number!] : []))
  const unit = items.find(({ name }) => isUnit(name))!.name
  const days = (count: number) => (isUnit(unit) ? Math.round(durationMs(saidDuration(count, unit) ?? 'P1D') / DAY) : count)
  return { name: 'AGO_RANGE', number: days(from!), word: String(days(to!)) }
}

/** `1 day and 12 hours`: of falling units alone, or they are two durations. */
function joined(items: readonly Item[]): Made {
  const [long, short] = items.flatMap(item => (item.duration === undefined ? [] : [durationMs(item.duration)]))
  const fits = long! > short! && (short! < DAY || long! % WEEK === 0) && short! < WEEK
  return fits ? { name: 'DUR', duration: durationOf(long! + short!) } : undefined
}

function money(items: readonly Item[]): Made {
  const currency = items.map(({ name }) => currencies[name]).find(found => found !== undefined)
  return { name: 'MONEY', number: numberIn(items), ...(currency === undefined ? {} : { currency }) }
}

/** Nobody orders so often. */
const LEAST_MONEY = 100

/** Numbers, durations, percentages, money and how often, from words and digits. */
export const amounts: readonly Rule[] = [
  rule('HALF_MORE NUM', ([, item]) => number(item!.number! + 0.5)),
  rule('QUARTER_MORE NUM', ([, item]) => number(item!.number! + 0.25)),
  rule('QUARTER_LESS NUM', ([, item]) => number(item!.number! - 0.25)),
  rule('QUARTER_MORE (?=(HOUR|THOUSAND|CENTUM|LAKH))', () => number(1.25)),
  rule('QUARTER_LESS (?=(HOUR|THOUSAND|CENTUM|LAKH))', () => number(0.75)),
  rule('DAY (?=(MORNING|EVENING|NIGHT|NOON|AFTERNOON|CLOCK|NUM OCLOCK))', ([item]) =>
    /^(roz|روز)/.test(item!.text) ? { name: 'DAILY' } : undefined,
  ),
  rule(
    `DO (?=(${UNIT}|TIMES|PERCENT|CENTUM|THOUSAND|LAKH|VERSION|PRODUCT|CUSTOMER|SEND|REMIND|OCLOCK|MORE_THAN|LESS_THAN|AT_MOST|AT_LEAST|RUPEES|NTH|WAIT))`,
    () => number(2),
  ),
  rule(`(?<!NUM) SECOND (?=(AFTER|LATER|NOW|WITH|COLON|NUM|AT))`, () => ({ name: 'NTH', number: 2 })),
  rule(`A? SECOND (?=(BUY|FIRST_BUY|SEND|REMIND|CLICK|SIGNUP|OFFER|VERSION|DAY|TIMES|AGAIN))`, () => ({
    name: 'NTH',
    number: 2,
  })),
  rule(`NUM PLUS (?=${UNIT})`, ([item]) => number(item!.number!)),
  rule(`SAT_OR_7 (?=${UNIT})`, () => number(7)),
  rule('SAT_OR_7', 'SAT'),
  rule(`WITH (?=(DAY|MINUTE|PERCENT))`, ([item]) => (/^saath$/i.test(item!.text) ? number(60) : undefined)),
  rule(`HALF A? ${UNIT}`, items => duration(items, 0.5)),
  rule(`A (?=(${UNIT}|CENTUM|THOUSAND|LAKH|MILLION))`, () => number(1)),
  rule('HAFTA (?=(AT|MORNING|EVENING|KO))', 'SAT'),
  rule('NUM NUM', tensAndOnes),
  rule('NUM CENTUM AND? NUM?', items => {
    const [hundreds, rest] = items.flatMap(item => (item.name === 'NUM' ? [item.number!] : []))
    return number(hundreds! * 100 + (rest ?? 0))
  }),
  rule(`CENTUM (?=(${UNIT}|${CURRENCY}|PERCENT|CUSTOMER|THOUSAND))`, () => number(100)),
  rule('NUM THOUSAND', scaled(1e3)),
  rule(`THOUSAND (?=(${CURRENCY}|CUSTOMER|SIGNUP|EVERYONE|BUY))`, () => number(1e3)),
  rule('NUM LAKH', scaled(1e5)),
  rule('NUM MILLION', scaled(1e6)),
  rule('NUM CRORE', scaled(1e7)),
  rule('NUM (DASH|TO|OR|SE) NUM (?=(PERCENT))', items => number(items.at(-1)!.number!)),
  rule('NUM (DASH|TO|SE|AND|OR) NUM YEAR', ageOr),
  rule(`BETWEEN? NUM (AND|TO|DASH|SE) NUM ${UNIT} (AGO|BEFORE)`, agoRange),
  rule(`NUM (DASH|TO|OR) NUM ${UNIT}`, items => duration(items)),
  rule(`NUM AND A? HALF ${UNIT}`, items => duration(items, numberIn(items) + 0.5)),
  rule(`NUM ${UNIT} AND A HALF`, items => duration(items, numberIn(items) + 0.5)),
  rule(`HALF A? ${UNIT}`, items => duration(items, 0.5)),
  rule(`A? QUARTER HOUR`, items => duration(items, 0.25)),
  rule(`NUM ${UNIT}`, items => duration(items)),
  rule('GIVE (THEM|A|CUSTOMER)* (?=DUR (COMMA|STOP|THEN|AND|TO|BEFORE))', 'WAIT'),
  rule(`(HOUR|DAY|WEEK|HAFTA|MONTH|YEAR) (?=(LATER|AFTER))`, items => duration(items, 1)),
  rule('NTH DAY', ([day]) => ({ name: 'DAY_NO', number: day!.number! })),
  rule('NEXT_MONTH', () => ({ name: 'DUR', duration: 'P30D', word: 'later' })),
  rule('NEXT_DAY', () => ({ name: 'DUR', duration: 'P1D', word: 'later' })),
  rule('NEXT_WEEK', () => ({ name: 'DUR', duration: 'P1W', word: 'later' })),
  rule(`NUM AGAIN ${UNIT}`, items => duration(items)),
  rule('DUR THEN', ([span, then]) =>
    then!.text === 'after' ? { name: 'DUR', duration: span!.duration!, word: 'later' } : undefined,
  ),
  rule('(?<=(STOP|COMMA)) PLUS DUR', ([, span]) => ({ name: 'DUR', duration: span!.duration!, word: 'later', number: 1 })),
  rule('FOR THEN (?=DUR)', 'FOR'),
  rule('AT_LEAST (?=(MONEY|RUPEES))', ([item]) => (item!.text === 'and' ? { name: 'MORE_THAN' } : undefined)),
  rule(`AGAIN ${UNIT}`, items => duration(items, 1)),
  rule('DAY NUM (?!(PERCENT|CENTUM|TIMES))', ([, day]) => ({ name: 'DAY_NO', number: day!.number! })),
  rule('(?<=(IN|WITHIN|SINCE|FOR) PAST) (DAY|WEEK|MONTH|YEAR)', ([item]) =>
    item!.language === 'english' ? duration([item!], 1) : undefined,
  ),
  rule('DUR (SE|KE)* APART', items => ({ name: 'EVERY_DUR', duration: items[0]!.duration! })),
  rule('EVERY WORD DAY', ([, word]) => (word!.word === 'other' ? { name: 'EVERY_DUR', duration: 'P2D' } : undefined)),
  rule('A? FORTNIGHT', () => ({ name: 'DUR', duration: 'P2W' })),
  rule('DUR AND? DUR', joined),
  rule(`NUM (?=(COMMA NUM){1,6} COMMA? (AND|OR|VERSUS) NUM PERCENT)`, listed),
  rule(`(?<!${NO_SHARE}) NUM (?=(AND|VERSUS) NUM PERCENT)`, listed),
  rule('PERCENT NUM (?!PERCENT)', items => ({ name: 'PCT', number: numberIn(items) })),
  rule('NUM PERCENT', items => ({ name: 'PCT', number: numberIn(items) })),
  rule(`${CURRENCY} DOT? NUM ${CURRENCY}?`, money),
  rule(`NUM ${CURRENCY}`, money),
  rule('NUM SLASH DASH', money),
  rule('(?<=BUY (A|OF|FOR|WITH|IN)* (MORE_THAN|AT_LEAST|LESS_THAN)) NUM (?!(TIMES|PRODUCT))', ([item]) =>
    item!.number! >= LEAST_MONEY ? { name: 'MONEY', number: item!.number! } : undefined,
  ),
  rule('ONCE', () => ({ name: 'COUNT', number: 1 })),
  rule('TWICE', () => ({ name: 'COUNT', number: 2 })),
  rule('THRICE', () => ({ name: 'COUNT', number: 3 })),
  rule('NUM TIMES', items => ({ name: 'COUNT', number: numberIn(items) })),
]
