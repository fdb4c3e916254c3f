import { afterAll, beforeAll, expect, test } from 'vitest'
import { jsonLogger } from '../../infra/logger.ts'
import { events } from '../../schemas/topics.ts'
import { type Deployment, embeddedDeployment } from '../support/scratch-deployment.ts'
import { startHere, type TarangHere } from '../support/tarang-here.ts'

const PATIENCE = { timeout: 20_000, interval: 50 }
const PHONE = '+923001234567'

interface Line {
  readonly msg: string
  readonly [detail: string]: unknown
}

const lines: string[] = []
let deployment: Deployment
let here: TarangHere
beforeAll(async () => {
  deployment = await embeddedDeployment()
  here = await startHere(deployment.config, jsonLogger('debug', { write: line => void lines.push(line) }))
})
afterAll(async () => {
  await here?.stop()
  await deployment?.dispose()
})

const as = (requestId: string) => ({ 'content-type': 'application/json', 'x-request-id': requestId })
const found = (wanted: Readonly<Record<string, unknown>>): Line[] =>
  lines
    .map(line => JSON.parse(line) as Line)
    .filter(line => Object.entries(wanted).every(([name, value]) => JSON.stringify(line[name]) === JSON.stringify(value)))
const told = (wanted: Readonly<Record<string, unknown>>) => found(wanted).map(({ msg }) => msg)

const click = (more: Record<string, unknown> = {}) => ({
  type: 'click',
  id: 'e1',
  customerId: 'ada',
  occurredAt: '2026-01-01T00:00:00.000Z',
  kind: 'view',
  productId: 'tea',
  ...more,
})

test('an event is found from the request that brought it to the fold that counted it, and when it comes again', async () => {
  await here.post('/v1/events?wait=applied', click(), as('req-1'))
  expect(found({ requestId: 'req-1' })).toMatchObject([{ msg: 'accepted', eventIds: ['e1'] }])
  expect(found({ eventId: 'e1' })).toMatchObject([{ msg: 'folded', processor: 'customers', topic: 'tarang.events.v1' }])
  await here.post('/v1/events?wait=applied', click())
  await expect.poll(() => told({ eventId: 'e1' }), PATIENCE).toEqual(['folded', 'dropped, its id was counted before'])
})

test('what is refused is found by its request, with the reason and not with what it held', async () => {
  await here.post('/v1/events', click({ id: 'e2', kind: 'a secret wish' }), as('req-2'))
  expect(found({ requestId: 'req-2' })).toMatchObject([{ msg: 'refused', index: 0, pointer: '/kind' }])
  expect(lines.join('')).not.toContain('a secret wish')
})

test('a record that cannot be read is found by the id that was sent with it, and by its place', async () => {
  const { engine } = here.tarang
  const record = { topic: engine.names.of(events), partition: 1, key: 'ada', value: Buffer.from('{'), timestamp: 1 }
  const [end] = await engine.log.publish([{ ...record, headers: { ce_id: 'e%203' } }])
  await expect.poll(() => told({ eventId: 'e 3' }), PATIENCE).toEqual(['dead letter'])
  expect(found({ eventId: 'e 3' })[0]).toMatchObject({
    processor: 'customers',
    partition: 1,
    offset: end!.end - 1,
    code: 'json_invalid',
  })
})

test('a text is found from its request to its result, and no line has its number or its words', async () => {
  const text = { id: 's1', to: PHONE, text: 'Your code is 4711', class: 'transactional' }
  await here.post('/sms/requests', text, as('req-4'))
  expect(found({ requestId: 'req-4' })).toMatchObject([{ msg: 'a text was asked for', smsId: 's1', to: '+92•••••67' }])
  const became = () => found({ smsId: 's1', msg: 'told' }).map(({ kind }) => kind)
  await expect.poll(became, PATIENCE).toEqual(['queued', 'claimed', 'submitting', 'submitted'])
  await here.post('/sms/requests', { ...text, id: 's2', to: '12' }, as('req-5'))
  expect(found({ requestId: 'req-5' })).toMatchObject([{ msg: 'a text was refused', smsId: 's2', pointer: '/to' }])
  expect(lines.join('')).not.toContain(PHONE.slice(1))
  expect(lines.join('')).not.toContain('4711')
})

test('a request without an id of its own, or with one that could not be searched for, gets one that no other has', async () => {
  await here.post('/v1/events', click({ id: 'e6' }))
  await here.post('/v1/events', click({ id: 'e7' }), as('two words'))
  const ids = ['e6', 'e7'].map(id => found({ msg: 'accepted', eventIds: [id] })[0]!.requestId)
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/)
  expect(ids[0]).not.toBe(ids[1])
})
