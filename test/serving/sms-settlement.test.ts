import { expect, test } from 'vitest'
import { newKey } from '../../serving/api-key.ts'
import { buildApp } from '../../serving/app.ts'
import { keyRing } from '../../serving/key-ring.ts'
import type { SettleSms, SmsSettlement } from '../../serving/ports/sms-requests.ts'
import { quietPorts, standingClock } from './fake-ports.ts'

const body = { as: 'delivered', why: 'the console of the gateway shows it' }
const post = (settleSms: SettleSms, payload: object = body, id = 's1') =>
  buildApp(quietPorts({ settleSms })).inject({ method: 'POST', url: `/sms/requests/${id}/settlement`, payload })

test('what an operator says settles a text in doubt', async () => {
  const answer = await post(async () => ({ outcome: 'settled' }))
  expect([answer.statusCode, answer.json()]).toEqual([200, { id: 's1', status: 'delivered' }])
})

test('a text that nobody is in doubt about stands, and the answer says how', async () => {
  const answer = await post(async () => ({ outcome: 'other', status: 'queued' }))
  expect([answer.statusCode, answer.json()]).toMatchObject([
    409,
    { code: 'sms_settled', detail: expect.stringContaining('queued') },
  ])
})

test('a text that nobody asked for is a 404 problem', async () => {
  const answer = await post(async () => ({ outcome: 'missing' }))
  expect([answer.statusCode, answer.json().code]).toEqual([404, 'sms_unknown'])
})

test.each([
  { as: 'queued', why: 'x' },
  { as: 'delivered' },
  { as: 'delivered', why: '' },
  { as: 'delivered', why: 'x'.repeat(201) },
])('%o is refused', async payload => {
  const answer = await post(async () => Promise.reject(new Error('must not come here')), payload)
  expect([answer.statusCode, answer.json().code]).toEqual([400, 'body_invalid'])
})

test('the key that said so is kept', async () => {
  const { key, stored } = newKey(['admin'])
  const said: SmsSettlement[] = []
  const settleSms: SettleSms = async settlement => {
    said.push(settlement)
    return { outcome: 'settled' }
  }
  const access = { mode: 'keys', findKey: keyRing(async () => [stored], standingClock()) } as const
  await buildApp(quietPorts({ settleSms, access })).inject({
    method: 'POST',
    url: '/sms/requests/s1/settlement',
    payload: body,
    headers: { authorization: `Bearer ${key}` },
  })
  expect(said).toEqual([{ id: 's1', ...body, who: `key ${stored.id}` }])
})
