import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkFlow } from '../../../models/flow/check-flow.ts'
import { correctFlow } from '../../../models/flow/correct-flow.ts'
import type { Flow } from '../../../schemas/flow.ts'
import { campaigns } from '../../flows/campaigns.ts'
import { defects } from '../../flows/defects.ts'
import { flowShop } from '../../support/flow-shop.ts'
import { asking, end, experiment, flowOf, message } from '../../support/flow-steps.ts'
import { smallFlow } from '../../support/small-flows.ts'

function expectMended(flow: Flow): void {
  const { flow: mended, corrections } = correctFlow(flow, flowShop)
  const { findings, flow: read } = checkFlow(mended, flowShop)
  expect(read, 'what was mended is well-formed').toBeDefined()
  expect(findings.filter(({ fixable }) => fixable)).toEqual([])
  expect(correctFlow(mended, flowShop)).toEqual({ flow: mended, corrections: [] })
  if (corrections.length === 0) expect(mended).toBe(flow)
  for (const correction of corrections) expect(correction).toMatch(/^[A-Z].{10,}\.$|^Wrote /su)
}

test.each(defects.map(({ name, flow }) => [name, flow] as const))('%s: mended, or left to its author', (_, flow) => {
  expectMended(flow as Flow)
})

test('sound campaigns are left as they are', () => {
  for (const flow of Object.values(campaigns)) expect(correctFlow(flow, flowShop)).toEqual({ flow, corrections: [] })
})

test('whatever a small flow does wrong that can be mended is mended, and once', () => {
  fc.assert(fc.property(smallFlow, expectMended), { numRuns: 150 })
})

test('flows whose edges are muddled are mended as far as can be', () => {
  const type = fc.constantFrom(
    'default',
    'reply',
    'no_reply',
    'clicked',
    'match',
    'else',
    'allowed',
    'limited',
    'declined',
    'variant',
  )
  const edge = fc.record({ type, nextStepID: fc.constantFrom('a', 'b', 'end', 'lost') })
  const muddled = fc.tuple(fc.nat({ max: 5 }), fc.array(edge, { minLength: 1, maxLength: 4 }))
  fc.assert(
    fc.property(fc.array(smallFlow, { minLength: 1, maxLength: 1 }), fc.array(muddled, { maxLength: 2 }), ([flow], changes) => {
      const steps = flow!.steps.map((step, i) => {
        const change = changes.find(([at]) => at === i)
        return change === undefined || step.type === 'end' ? step : { ...step, events: change[1] }
      })
      expectMended({ ...flow!, steps } as Flow)
    }),
    { numRuns: 150 },
  )
})

test('each correction is a sentence that says what was changed', () => {
  const flow = flowOf(
    [
      experiment('try', { a: 60, b: 60 }, { a: 'ask', b: 'ask' }),
      asking('ask', { 'reply:yes': 'end', no_reply: 'ask' }, 'P3D', {
        content: 'Hi {first_name}: {{discount}}',
        discount: { type: 'percent', value: 90 },
      }),
      message('alone', 'end'),
      end(),
    ],
    { trigger: { type: 'segment_entered', segment: 'at-risk' } },
  ) as Flow
  expect(correctFlow(flow, flowShop).corrections).toEqual([
    'The weights of step "try" now add up to 100: a 50, b 50.',
    'Took out step "alone", to which no way led.',
    'Put the limit step "limit" before "ask": at most 3 times round "ask" → "ask".',
    'The segment "at-risk" is now written "At Risk".',
    'Wrote the placeholders of step "ask" as they must be: Hi {{first_name}}: {{discount}}',
    'Lowered the discount of step "ask" from 90% to 40%, the most that the shop allows.',
  ])
})
