import { expect, test } from 'vitest'
import { checkFlow } from '../../../models/flow/check-flow.ts'
import { correctFlow } from '../../../models/flow/correct-flow.ts'
import { planFlow } from '../../../models/flow/plan/plan-flow.ts'
import { flowShop } from '../../support/flow-shop.ts'
import { end, flowOf, message, webhook } from '../../support/flow-steps.ts'

const calls = (url: string) => flowOf([message('say', 'tell'), webhook('tell', url, { default: 'end' }), end()])
const inside = { ...flowShop, webhooksMayBePrivate: true }
const codesOf = (url: string, shop = flowShop) => checkFlow(calls(url), shop).findings.map(({ code }) => code)

test('a call by http goes by https, and whoever wrote it is told', () => {
  const { flow, corrections } = correctFlow(calls('http://hooks.shop.example:8443/x?y=http://z'), flowShop)
  expect(flow.steps[1]).toMatchObject({ url: 'https://hooks.shop.example:8443/x?y=http://z' })
  expect(corrections).toEqual(['Step "tell" calls hooks.shop.example by https.'])
})

test('a sentence that has one called by http leads to a flow that calls it by https', () => {
  const { flow, corrections } = planFlow('When someone buys, call http://hooks.shop.example/x', flowShop, 0)
  expect(flow.steps.filter(({ type }) => type === 'webhook')).toMatchObject([{ url: 'https://hooks.shop.example/x' }])
  expect(corrections.join(' ')).toContain('is called by https')
  expect(checkFlow(flow, flowShop).passed).toBe(true)
})

test('where receivers may be inside, hosts of private networks and http pass; a host that nobody named does not', () => {
  expect(codesOf('http://10.0.0.7/x')).toContain('webhook_host_private')
  expect(codesOf('http://10.0.0.7/x', inside)).toEqual([])
  expect(codesOf('http://vault.internal/x', inside)).toEqual([])
  expect(codesOf('http://10.0.0.8/x', inside)).toEqual(['webhook_host_refused'])
})
