import type { Condition, FlowTrigger } from '../../../../schemas/flow.ts'
import type { Item } from '../item.ts'
import { type Made, type Rule, rule } from '../rewrite.ts'

const WHO = '(SOMEONE|CUSTOMER|EVERYONE|THEM|A|NEW_CUSTOMER|COND|EVERY|PER_CUSTOMER)'
const WHEN = '(WHEN|AFTER|IF|EVERY|ONCE)'

const trigger =
  (
    type:
      | 'first_purchase'
      | 'purchase'
      | 'cart_abandoned'
      | 'click'
      | 'message'
      | 'signup'
      | 'birthday'
      | 'back_in_stock'
      | 'price_drop',
  ) =>
  (items: readonly Item[]): Made => {
    const conditions = items.flatMap(item => (item.condition === undefined ? [] : [item.condition]))
    const said = items.some(
      ({ name, text }) => name === 'EVERY' || /every|each|har\b|jab bhi|ہر|جب بھی/i.test(name === 'WHEN' ? text : ''),
    )
      ? { word: 'every' }
      : {}
    return { name: 'TRIGGER', trigger: { type, ...only(conditions) } as FlowTrigger, ...said }
  }
const only = (conditions: readonly Condition[]): { condition?: Condition } =>
  conditions.length === 0 ? {} : { condition: conditions.length === 1 ? conditions[0]! : { all: conditions } }

const entered = (items: readonly Item[]): Made => {
  const segment = items.find(({ name }) => name === 'SEGMENT_COND')!.word!
  return { name: 'TRIGGER', trigger: { type: 'segment_entered', segment } }
}
/** `after the second order`: a purchase that makes so many. */
const nth = (items: readonly Item[]): Made => {
  const value = items.find(({ name }) => name === 'NTH')!.number!
  if (value === 1) return first(items)
  return { name: 'TRIGGER', trigger: { type: 'purchase', condition: { field: 'rfm.frequency', op: 'eq', value } } }
}
const first: (items: readonly Item[]) => Made = trigger('first_purchase')

/** `customer link par click kare to …`, with nothing before it. */
function began(items: readonly Item[]): Made {
  if (!items.some(({ language }) => language === 'roman-urdu' || language === 'urdu')) return undefined
  const clicks = items.some(({ name }) => name === 'CLICK')
  return { ...trigger(clicks ? 'click' : 'purchase')(items)!, name: clicks ? 'WHEN_CLICK' : 'WHEN_BUY' }
}

/** `If a customer buys shoes, …`: with nothing before it, it is what they will do that begins the flow, unless there is an `otherwise`. */
export const begunByIf: readonly Rule[] = [
  rule(
    '^IF (?=(A|SOMEONE|CUSTOMER|THEM|EVERYONE)+ (A|ON|IN|PAR|WORD|PRODUCT|URL|QUOTE){0,4} (BUY|CLICK|VIEW))(?!ANY{0,60} ELSE)',
    'WHEN',
  ),
]

/** What brings customers in. `AFTER` and `LATER` are left standing where a duration goes with them. */
export const triggers: readonly Rule[] = [
  rule('(DUR|DAYS|BEFOREHAND) (SE|KE)? BEFORE (THEM|SOMEONE|CUSTOMER|A|EVERY)* BIRTHDAY', items => ({
    ...trigger('birthday')(items)!,
    word: 'before',
  })),
  rule('BIRTHDAY (SE|KO|FROM|KE)* DUR (SE)? BEFORE', items => ({ ...trigger('birthday')(items)!, word: 'before' })),
  rule(`^(${WHO}|URL|PAR|KO|MEIN|SE|PRODUCT|NUM)* (CLICK|BUY|BOUGHT) (VISIT|ENTERS|SE)* (?=TO)`, began),
  rule(`^${WHO}+ (BUY|BOUGHT) (THEM|SE|KE)* (?=DUR)`, began),
  rule('INACTIVE', ([item]) => ({ name: 'TRIGGER_INACTIVE', duration: item!.duration! })),
  rule(`${WHEN}? ${WHO}* SEGMENT? ENTERS (IN|TO|A|SOMEONE)* SEGMENT_COND`, entered),
  rule(`${WHEN}? ${WHO}* SEGMENT_COND (MEIN|SE|KO)* ENTERS`, entered),
  rule(
    `(${WHEN} ${WHO}*)? CART (MEIN|IN|PRODUCT|SOMEONE|KO|NOTHING|WITH|SE|NOT|BUY|BOUGHT)* ABANDON ${WHO}*`,
    trigger('cart_abandoned'),
  ),
  rule(
    `(${WHEN} ${WHO}*)? ABANDON (A|THEM|PRODUCT|SOMEONE|NOTHING|IN|AT|THE|MEIN|WITH)* CART ${WHO}*`,
    trigger('cart_abandoned'),
  ),
  rule(
    `${WHEN} ${WHO}* (PRODUCT|NOTHING)* (IN|MEIN|TO)? CART (IN|MEIN)* (AND|COMMA)? ${WHO}* (NOT_BUY|NOT BUY)`,
    trigger('cart_abandoned'),
  ),
  rule(`CART (MEIN|IN|KO|PRODUCT|SOMEONE)* (AND)? (NOT_BUY)`, trigger('cart_abandoned')),
  rule(`NOT_BUY (THEM|A|PRODUCT|IN)* CART`, trigger('cart_abandoned')),
  rule(`ABANDON CART`, trigger('cart_abandoned')),
  rule('(STOCK|PRODUCT) (MEIN|IN|SOMEONE|THEM)* AGAIN (VISIT|ENTERS|GETS)', trigger('back_in_stock')),
  rule('STOCK (MEIN|IN)? (VISIT|ENTERS)', trigger('back_in_stock')),
  rule('INTENT_PRICE (A|OF|VIEW|PRODUCT|THEM|SOMEONE|CUSTOMER|EVERYONE|WORD|CART|IN|MEIN){0,6} FALLS', trigger('price_drop')),
  rule(`${WHEN} ${WHO}* NTH (BUY|BOUGHT) (PAR|KO|LATER|ASSOON)*`, nth),
  rule(`NTH (BUY|BOUGHT) (KE|PAR|KO|LATER|ASSOON)+`, nth),
  rule(`NTH (BUY|BOUGHT)`, nth),
  rule('PRODUCT (STOP_IT|SOMEONE|THEM|AGAIN|NOT|BUT|COMMA)* VISIT', trigger('back_in_stock')),
  rule(`(${WHEN} ${WHO}*)? ${WHO}* FIRST_BUY (SIDE)?`, first),
  rule(`(WELCOME) (A|THE)* NEW_CUSTOMER`, items => ({ ...trigger('signup')(items)!, word: 'welcome' })),
  rule(`(${WHEN} ${WHO}*)? ${WHO}* SIGNUP ${WHO}*`, trigger('signup')),
  rule(`(${WHEN} ${WHO}*)? ${WHO}* (ON|IN|BEFORE|FOR|AT)* BIRTHDAY (MONTH|WEEK|DAY|PAR|KO|CUSTOMER)*`, trigger('birthday')),
  rule(`(${WHEN})? (A|PRODUCT|THEM|SOMEONE|CUSTOMER|WORD|VIEW|CART|EVERYONE|QUOTE)* BACK_IN_STOCK`, trigger('back_in_stock')),
  rule(`(${WHEN})? (A|PRODUCT|THEM|SOMEONE|CUSTOMER|WORD|VIEW|CART|KI|EVERYONE|QUOTE)* PRICE_DROP`, trigger('price_drop')),
  rule(`${WHEN} ${WHO}* WRITES`, trigger('message')),
  rule(`${WHEN}? (SOMEONE|THEM)* (GETS|GIVE) A? SEND FROM (A|CUSTOMER|SOMEONE|THEM)+`, trigger('message')),
  rule(`WRITES`, trigger('message')),
  rule(`(WHEN|EVERY|AFTER) ${WHO}* SEND IN (?=(COMMA|STOP))`, trigger('message')),
  rule(`(WHEN|EVERY|AFTER) ${WHO}* (SEND) (A|SEND|THEM)* (?=COMMA)`, items =>
    /texts|message|messages|writes|paigham|پیغام|میسج/i.test(items.map(({ text }) => text).join(' '))
      ? trigger('message')(items)
      : undefined,
  ),
  rule('(EVERY)? (BUY|BOUGHT) (?=DUR LATER)', items => ({ ...trigger('purchase')(items)!, name: 'WHEN_BUY' })),
  rule(`^${WHO}* (CLICK|BUY|BOUGHT) (ON|A|URL|SEND|THEM)* (?=(COLON|COMMA))`, ([...items]) =>
    items.every(({ language }) => language === undefined || language === 'english')
      ? { ...trigger(items.some(({ name }) => name === 'CLICK') ? 'click' : 'purchase')(items)!, name: 'WHEN_BUY' }
      : undefined,
  ),
  rule(`^(COLON|BEGINS) (COLON|${WHO})* (BUY|BOUGHT)`, items => ({ ...trigger('purchase')(items)!, name: 'WHEN_BUY' })),
  rule('(BUY|BOUGHT) BEGINS', items => ({ ...trigger('purchase')(items)!, name: 'WHEN_BUY' })),
  rule('BEGINS (COLON|A|ON|WITH)* (BUY|BOUGHT)', items => ({ ...trigger('purchase')(items)!, name: 'WHEN_BUY' })),
  rule('BEGINS (COLON|A|ON|WITH)* CLICK', items => ({ ...trigger('click')(items)!, name: 'WHEN_CLICK' })),
  rule(`(WHEN|EVERY) ${WHO}* (BUY|BOUGHT)`, items => ({
    ...trigger('purchase')(items)!,
    ...(/every|each|har |jab bhi|ہر|جب بھی/i.test(items.map(({ text }) => text).join(' ')) ? { word: 'every' } : {}),
    name: 'WHEN_BUY',
  })),
  rule(`AFTER ${WHO}* (EVERY)? (BUY|BOUGHT)`, items => ({
    ...(items.some(({ name }) => ['SOMEONE', 'THEM', 'CUSTOMER'].includes(name)) ? {} : { word: 'any' }),
    ...trigger('purchase')(items)!,
    name: 'WHEN_BUY',
  })),
  rule(`(EVERY)? (BUY|BOUGHT) (${WHO}|WALE|KO)* (LATER|ASSOON)`, items => ({ ...trigger('purchase')(items)!, name: 'WHEN_BUY' })),
  rule(`CLICK (KE|SE|PAR)* (?=DUR LATER)`, items => ({ ...trigger('click')(items)!, name: 'WHEN_CLICK' })),
  rule(`(WHEN|EVERY|AFTER) ${WHO}* CLICK (ON|A|THEM|URL|SEND|IN)*`, items => ({
    ...trigger('click')(items)!,
    name: 'WHEN_CLICK',
  })),
  rule(`CLICK (${WHO}|WALE|KO)* (LATER|ASSOON)`, items => ({ ...trigger('click')(items)!, name: 'WHEN_CLICK' })),
]
