import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { learn, logLoss, logOdds, newFtrl, SLOTS, slotOf, weightOf } from '../../../models/bandit/ftrl.ts'
import { Random } from '../../../models/random.ts'

/** The definition of FTRL-proximal, minimised by search: g·w + Σ σₛ/2·(w − wₛ)² + λ₁|w| + λ₂/2·w², for one coordinate. */
function minimum(gradients: readonly number[], weights: readonly number[]): number {
  const [alpha, beta, l1, l2] = [0.2, 1, 2, 1]
  let squares = 0
  const sigmas = gradients.map(g => {
    const before = Math.sqrt(squares)
    squares += g * g
    return (Math.sqrt(squares) - before) / alpha
  })
  const cost = (w: number) =>
    gradients.reduce((sum, g, s) => sum + g * w + (sigmas[s]! / 2) * (w - weights[s]!) ** 2, 0) +
    l1 * Math.abs(w) +
    (l2 / 2 + beta / alpha / 2) * w * w
  let [low, high] = [-5, 5]
  for (let i = 0; i < 200; i++) {
    const [a, b] = [low + (high - low) / 3, high - (high - low) / 3]
    if (cost(a) < cost(b)) high = b
    else low = a
  }
  return (low + high) / 2
}

describe('the click model', () => {
  test('each weight is the minimum that FTRL-proximal is defined by, whatever happened', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 40 }), happened => {
        const model = newFtrl()
        const [gradients, weights]: [number[], number[]] = [[], []]
        for (const one of happened) {
          const weight = weightOf(model, 7)
          weights.push(weight)
          gradients.push(1 / (1 + Math.exp(-weight)) - (one ? 1 : 0))
          learn(model, [7], one)
        }
        expect(weightOf(model, 7)).toBeCloseTo(minimum(gradients, weights), 5)
      }),
      { numRuns: 60 },
    )
  })

  test('what never mattered keeps weight 0; what matters is found, and beats the base rate in progressive validation', () => {
    const random = new Random('clicks', 3)
    const model = newFtrl()
    let [loss, base, clicks] = [0, 0, 1]
    for (let i = 1; i <= 20_000; i++) {
      const [good, noise] = [random.chance(0.3), random.int(0, 400)]
      const happened = random.chance(good ? 0.2 : 0.04)
      const rate = clicks / (i + 1)
      base += logLoss(Math.log(rate / (1 - rate)), happened)
      const said = learn(model, [slotOf('always'), ...(good ? [slotOf('good')] : []), slotOf(`noise ${noise}`)], happened)
      loss += logLoss(said, happened)
      clicks += happened ? 1 : 0
    }
    const chance = (slots: number[]) => {
      const all = Array.from({ length: 400 }, (_, n) => 1 / (1 + Math.exp(-logOdds(model, [...slots, slotOf(`noise ${n}`)]))))
      return all.reduce((sum, one) => sum + one, 0) / all.length
    }
    expect(Math.abs(chance([slotOf('always')]) - 0.04)).toBeLessThan(0.008)
    expect(Math.abs(chance([slotOf('always'), slotOf('good')]) - 0.2)).toBeLessThan(0.05)
    expect(loss).toBeLessThan(0.97 * base)
    const silent = Array.from({ length: 400 }, (_, n) => weightOf(model, slotOf(`noise ${n}`))).filter(weight => weight === 0)
    expect(silent.length).toBeGreaterThan(200)
  })

  test('a feature has its slot, and slots are spread', () => {
    const slots = new Set(Array.from({ length: 1000 }, (_, n) => slotOf(`product:${n}`)))
    expect(slots.size).toBeGreaterThan(700)
    expect([...slots].every(slot => slot >= 0 && slot < SLOTS)).toBe(true)
  })

  test('a loss is never infinite', () => {
    expect([logLoss(800, false), logLoss(-800, true), logLoss(0, true)]).toEqual([800, 800, Math.log(2)])
  })
})
