import { describe, expect, test } from 'vitest'
import { logOdds } from '../../../models/bandit/ftrl.ts'
import { clickSlots } from '../../../models/learning/click-features.ts'
import { isProven, newClickModel, showed, wasClicked } from '../../../models/learning/click-model.ts'
import { byClicks } from '../../../models/learning/click-order.ts'
import { actedOn, seen } from '../../../models/learning/credit.ts'
import { decodeLearnt, encodeLearnt, newLearnt } from '../../../models/learning/learnt.ts'
import { ModelDamaged, toBytes } from '../../../models/model-bytes.ts'
import { Random } from '../../../models/random.ts'

const item = (productId: string, score: number, more: object = {}) => ({
  productId,
  score,
  confidence: 0.5,
  reasons: [{ strategy: 'trending', score: 0.9 }],
  ...more,
})

/** Learns of lists of two products, one clicked far more often, wherever it stands. */
function trained(lists: number, chances: Record<string, number>) {
  const random = new Random('click model', 1)
  const model = newClickModel()
  for (let i = 0; i < lists; i++) {
    const order = random.chance(0.5) ? ['tea', 'cup'] : ['cup', 'tea']
    const slots = order.map((productId, place) => clickSlots(item(productId, 0.5), null, place))
    for (const one of slots) showed(model, one)
    for (const [place, productId] of order.entries()) if (random.chance(chances[productId]!)) wasClicked(model, slots[place]!)
  }
  return model
}

describe('the click model', () => {
  test('a click that comes after its item was counted as only shown does not make chances half of what they are', () => {
    const model = trained(20_000, { tea: 0.12, cup: 0.03 })
    const chance = (productId: string) => Math.exp(logOdds(model.ftrl, clickSlots(item(productId, 0.5), null, 0)))
    expect(Math.abs(chance('tea') - 0.12)).toBeLessThan(0.02)
    expect(Math.abs(chance('cup') - 0.03)).toBeLessThan(0.01)
  })

  test('has no say before it is proven: neither with few clicks, nor where it says no more than the bare rate', () => {
    expect(isProven(newClickModel())).toBe(false)
    expect(isProven(trained(500, { tea: 0.3, cup: 0.01 }))).toBe(false)
    expect(isProven(trained(6000, { tea: 0.05, cup: 0.05 }))).toBe(false)
    expect(isProven(trained(6000, { tea: 0.12, cup: 0.02 }))).toBe(true)
  })

  test('decides between what suits about as well, not against what suits better; scores fall, and what they have stays last', () => {
    const model = trained(6000, { tea: 0.12, cup: 0.02 })
    const ids = (items: readonly { productId: string }[]) => items.map(({ productId }) => productId)
    const close = [item('cup', 0.51), item('tea', 0.5), item('own', 0.9, { purchased: true })]
    const ordered = byClicks(close, null, model)
    expect(ids(ordered)).toEqual(['tea', 'cup', 'own'])
    expect(ordered.map(({ score }) => score)).toEqual([0.51, 0.5, 0.9])
    expect(ids(byClicks([item('cup', 0.7), item('tea', 0.5)], null, model))).toEqual(['cup', 'tea'])
    expect(byClicks(close, null, newClickModel())).toBe(close)
    expect(byClicks(close, null, undefined)).toBe(close)
    expect(byClicks([], null, model)).toEqual([])
  })
})

describe('what was learnt, as it is kept', () => {
  const exposure = { variant: 'varied', context: [1, 0, 0, 0, 0, 0, 0, 0], items: [item('tea', 0.5)], segment: null }

  test('comes back as it was', () => {
    const learnt = newLearnt()
    seen(learnt, exposure)
    actedOn(learnt, exposure, 'tea', { first: true, firstOfItem: true })
    const back = decodeLearnt(encodeLearnt(learnt))
    expect(back).toEqual(learnt)
    expect(back.variants.tried[1]).toEqual({ trials: 1, successes: 1 })
    seen(back, exposure)
    expect(back.variants.tried[1]!.trials).toBe(2)
  })

  test('a variant nobody knows any more counts for the click model alone', () => {
    const learnt = newLearnt()
    seen(learnt, { ...exposure, variant: 'gone' })
    actedOn(learnt, { ...exposure, variant: 'gone' }, 'tea', { first: true, firstOfItem: true })
    expect(learnt.variants).toEqual(newLearnt().variants)
    expect([learnt.clicks.shown, learnt.clicks.clicked]).toEqual([1, 1])
  })

  test('of another version it is refused; a variant that came since is untried', () => {
    const learnt = newLearnt()
    const narrow = { ...learnt.variants, linear: [{ inverse: new Float64Array(4), toward: new Float64Array(2) }] }
    expect(() => decodeLearnt(toBytes({ ...learnt, variants: narrow }))).toThrow(ModelDamaged)
    const fewer = { tried: learnt.variants.tried.slice(0, 2), linear: learnt.variants.linear.slice(0, 2) }
    expect(decodeLearnt(toBytes({ ...learnt, variants: fewer }))).toEqual(learnt)
  })
})
