import { DAY, durationMs } from '../../flow-duration.ts'
import type { FlowShop } from '../../flow-shop.ts'
import type { Item } from '../item.ts'
import { carried, type Made, type Rule, rule } from '../rewrite.ts'

/** What was kept open while triggers might have taken it: who is meant by segments, by `top customers`, by what they bought. */
export const settled = ({ segments }: FlowShop): readonly Rule[] => [
  rule('SEGMENT_COND', ([item]) => ({ name: 'COND', condition: { field: 'segment', op: 'eq', value: item!.word! } })),
  rule('IF_TOP', () => ({ ...top(segments)!, name: 'IF_COND' })),
  rule('EXCEPT_TOP', () => ({ name: 'COND', condition: { not: top(segments)!.condition! } })),
  rule('TOP_COND', () => top(segments)),
  rule('NEW_CUSTOMER', ([item]) => ({
    ...carried([item!]),
    name: 'NEW_CUSTOMER',
    ...(segments.includes('New') ? { condition: { field: 'segment', op: 'eq', value: 'New' } } : {}),
  })),
  rule('(NOT|NO) BOUGHT', ([, item]) => ({ name: 'COND', condition: { not: item!.condition! } })),
  rule('BOUGHT NOT', ([item]) => ({ name: 'COND', condition: { not: item!.condition! } })),
  rule('BOUGHT', ([item]) => ({ name: 'COND', condition: item!.condition! })),
  rule('(CUSTOMER|SOMEONE|EVERYONE) (SOMEONE)* NOT_BUY', items =>
    never(items) ? { name: 'COND', condition: { field: 'rfm.frequency', op: 'eq', value: 0 } } : undefined,
  ),
]

/** A segment of that name, else Champions, else whoever is in the best fifth by money. */
function top(segments: readonly string[]): Made {
  const named = segments.find(name => /^vips?\b/i.test(name)) ?? segments.find(name => name === 'Champions')
  return {
    name: 'COND',
    word: 'top',
    condition: named === undefined ? { field: 'rfm.m', op: 'gte', value: 5 } : { field: 'segment', op: 'eq', value: named },
  }
}

const never = (items: readonly Item[]): boolean => /never|kabhi|کبھی|yet/i.test(items.map(({ text }) => text).join(' '))

/** Of somebody who has long not bought, where that is no trigger. */
export const recencyOf = (duration: string): { field: string; op: 'gte'; value: number } => ({
  field: 'rfm.recency',
  op: 'gte',
  value: Math.max(1, Math.round(durationMs(duration) / DAY)),
})
