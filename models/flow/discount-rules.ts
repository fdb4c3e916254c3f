import type { Flow, FlowDiscount, FlowStep } from '../../schemas/flow.ts'
import { LONGEST_TEXT } from '../templates/template.ts'
import { textOf } from './edge-forms.ts'
import { type Finding, type FlowFix, withStep } from './finding.ts'
import type { FlowShop } from './flow-shop.ts'
import { amountsOffered, percentsOffered } from './offers-in-words.ts'
import { discountOf } from './text-rules.ts'

/** No text offers more than the shop allows, by its step's discount or by its words. */
export const discountRules = (flow: Flow, shop: FlowShop): Finding[] =>
  flow.steps.flatMap((step, index) => [...ownRules(flow, step, index, shop), ...wordRules(step, index, shop)])

function ownRules(flow: Flow, step: FlowStep, index: number, shop: FlowShop): Finding[] {
  const discount = discountOf(step)
  if (discount === undefined || discount.type === 'free_shipping') return []
  const pointer = `/steps/${index}/discount`
  const { type, value, currency } = discount
  if (type === 'amount' && currency !== undefined && currency !== shop.currency) {
    const message = `Step "${step.id}" takes off ${currency} ${value}, and the shop counts in ${shop.currency}: say the amount in that.`
    return [{ code: 'discount_currency', message, pointer: `${pointer}/currency`, step: step.id }]
  }
  const most = type === 'percent' ? shop.maxDiscountPercent : shop.maxDiscountAmount
  if (value <= most) return []
  const says = (amount: number) => (type === 'percent' ? `${amount}%` : `${shop.currency} ${amount}`)
  const fix = (): FlowFix => ({
    flow: withStep(flow, index, { ...step, discount: { ...discount, value: most } as FlowDiscount } as FlowStep),
    correction: `Lowered the discount of step "${step.id}" from ${says(value)} to ${says(most)}, the most that the shop allows.`,
  })
  const message = `Step "${step.id}" takes off ${says(value)}, and the shop allows ${says(most)} at most.`
  return [{ code: 'discount_too_high', message, pointer: `${pointer}/value`, step: step.id, ...(most > 0 ? { fix } : {}) }]
}

/** What the words themselves promise: a discount that no field has would pass every bound. */
function wordRules(step: FlowStep, index: number, shop: FlowShop): Finding[] {
  const text = textOf(step)?.slice(0, LONGEST_TEXT) ?? ''
  const at = { pointer: `/steps/${index}/content`, step: step.id }
  const offers = [
    ...percentsOffered(text).map(value => ({
      type: 'percent',
      value,
      says: `${value}%`,
      most: shop.maxDiscountPercent,
      bound: `${shop.maxDiscountPercent}%`,
    })),
    ...amountsOffered(text).map(value => ({
      type: 'amount',
      value,
      says: `${value}`,
      most: shop.maxDiscountAmount,
      bound: `${shop.currency} ${shop.maxDiscountAmount}`,
    })),
  ]
  const high = offers.find(({ value, most }) => value > most)
  if (high !== undefined) {
    const message = `The text of step "${step.id}" offers ${high.says} off, and the shop allows ${high.bound} at most.`
    return [{ ...at, code: 'discount_too_high', message }]
  }
  const discount = discountOf(step)
  const other = offers.find(({ type, value }) => discount?.type !== type || discount.value !== value)
  if (other === undefined) return []
  const message = `The text of step "${step.id}" offers ${other.says} off, and the step has ${discount === undefined ? 'no discount' : 'another'}: write {{discount}}.`
  return [{ ...at, code: 'discount_differs', message }]
}
