import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkFlow } from '../../../models/flow/check-flow.ts'
import type { FlowShop } from '../../../models/flow/flow-shop.ts'
import { flowShop } from '../../support/flow-shop.ts'
import { walk } from '../../support/plain-flow-walk.ts'
import { smallCustomers, smallFlow } from '../../support/small-flows.ts'

const shopOf = (perDay: number, perWeek: number): FlowShop => ({ ...flowShop, quiet: undefined, maxTexts: { perDay, perWeek } })

test('what the checker proves and refutes is what trying everything shows', () => {
  const met = { proved: 0, refuted: 0, left: 0, dead: 0, walked: 0 }
  fc.assert(
    fc.property(smallFlow, fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 5 }), (flow, perDay, perWeek) => {
      const { properties, findings } = checkFlow(flow, shopOf(perDay, perWeek))
      if (properties.length === 0) return
      const walked = walk(flow, smallCustomers(flow), 12_000)
      if (walked === undefined) return
      met.walked++
      const outcome = (name: string) => properties.find(({ property }) => property === name)!
      const told = JSON.stringify({ flow, walked: { ...walked, reached: [...walked.reached] }, properties }, null, 1)
      for (const [name, most, texts] of [
        ['texts_per_day', perDay, walked.perDay],
        ['texts_per_week', perWeek, walked.perWeek],
      ] as const) {
        const { outcome: said, detail } = outcome(name)
        if (said === 'proved') expect(Number(/at most (\d+)/.exec(detail)![1]), told).toBeGreaterThanOrEqual(texts)
        if (said === 'proved') expect(texts, told).toBeLessThanOrEqual(most)
        if (said === 'refuted') expect(texts, told).toBeGreaterThan(most)
        met[said === 'proved' ? 'proved' : said === 'refuted' ? 'refuted' : 'left']++
        // Nothing is left open where nothing is over-approximated, and what is proved is all that can be.
        if (
          flow.steps.some(({ type }) => type === 'rate_limit') ||
          flow.steps.some(step => step.type === 'limit' && step.per !== undefined)
        )
          continue
        if (flow.steps.some(({ type }) => type === 'split')) continue
        expect(said, told).not.toBe('bound_reached')
        if (said === 'proved') expect(detail, told).toContain(`at most ${texts} text`)
      }
      for (const { code, step } of findings) if (code === 'step_dead') expect(walked.reached, told).not.toContain(step)
      if (outcome('no_dead_step').outcome === 'proved') expect(walked.reached.size, told).toBe(flow.steps.length)
      if (walked.reached.size < flow.steps.length) met.dead++
    }),
    { numRuns: 300 },
  )
  expect(Math.min(met.proved, met.refuted), JSON.stringify(met)).toBeGreaterThan(40)
  expect(met.dead).toBeGreaterThan(2)
})
