import { existsSync } from 'node:fs'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { readConfig } from '../../infra/config.ts'
import { freePort } from '../support/free-port.ts'
import { type OwnKannel, ownKannel } from '../support/own-kannel.ts'
import { type Deployment, embeddedDeployment, stackDeployment } from '../support/scratch-deployment.ts'
import { describeWhere, stack } from '../support/stack.ts'
import { startHere, type TarangHere } from '../support/tarang-here.ts'

const KEY = 'the-key-of-this-test'
const PATIENCE = { timeout: 60_000, interval: 100 }
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })
const kannelHere = ['/usr/sbin/bearerbox', '/usr/local/sbin/bearerbox'].find(path => existsSync(path))

const SENTENCE =
  'After every purchase, ask the customer whether they want 10% off their next order. ' +
  'If they say yes thank them and remind them after 2 days, if they say no leave them alone. Stop when they buy.'

/** What each customer is, and what they answer from their handset. */
const ZARA = { customerId: 'zara', phone: '+923005550001', answer: 'جی ہاں' }
const OMAR = { customerId: 'omar', phone: '+923005550002', answer: 'nahi' }

describeWhere('a campaign through a real Kannel', kannelHere, 'no Kannel: `infra/stack/stack install kannel`', () => {
  let deployment: Deployment
  let kannel: OwnKannel
  let here: TarangHere

  beforeAll(async () => {
    const port = await freePort()
    const callbackUrl = `http://127.0.0.1:${port}`
    kannel = await ownKannel({ inboundUrl: `${callbackUrl}/sms/inbound/kannel`, key: KEY })
    deployment = await (stack === undefined ? embeddedDeployment() : stackDeployment(stack))
    const settings = { SMS_GATEWAY: 'kannel', SMS_URL: kannel.url, SMS_USER: 'tarang', SMS_PASSWORD: 'stack' }
    const { smsReplies, smsRules } = readConfig(settings)
    const sms = { kind: 'kannel', url: kannel.url, user: 'tarang', password: 'stack', callbackUrl, callbackKey: KEY } as const
    // The test may run at any hour, and takes a minute for what a shop spreads over days.
    const rules = { ...smsRules, quiet: undefined, caps: [] }
    here = await startHere({ ...deployment.config, sms, smsReplies, smsRules: rules }, undefined, port)
  })
  afterAll(async () => {
    await here?.stop()
    await deployment?.dispose()
    await kannel?.down()
  })

  const now = () => new Date().toISOString()
  const tell = async (...batch: object[]) => {
    const answer = await here.post('/v1/events?wait=applied', { batch })
    expect([answer.status, answer.body.rejected]).toEqual([200, []])
  }
  const known = ({ customerId, phone }: typeof ZARA) => [
    { type: 'profile', id: `p-${customerId}`, customerId, occurredAt: now(), traits: { phone, firstName: customerId } },
    { type: 'consent', id: `k-${customerId}`, customerId, occurredAt: now(), channel: 'sms', state: 'granted' },
  ]
  const buys = ({ customerId }: typeof ZARA, orderId: string) => {
    const lines = [{ productId: 'tea', quantity: 1, unitPrice: '500.00' }]
    return { type: 'purchase', id: `b-${orderId}`, customerId, orderId, occurredAt: now(), currency: 'PKR', lines }
  }
  const textsOn = async ({ phone }: typeof ZARA) =>
    (await kannel.network.texts()).filter(({ to }) => `+${to}` === phone).map(({ text }) => text)
  const whereIs = async ({ customerId }: typeof ZARA) =>
    (
      await here.tarang.sql.query(
        "SELECT run->>'step' AS step FROM flow_instances, jsonb_array_elements(runs) run WHERE customer_id = $1",
        [customerId],
      )
    ).map(({ step }) => step)
  const moved = async (id: string, to: string) => (await here.post(`/campaigns/${id}/${to}`, {})).body

  test('a sentence becomes a flow, is checked and launched; a purchase starts it, replies from handsets part the ways, and buying again ends it', async () => {
    const written = await here.post('/api/v1/generateFlow', { campaignDescription: SENTENCE })
    expect([written.status, written.body.trigger]).toEqual([200, { type: 'purchase' }])
    const { metadata: _, ...flow } = written.body
    const checked = await here.post('/api/v1/checkFlow', flow)
    expect([checked.status, checked.body.passed]).toEqual([200, true])
    const { id } = (await here.post('/campaigns', { flow })).body
    expect(await moved(id, 'launch')).toMatchObject({ status: 'running', liveVersion: 1 })
    await vi.waitFor(async () => expect((await here.get(`/campaigns/${id}`)).body.told).toBe(true), PATIENCE)

    await tell(...known(ZARA), ...known(OMAR))
    await tell(buys(ZARA, 'z1'), buys(OMAR, 'o1'))
    const [ask, thanks] = flow.steps.filter(({ type }: { type: string }) => type === 'message')
    await vi.waitFor(async () => expect(await textsOn(ZARA)).toHaveLength(1), PATIENCE)
    expect((await textsOn(ZARA))[0]).toContain('zara')
    expect((await textsOn(ZARA))[0]).toContain('10%')
    await vi.waitFor(async () => expect(await textsOn(OMAR)).toHaveLength(1), PATIENCE)
    expect([await whereIs(ZARA), await whereIs(OMAR)]).toEqual([[ask.id], [ask.id]])

    await kannel.network.inbound(ZARA.phone, ZARA.answer)
    await kannel.network.inbound(OMAR.phone, OMAR.answer)
    await vi.waitFor(async () => expect(await textsOn(ZARA)).toHaveLength(2), PATIENCE)
    expect((await textsOn(ZARA))[1]).toBe(thanks.content.replace('{{first_name}}', 'zara'))
    await vi.waitFor(async () => expect(await whereIs(OMAR)).toEqual([]), PATIENCE)
    const [waiting] = await whereIs(ZARA)
    expect(flow.steps.find((step: { id: string }) => step.id === waiting)).toMatchObject({ type: 'delay', duration: 'P2D' })

    const statuses = 'SELECT status, count(*)::int AS n FROM sms_ledger WHERE campaign_id = $1 GROUP BY status'
    const delivered = async () => here.tarang.sql.query(statuses, [id])
    const texts = async () => (await textsOn(ZARA)).length + (await textsOn(OMAR)).length
    await vi.waitFor(async () => expect(await delivered()).toEqual([{ status: 'delivered', n: await texts() }]), PATIENCE)

    // The purchase is what the flow is for: zara leaves it, and begins anew, which is what "every" asks for.
    await tell(buys(ZARA, 'z2'))
    await vi.waitFor(async () => expect(await whereIs(ZARA)).toEqual([ask.id]), PATIENCE)
    await vi.waitFor(async () => expect(await textsOn(ZARA)).toHaveLength(3), PATIENCE)
    expect((await moved(id, 'stop')).status).toBe('stopped')
    await vi.waitFor(async () => expect(await whereIs(ZARA)).toEqual([]), PATIENCE)

    // Over the same minute of the log a rehearsal comes to what just happened.
    const rehearsed = await here.post(`/campaigns/${id}/rehearse`, {})
    expect(rehearsed.body).toMatchObject({
      customers: { known: 2, entered: 2 },
      entries: { entered: 3, ended: { goal: 1 } },
      texts: { planned: await texts(), sent: await texts(), suppressed: {} },
    })
  })
})
