import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Flow } from '../../schemas/flow.ts'
import type { RehearsalView } from '../../serving/rehearsal-view.ts'
import { type Deployment, embeddedDeployment } from '../support/scratch-deployment.ts'
import { startHere, type TarangHere } from '../support/tarang-here.ts'

let deployment: Deployment
let here: TarangHere
beforeAll(async () => {
  deployment = await embeddedDeployment()
  here = await startHere(deployment.config)
}, 120_000)
afterAll(async () => {
  await here?.stop()
  await deployment?.dispose()
})

const DAY = 86_400_000
const FIRST = Date.parse('2025-01-01T10:00:00Z')
const iso = (at: number) => new Date(at).toISOString()
/** Who lets us write to them, who does not, and who said STOP on the second day. */
const PEOPLE = ['granted', 'nobody', 'stopped'] as const

const thanks: Flow = {
  initialStepID: 'thanks',
  trigger: { type: 'purchase' },
  entry: 'per_event',
  steps: [
    { id: 'thanks', type: 'message', content: 'Hi {{first_name}}, all well?', events: [{ type: 'default', nextStepID: 'end' }] },
    { id: 'end', type: 'end', events: [] },
  ],
}

function history() {
  const all = PEOPLE.flatMap((kind, who) => {
    const customerId = `c-${kind}`
    const phone = `+92300123456${who}`
    const common = (n: number, at: number) => ({ id: `${customerId}-${n}`, customerId, occurredAt: iso(at) })
    const bought = Array.from({ length: 20 }, (_, day) => ({
      ...common(10 + day, FIRST + day * DAY + 1000 * who),
      type: 'purchase',
      orderId: `${customerId}-${day}`,
      lines: [{ productId: 'tea', quantity: 1, unitPrice: '5.00' }],
    }))
    return [
      { ...common(1, FIRST), type: 'profile', traits: { firstName: 'Ada', phone } },
      ...(kind === 'nobody' ? [] : [{ ...common(2, FIRST), type: 'consent', channel: 'sms', state: 'granted' }]),
      ...(kind === 'stopped'
        ? [{ ...common(3, FIRST + 12 * DAY), type: 'message', direction: 'in', channel: 'sms', text: 'STOP' }]
        : []),
      ...bought,
    ]
  })
  return all.sort((a, b) => (a.occurredAt < b.occurredAt ? -1 : 1))
}

const total = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((sum, one) => sum + one, 0)

describe('a campaign over what the log has kept', { timeout: 240_000 }, () => {
  let id = ''
  beforeAll(async () => {
    for (const event of history()) {
      const { status } = await here.post('/v1/events', event)
      if (status !== 202 && status !== 200) throw new Error(`an event was answered ${status}`)
    }
    const last = {
      type: 'click',
      id: 'last',
      customerId: 'c-granted',
      occurredAt: iso(FIRST + 20 * DAY),
      kind: 'view',
      productId: 'tea',
    }
    await here.post('/v1/events?wait=applied', last)
    id = (await here.post('/campaigns', { flow: thanks })).body.id
  }, 120_000)

  const rehearse = (query = `from=${iso(FIRST + 10 * DAY)}`) => here.post(`/campaigns/${id}/rehearse?${query}`, {})
  const ledger = async () => (await here.tarang.sql.query('SELECT count(*)::integer AS n FROM sms_ledger'))[0]!.n

  test('says who would have got what, who not and why, and sends nothing', async () => {
    const { status, body } = await rehearse()
    expect(status).toBe(200)
    const view = body as RehearsalView
    expect(view.customers).toEqual({ known: 3, entered: 3, heldOut: 0, neither: 0 })
    // Days 10 to 19; who stopped on day 12 does so before that day's purchase, two hours after the others'.
    expect(view.texts).toMatchObject({ planned: 30, waiting: 0, suppressed: { no_consent: 10, opted_out: expect.any(Number) } })
    expect(view.texts.planned).toBe(view.texts.sent + view.texts.waiting + total(view.texts.suppressed))
    expect(view.entries.entered).toBe(view.entries.underWay + total(view.entries.ended))
    expect(view.hours.reduce((sum, { texts }) => sum + texts, 0)).toBe(view.texts.sent)
    expect(view.texts.sent).toBeGreaterThanOrEqual(12)
    expect(view.expected).toBe(null)
    expect(view.timelines.map(({ customerId }) => customerId).sort()).toEqual(['c-granted', 'c-nobody', 'c-stopped'])
    expect(JSON.stringify(view)).not.toMatch(/Ada|STOP|\+92300/)
    expect(await ledger()).toBe(0)
    expect((await here.get(`/campaigns/${id}`)).body).toMatchObject({ status: 'draft', version: 1 })
    expect((await here.get(`/campaigns/${id}/history`)).body.changes[0]).toMatchObject({ what: 'rehearsed', who: 'open' })
  })

  test('says the same again', async () => {
    expect((await rehearse()).body).toEqual((await rehearse()).body)
  })

  test('tells how far it is, and refuses a second one meanwhile', async () => {
    const headers = { accept: 'text/event-stream', 'content-type': 'application/json' }
    const [first, second] = await Promise.all([
      here.post(`/campaigns/${id}/rehearse?from=${iso(FIRST)}`, {}, headers),
      here.post(`/campaigns/${id}/rehearse?from=${iso(FIRST)}`, {}),
    ])
    const streamed = first.body as string
    const problems = [second.body.code, /"code":"(\w+)"/.exec(streamed)?.[1]].filter(code => code !== undefined)
    expect(problems).toEqual(['rehearsal_busy'])
    const alone = await here.post(`/campaigns/${id}/rehearse?from=${iso(FIRST)}`, {}, headers)
    expect(alone.body).toMatch(/^event: reading\n/)
    expect(alone.body).toMatch(/event: done\ndata: \{.*"customers":\{"known":3/)
  })

  test.each([
    ['a campaign that is not there', '/campaigns/none/rehearse', 404, 'campaign_missing'],
    ['no time', `/rehearse?from=${iso(FIRST)}&to=${iso(FIRST)}`, 400, 'query_invalid'],
    ['a hundred years', `/rehearse?from=1925-01-01T00:00:00Z&to=2025-01-01T00:00:00Z`, 400, 'query_invalid'],
    ['no instant', '/rehearse?from=yesterday', 400, 'query_invalid'],
  ])('%s is a problem', async (_, path, status, code) => {
    const answer = await here.post(path.startsWith('/campaigns') ? path : `/campaigns/${id}${path}`, {})
    expect([answer.status, answer.body.code]).toEqual([status, code])
  })

  test('a flow that may not run is not rehearsed', async () => {
    const broken = {
      ...thanks,
      steps: [thanks.steps[0]!, { id: 'end', type: 'end', events: [] }, { id: 'dead', type: 'end', events: [] }],
    }
    const made = await here.post('/campaigns', { flow: broken })
    const answer = await here.post(`/campaigns/${made.body.id}/rehearse`, {})
    expect([answer.status, answer.body.code, answer.body.findings[0].code]).toEqual([409, 'flow_rejected', expect.any(String)])
  })
})
