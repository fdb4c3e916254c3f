import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkFlow } from '../../../models/flow/check-flow.ts'
import { campaigns } from '../../flows/campaigns.ts'
import { defects, suppressed } from '../../flows/defects.ts'
import { soundFlow, soundFlows } from '../../flows/sound-flows.ts'
import { flowShop } from '../../support/flow-shop.ts'

test('there are sixty defects and more, each of its own', () => {
  expect(defects.length).toBeGreaterThanOrEqual(60)
  expect(new Set(defects.map(({ name }) => name)).size).toBe(defects.length)
})

test.each(defects.map(({ name, code, flow }) => [name, code, flow] as const))('%s: %s', (_, code, flow) => {
  const { findings, flow: read } = checkFlow(flow, flowShop)
  expect(read, JSON.stringify(findings)).toBeDefined()
  expect(findings.map(finding => finding.code)).toContain(code)
  for (const { message } of findings) expect(message).toMatch(/^.{20,}[.:?!].*$/su)
})

test('a text that caps suppress for everybody is found', () => {
  const shop = { ...flowShop, caps: [{ text: '2/24h', most: 2, span: 86_400_000 }], maxTexts: { perDay: 9, perWeek: 9 } }
  expect(checkFlow(suppressed, shop).findings).toMatchObject([{ code: 'text_always_suppressed', step: 'c' }])
  expect(checkFlow(suppressed, { ...shop, caps: [{ text: '3/day', most: 3, span: 'day' }] }).passed).toBe(true)
})

test.each(Object.entries(campaigns))('the campaign "%s" passes without a word', (_, flow) => {
  const { passed, findings, properties } = checkFlow(flow, flowShop)
  expect(findings.filter(({ code }) => code !== 'text_many_parts')).toEqual([])
  expect(passed).toBe(true)
  expect(properties.filter(({ outcome }) => outcome === 'refuted')).toEqual([])
})

test('two hundred sound flows pass', () => {
  const failed = soundFlows(200).flatMap(flow => {
    const { passed, findings } = checkFlow(flow, flowShop)
    return passed ? [] : [{ flow, findings: findings.filter(({ severity }) => severity === 'error') }]
  })
  expect(failed.length, JSON.stringify(failed[0], null, 1)).toBe(0)
})

test('sound flows of any seed pass, and what is shown of them is shown', () => {
  let [shown, all] = [0, 0]
  fc.assert(
    fc.property(soundFlow, flow => {
      const { findings, properties } = checkFlow(flow, flowShop)
      expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
      all += properties.length
      shown += properties.filter(({ outcome }) => outcome === 'proved').length
    }),
    { numRuns: 100 },
  )
  expect(shown / all).toBeGreaterThan(0.9)
})
