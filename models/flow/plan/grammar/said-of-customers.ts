import type { Condition } from '../../../../schemas/flow.ts'
import { durationMs, WEEK } from '../../flow-duration.ts'
import type { Item } from '../item.ts'
import { type Made, type Rule, rule } from '../rewrite.ts'

const LATELY = '((IN|WITHIN|SINCE|FOR)? PAST? DUR)'
const ops: Readonly<Record<string, 'gt' | 'lt' | 'gte' | 'lte'>> = {
  MORE_THAN: 'gt',
  LESS_THAN: 'lt',
  AT_LEAST: 'gte',
  AT_MOST: 'lte',
}
const OP = `(${Object.keys(ops).join('|')})`

const withinOf = (items: readonly Item[]): { within?: string } => {
  const duration = items.find(item => item.duration !== undefined)?.duration
  return duration === undefined ? {} : { within: duration }
}

/** `clicked at least twice in the past two weeks`. */
const clicks = (items: readonly Item[]): Made => {
  const op = items.map(({ name }) => ops[name]).find(found => found !== undefined) ?? 'gte'
  const value = items.find(({ name }) => name === 'COUNT' || name === 'NUM')!.number!
  return { name: 'COND', condition: { field: 'clicks.count', op, value, ...withinOf(items) } }
}

/** `clicked on electronics in the last month`. */
const clickedOn = (items: readonly Item[]): Made => {
  const value = items.flatMap(({ name, word }) => (name === 'WORD' || name === 'QUOTE' ? [word!] : [])).join(' ')
  return { name: 'COND', condition: { field: 'clicks.category', op: 'contains', value, ...withinOf(items) } }
}

/** `bought stationery or bags`: any of them. */
const boughtAny = (items: readonly Item[]): Made => {
  const within = withinOf(items)
  const any = items.flatMap(({ name, word }): Condition[] =>
    name === 'WORD' || name === 'QUOTE' ? [{ field: 'purchases.category', op: 'contains', value: word!, ...within }] : [],
  )
  return inEnglish(items) ? { name: 'BOUGHT', condition: { any } } : undefined
}
const inEnglish = (items: readonly Item[]): boolean =>
  items.every(({ language }) => language === undefined || language === 'english')

const ages = (items: readonly Item[]): Made => {
  const [from, to] = items.flatMap(({ name, number }) => (name === 'NUM' ? [number!] : []))
  if (from! >= to! || from! < 13 || to! > 120) return undefined
  const gender = items[0]!.name === 'FEMALE' ? 'female' : items[0]!.name === 'MALE' ? 'male' : undefined
  // `customers between 13 and 20` may be hours of the day.
  if (gender === undefined && to! <= 24) return undefined
  const all: Condition[] = [
    { field: 'profile.age', op: 'gte', value: from! },
    { field: 'profile.age', op: 'lte', value: to! },
  ]
  return {
    name: 'COND',
    condition: { all: gender === undefined ? all : [{ field: 'profile.gender', op: 'eq', value: gender }, ...all] },
  }
}

/** `Loyal: 15 %`, `Loyalists get 10 %`. */
const inCapitals = ([item]: readonly Item[]): Made =>
  /^\p{Lu}/u.test(item!.text) ? { name: 'SEGMENT_NAME', word: item!.word! } : undefined

/** `women between 25 and 35`: ages, before they are taken for hours. */
export const agesSaid: readonly Rule[] = [
  rule('(LESS_THAN|MORE_THAN) DASH? NUM WORD', ([how, ...rest]) => {
    const value = rest.at(-2)!.number!
    return rest.at(-1)!.word === 's' && value < 120
      ? { name: 'COND', condition: { field: 'profile.age', op: ops[how!.name]!, value } }
      : undefined
  }),
  rule(
    '(FEMALE|MALE|CUSTOMER|EVERYONE|SOMEONE) CUSTOMER? (BETWEEN|FROM) NUM (AND|TO|DASH) NUM (?!(AM|PM|OCLOCK|PERCENT|DAY|TIMES))',
    ages,
  ),
]

/** What customers did, how often and with what, as English says it. */
export const saidOfCustomers: readonly Rule[] = [
  rule('BUY (FROM|A|IN|WITH|PRODUCT)* FOR FIRST_N TIMES', 'FIRST_BUY'),
  rule('SINCE (?=(MONEY))', 'MORE_THAN'),
  rule(`CLICK (ON|A|URL|SEND|IN|PRODUCT|NOTHING)* ${OP}? (COUNT|NUM (?=${OP} TIMES)) (OR|AND)? ${OP}? TIMES? ${LATELY}?`, clicks),
  rule('(TO|FOR) IF NOT CLICK (ON|A|SEND|URL|NOTHING)*', items =>
    items[2]!.text === 'never' ? { name: 'COND', condition: { field: 'clicks.count', op: 'lt', value: 1 } } : undefined,
  ),
  rule('SIGNUP (IN|A)* (?=(SEGMENT_NAME|SEGMENT_MAYBE SEGMENT))', 'ENTERS'),
  rule('UNHAPPY REPLY', 'INTENT_COMPLAINT'),
  rule('HAPPY REPLY', 'INTENT_PRAISE'),
  rule('NUM PLUS BUY', items => ({
    name: 'BOUGHT',
    condition: { field: 'rfm.frequency', op: 'gte', value: items[0]!.number! },
  })),
  rule(`${OP} COUNT CLICK ${LATELY}?`, clicks),
  rule(`(?<=(CUSTOMER|EVERYONE|SOMEONE)) CLICK ON (WORD|QUOTE){1,2} ${LATELY}`, clickedOn),
  rule(`(?<=(CUSTOMER|EVERYONE) SOMEONE?) CLICK ON (WORD|QUOTE){1,2} (?=(STOP|COMMA))`, clickedOn),
  rule(`BUY (FROM|IN|A|PRODUCT)* (WORD|QUOTE) ((COMMA|OR|AND|COMMA OR|SLASH) (WORD|QUOTE)){1,4} CATEGORY? ${LATELY}?`, boughtAny),
  rule(`BIG_SPENDER COMMA? (SPEND|THEM|SOMEONE)* ${OP} MONEY IN?`, items => ({
    name: 'COND',
    condition: {
      field: 'rfm.monetary',
      op: items.map(({ name }) => ops[name]).find(found => found !== undefined)!,
      value: items.find(({ name }) => name === 'MONEY')!.number!,
    },
  })),
  rule('SPEND (BETWEEN|FROM)? (MONEY|NUM) (AND|TO|DASH) (MONEY|NUM)', items => {
    const [from, to] = items.flatMap(({ name, number }) => (name === 'MONEY' || name === 'NUM' ? [number!] : []))
    return {
      name: 'COND',
      condition: {
        all: [
          { field: 'rfm.monetary', op: 'gte', value: from! },
          { field: 'rfm.monetary', op: 'lte', value: to! },
        ],
      },
    }
  }),
  rule(`${OP} NUM BUY (?=${OP} MONEY SPEND)`, items => ({
    name: 'BOUGHT',
    condition: { field: 'rfm.frequency', op: ops[items[0]!.name]!, value: items[1]!.number! },
  })),
  rule(`NUM ${OP} PRODUCT (?=ABANDON)`, items => ({
    name: 'COND',
    condition: { field: 'cart.items', op: ops[items[1]!.name]!, value: items[0]!.number! },
  })),
  rule('BUY COMMA CATEGORY (WORD|QUOTE)', boughtAny),
  rule('WHETHER (SOMEONE|THEM|CUSTOMER)* (INTERESTED|SIGNUP|BUY)', 'WHETHER'),
  rule('(?<=(STOP|COMMA|AND|ELSE)) SEGMENT_MAYBE (?=(COLON|GETS)? OFFER)', inCapitals),
  rule('^SEGMENT_MAYBE (?=(COLON|GETS)? OFFER)', inCapitals),
  rule('TOP', ([item]) => (/^vips$/i.test(item!.text) ? { name: 'TOP_COND' } : undefined)),
]

/** Longer ago than this, who has not bought is somebody to win back, and nobody whose purchase is waited for. */
const SOON = 2 * WEEK

/** `who clicks but doesn't order within 2 days`: what is waited for after what begins the flow. */
export const begunAndNotBought: readonly Rule[] = [
  rule('(?<=(TRIGGER|WHEN_BUY|WHEN_CLICK) ANY{1,30}) AFTER TRIGGER_INACTIVE', ([, span]) =>
    durationMs(span!.duration!) <= SOON ? { name: 'IF_NOT_BOUGHT', duration: span!.duration! } : undefined,
  ),
  rule('(?<=(TRIGGER|CLICK) COMMA) DUR NOTHING BUY', ([span]) => ({ name: 'IF_NOT_BOUGHT', duration: span!.duration! })),
  rule(
    '(?<=(TRIGGER|WHEN_BUY|WHEN_CLICK|CLICK) (ON|A|PRODUCT|URL|SEND|IN)*) (AND|COMMA)* (SOMEONE|THEM)* TRIGGER_INACTIVE',
    ([...items]) => {
      const duration = items.at(-1)!.duration!
      return durationMs(duration) <= SOON ? { name: 'IF_NOT_BOUGHT', duration } : undefined
    },
  ),
  rule('CLICK (ON|A|PRODUCT|URL|SEND|IN)* (?=IF_NOT_BOUGHT)', () => ({ name: 'WHEN_CLICK', trigger: { type: 'click' } })),
]
