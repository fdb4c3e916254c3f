import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkFlow } from '../../../models/flow/check-flow.ts'
import type { FlowShop } from '../../../models/flow/flow-shop.ts'
import { flowShop } from '../../support/flow-shop.ts'
import { walk } from '../../support/plain-flow-walk.ts'
import { smallCustomers, smallFlow } from '../../support/small-flows.ts'

const shopOf = (perDay: number, perWeek: number, cap: { most: number; hours: number }): FlowShop => ({
  ...flowShop,
  quiet: undefined,
  maxTexts: { perDay, perWeek },
  caps: [{ text: `${cap.most}/${cap.hours}h`, most: cap.most, span: cap.hours * 3_600_000 }],
})

const caps = fc.record({ most: fc.integer({ min: 1, max: 2 }), hours: fc.constantFrom(6, 24, 72) })

test('what the checker proves and refutes is what trying everything shows', () => {
  const met = { proved: 0, refuted: 0, left: 0, dead: 0, walked: 0, suppressed: 0 }
  fc.assert(
    fc.property(smallFlow, fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 3 }), caps, (flow, perDay, perWeek, cap) => {
      const { properties, findings } = checkFlow(flow, shopOf(perDay, perWeek, cap))
      if (properties.length === 0) return
      const walked = walk(flow, smallCustomers(flow), cap, 12_000)
      if (walked === undefined) return
      met.walked++
      const outcome = (name: string) => properties.find(({ property }) => property === name)!
      const told = JSON.stringify(
        { flow, walked: { ...walked, reached: [...walked.reached], went: [...walked.went] }, properties },
        null,
        1,
      )
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
      for (const { code, step } of findings)
        if (code === 'text_always_suppressed') {
          met.suppressed++
          expect(walked.went, told).not.toContain(step)
        }
      if (outcome('sends_pass').outcome === 'proved')
        for (const step of flow.steps) if ('content' in step) expect(walked.went, told).toContain(step.id)
      if (walked.reached.size < flow.steps.length) met.dead++
    }),
    { numRuns: 300 },
  )
  expect(Math.min(met.proved, met.refuted), JSON.stringify(met)).toBeGreaterThan(30)
  expect(Math.min(met.dead, met.suppressed), JSON.stringify(met)).toBeGreaterThan(2)
})
