import { durationMs } from '../../flow-duration.ts'
import type { Item } from '../item.ts'
import { type Made, type Rule, rule } from '../rewrite.ts'
import { unitSpan } from './times.ts'

const TEXTS = '(SEND|REMIND)'
const UNIT = '(HOUR|DAY|WEEK|HAFTA|MONTH|YEAR)'
const PER = `((PER|A|IN|EVERY|WITHIN|FOR|EACH|MEIN)* (${UNIT}|DUR|DAILY|WEEKLY|MONTHLY|EVERY_DUR|RECUR|PER_DUR) (MEIN|WITHIN|KO)?)`

/** The same before what it is a span of; `every 3 days, at most 3 times` is none. */
const PER_FIRST = `((PER|A|IN|EVERY|WITHIN|FOR|EACH|MEIN)* (${UNIT}|DUR|DAILY|WEEKLY|MONTHLY|PER_DUR) (MEIN|WITHIN|KO)?)`

const counted = (items: readonly Item[]): number =>
  items.find(({ name }) => name === 'NUM' || name === 'COUNT' || name === 'PER_DUR')?.number ?? 1
const named: Readonly<Record<string, string>> = { DAILY: 'P1D', RECUR: 'P1D', WEEKLY: 'P1W', MONTHLY: 'P30D' }
const spanIn = (items: readonly Item[]): string =>
  items
    .map(item => item.duration ?? named[item.name] ?? (new RegExp(UNIT).test(item.name) ? unitSpan(item.name) : undefined))
    .find(span => span !== undefined)!

const cap = (items: readonly Item[]): Made => ({
  name: 'CAP',
  number: counted(items),
  duration: spanIn(items),
  ...(items.some(({ name }) => name === 'SEND' || name === 'REMIND') ? {} : { word: 'entry' }),
})

/** `one text a week for 3 weeks`: how far apart, and how many in all. */
function inAll(items: readonly Item[]): Made {
  const every = spanIn(items.slice(0, -2))
  const count = Math.floor(durationMs(items.at(-1)!.duration!) / durationMs(every))
  return count > 1 ? { name: 'EVERY_DUR', duration: every, number: count } : undefined
}

/** Caps on texts, limits of customers and of repeats. */
export const limits: readonly Rule[] = [
  rule(`(PER|A|EVERY|IN) ${UNIT} (FOR|COMMA) DUR`, inAll),
  rule('(EVERY_DUR|WEEKLY|DAILY|MONTHLY|RECUR|PER_DUR) (FOR|COMMA) DUR (?!(VALID|LATER))', inAll),
  rule('(?<=ASKS (CUSTOMER|THEM|SOMEONE|NEW_CUSTOMER|SIGNUP|EVERYONE|A|TO){0,3}) IF', 'WHETHER'),
  rule('WHEN (?=(SOMEONE|CUSTOMER|THEM|A|EVERYONE){0,3} (REPLY|SAYS|ASKS|YES|NO|CHOOSE))', 'IF'),
  rule('(CUSTOMER|EVERYONE|SOMEONE)+ (?=NOT (GIVE|GETS)? REPLY)', 'IF'),
  rule('CHOOSE (?=(A|FROM|BETWEEN)* NUM (RECOMMEND|CUSTOMER)? PRODUCT)', 'RECOMMEND'),
  rule('(?<=(SEND|GIVE) (THEM|CUSTOMER|A|EVERYONE)* NUM) PRODUCT', ([item]) =>
    item!.language === 'english' ? { name: 'RECOMMEND' } : undefined,
  ),
  rule(`NUM (?=${TEXTS} (COLON|COMMA|AT|IN|AFTER|DASH)* (DUR|NOW) ((COMMA|AND|THEN|LATER|AFTER)+ DUR){1,6})`, 'SAID_BELOW'),
  rule('IF (SOMEONE|THEM|CUSTOMER) NOT (?=COMMA)', () => ({ name: 'ELSE' })),
  rule('(IF|(SOMEONE|THEM|CUSTOMER)+) NOT (?=(GETS|REMIND))', items =>
    /^(doesnt|dont|didnt|does|do|did)/i.test(items.at(-1)!.text.replace(/['’]/g, '')) ? { name: 'ELSE' } : undefined,
  ),
  rule('(?<=(COLON|COMMA|STOP)) ASSOON (?=(STOP|COMMA|AND))', ([hi]) => (/^hi$/i.test(hi!.text) ? { name: 'SEND' } : undefined)),
  rule('(?<=(COMMA|STOP|THEN|AND)) REPLY (?=(WITH|IN|QUOTE) (?!(YES|NO)))', ([item]) =>
    item!.language === 'english' ? { name: 'SEND' } : undefined,
  ),
  rule(`(AT_MOST|NOT MORE_THAN|ONLY) (NUM|COUNT) (${TEXTS}|THEM|PER_CUSTOMER|TO|COMMA|CUSTOMER)* ${PER} PER_CUSTOMER?`, cap),
  rule(`(NOT|NO)? ${TEXTS} (THEM|CUSTOMER|SOMEONE|PER_CUSTOMER)* (MORE_THAN|AT_MOST|ONLY) (NUM|COUNT) ${TEXTS}? ${PER}`, cap),
  rule(`(NOT|NO) (GIVE|GETS|SEND|THEM|CUSTOMER|SOMEONE|EVER|MAY)* MORE_THAN (NUM|COUNT) ${TEXTS} ${PER}`, cap),
  rule(`(NOT|NO)? ${TEXTS}? (THEM|CUSTOMER|SOMEONE|EVERYONE|PER_CUSTOMER)* (MORE_THAN|AT_MOST) PER_DUR`, cap),
  rule(`(AT_MOST|NOT MORE_THAN|ONLY) PER_DUR PER_CUSTOMER?`, cap),
  rule('(AT_MOST|NOT AGAIN) EVERY_DUR', ([, every]) => ({ name: 'CAP', number: 1, duration: every!.duration!, word: 'entry' })),
  rule(`EVERY_DUR (AT_MOST|ONLY) NUM ${TEXTS}`, cap),
  rule(`${PER_FIRST} (PER_CUSTOMER|MEIN|SE|KO)* (AT_MOST|ONLY) (NUM|COUNT) (MORE_THAN|AT_MOST|SE)? (${TEXTS}|COUNT)?`, cap),
  rule(
    `${PER} (PER_CUSTOMER|MEIN|KO)* (NUM|COUNT) ${TEXTS}? (AT_MOST|MORE_THAN NOT|MORE_THAN) ${TEXTS}? (NOT)? (?!(TIMES|PRODUCT|A|COUNT|SE)* (BUY|SPEND|CLICK|RUPEES))`,
    cap,
  ),
  rule(`(NUM|COUNT) ${TEXTS} ${PER} AT_MOST`, cap),
  rule(`${TEXTS} (THEM|CUSTOMER|EVERYONE|PER_CUSTOMER)* CAP`, items => ({
    name: 'CAP',
    number: items.at(-1)!.number!,
    duration: items.at(-1)!.duration!,
  })),
  rule('(ONLY|AT_MOST)? (THE)? FIRST_N NUM (CUSTOMER|SOMEONE|SIGNUP|BUY|FIRST_BUY|EVERYONE)', items => ({
    name: 'FIRST_CUSTOMERS',
    number: counted(items),
  })),
  rule('BEFORE NUM (CUSTOMER|(BUY|SIGNUP|CLICK|REPLY|FIRST_BUY|SOMEONE) (WALE|CUSTOMER)+)', items => ({
    name: 'FIRST_CUSTOMERS',
    number: counted(items),
  })),
  rule('NUM CUSTOMER AT_MOST', items => ({ name: 'FIRST_CUSTOMERS', number: counted(items) })),
  rule('(ONLY|AT_MOST) TO? NUM CUSTOMER', items => ({ name: 'FIRST_CUSTOMERS', number: counted(items) })),
  rule('(SEND)? TO AT_MOST NUM CUSTOMER?', items =>
    counted(items) >= 20 ? { name: 'FIRST_CUSTOMERS', number: counted(items) } : undefined,
  ),
  rule('AT_MOST (TO|THEM|FOR)* NUM CUSTOMER', items => ({ name: 'FIRST_CUSTOMERS', number: counted(items) })),
  rule('(ONLY|AT_MOST)? COUNT (FOR|TO|COMMA)? PER_CUSTOMER', items =>
    counted(items) === 1 ? { name: 'ENTRY', word: 'once' } : undefined,
  ),
  rule('PER_CUSTOMER (ONLY|AT_MOST)? COUNT', items => (counted(items) === 1 ? { name: 'ENTRY', word: 'once' } : undefined)),
  rule('ONLY COUNT (ENTERS)', items => (counted(items) === 1 ? { name: 'ENTRY', word: 'once' } : undefined)),
  rule('(ENTERS) (AT_MOST|ONLY)? COUNT', items => (counted(items) === 1 ? { name: 'ENTRY', word: 'once' } : undefined)),
  rule('AT_MOST COUNT', items => ({ name: 'MOST', number: counted(items) })),
  rule('COUNT AT_MOST', items => ({ name: 'MOST', number: counted(items) })),
  rule('NOT MORE_THAN COUNT', items => ({ name: 'MOST', number: counted(items) })),
  rule('COUNT (SE)? MORE_THAN NOT', items => ({ name: 'MOST', number: counted(items) })),
  rule(`AT_MOST NUM (?=${TEXTS})`, items => ({ name: 'MOST', number: counted(items) })),
]
