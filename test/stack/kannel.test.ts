import { existsSync } from 'node:fs'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { readConfig } from '../../infra/config.ts'
import { callbackSignature } from '../../models/callback-signature.ts'
import { smsParts } from '../../models/sms-parts.ts'
import { freePort } from '../support/free-port.ts'
import { type OwnKannel, ownKannel } from '../support/own-kannel.ts'
import { type Deployment, embeddedDeployment, stackDeployment } from '../support/scratch-deployment.ts'
import { describeWhere, stack } from '../support/stack.ts'
import { startHere, type TarangHere } from '../support/tarang-here.ts'

/** `KANNEL_MESSAGES=10000 npx vitest run test/stack/kannel.test.ts` is the long way. */
const MESSAGES = Number(process.env.KANNEL_MESSAGES ?? 500)
const KEY = 'the-key-of-this-test'
const ADA = '+923009999999'
const signature = callbackSignature(KEY)
/** As `infra/stack` finds it. */
const kannelHere = ['/usr/sbin/bearerbox', '/usr/local/sbin/bearerbox'].find(path => existsSync(path))

const patience = { timeout: 60_000 + MESSAGES * 20, interval: 200 }
vi.setConfig({ testTimeout: 2 * patience.timeout })

describeWhere('a real Kannel', kannelHere, 'no Kannel: `infra/stack/stack install kannel`', () => {
  let deployment: Deployment
  let kannel: OwnKannel
  let here: TarangHere
  let start: () => Promise<void>

  beforeAll(async () => {
    const port = await freePort()
    const callbackUrl = `http://127.0.0.1:${port}`
    kannel = await ownKannel({ inboundUrl: `${callbackUrl}/sms/inbound/kannel`, key: KEY })
    deployment = await (stack === undefined ? embeddedDeployment() : stackDeployment(stack))
    const sms = { kind: 'kannel', url: kannel.url, user: 'tarang', password: 'stack', callbackUrl, callbackKey: KEY } as const
    const { smsReplies } = readConfig({ SMS_GATEWAY: 'kannel', SMS_URL: kannel.url, SMS_USER: 'tarang', SMS_PASSWORD: 'stack' })
    start = async () => {
      here = await startHere({ ...deployment.config, sms, smsReplies }, pino({ level: 'silent' }), port)
    }
    await start()
  })
  afterAll(async () => {
    await here?.stop()
    await deployment?.dispose()
    await kannel?.down()
  })

  /** Asks again where it is told to: the id keeps it one request. */
  const ask = async (id: string, to: string, text: string): Promise<void> => {
    const answer = await here.post('/sms/requests', { id, to, text, class: 'transactional' })
    if (answer.status === 503) {
      await new Promise(resolve => setTimeout(resolve, 1000 * Number(answer.headers.get('retry-after'))))
      return ask(id, to, text)
    }
    if (answer.status > 202) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
  }
  const requestOf = async (id: string) => (await here.get(`/sms/requests/${id}`)).body
  const becomes = (id: string, status: string) =>
    vi.waitFor(async () => expect((await requestOf(id)).status).toBe(status), patience)
  const historyOf = async (id: string): Promise<string[]> =>
    (await requestOf(id)).history.map(({ status }: { status: string }) => status)

  test('Urdu, long and mixed texts arrive once and whole, in as many parts as were counted, and every receipt finds its text', async () => {
    const wanted = new Map(Array.from({ length: MESSAGES }, (_, i) => [numberOf(i), textOf(i)]))
    const before = (await kannel.network.texts()).length
    await eachOf([...wanted], 200, ([to, text]) => ask(`many${to}`, to, text))
    const standings = async () =>
      Object.fromEntries(
        (
          await here.tarang.sql.query(
            "SELECT status, count(*)::int AS n FROM sms_ledger WHERE id LIKE 'many%' GROUP BY status ORDER BY status",
          )
        ).map(({ status, n }) => [status, n]),
      )
    await vi.waitFor(async () => expect(await standings()).toEqual({ delivered: MESSAGES }), patience)
    const arrived = (await kannel.network.texts()).slice(before)
    expect(arrived).toHaveLength(MESSAGES)
    expect((await kannel.network.status()).pending).toBe(0)
    const wrong = arrived.filter(({ to, text, encoding, parts }) => {
      const sent = wanted.get(`+${to}`)!
      const counted = smsParts(sent)
      return text !== sent || encoding !== counted.encoding || parts.length !== counted.parts
    })
    expect(wrong).toEqual([])
    expect(new Set(arrived.map(({ to }) => to)).size).toBe(MESSAGES)
  })

  describe('what the network makes of a text is what becomes of it', () => {
    test.each([
      ['refused', { answer: 'refuse' }, 'rejected'],
      ['undeliverable', { receipts: [{ state: 'undeliverable', afterMs: 20 }] }, 'undelivered'],
      ['expired', { receipts: [{ state: 'expired', afterMs: 20 }] }, 'expired'],
      ['rejected', { receipts: [{ state: 'rejected', afterMs: 20 }] }, 'rejected'],
      ['answered-late', { answerDelayMs: 1500 }, 'delivered'],
      ['told-twice', { receipts: [0, 30].map(afterMs => ({ state: 'delivered', afterMs })) }, 'delivered'],
      ['told-before-the-answer', { receipts: [{ state: 'delivered', afterMs: -1 }] }, 'submitted'],
    ])('%s', async (name, behaviour, status) => {
      const to = numberOf(90_000 + name.length * 100 + name.charCodeAt(0))
      await kannel.network.behave(behaviour, to)
      await ask(name, to, `a text that will be ${name}`)
      await becomes(name, status)
      const statuses = await historyOf(name)
      expect(statuses.filter(step => step === 'submitting')).toHaveLength(1)
      expect(statuses.filter(step => step === status)).toHaveLength(1)
    })
  })

  test('a STOP that comes in is confirmed by one text, suppresses every other, and is a message of its customer', async () => {
    const at = new Date().toISOString()
    const profile = { type: 'profile', id: 'p', customerId: 'ada', occurredAt: at, traits: { phone: ADA } }
    expect((await here.post('/v1/events?wait=applied', profile)).status).toBe(200)
    const text = { customerId: 'ada', text: 'چائے پر رعایت', class: 'transactional' } // no quiet hours, and STOP stops it too
    await here.post('/sms/requests', { id: 'before', ...text })
    await becomes('before', 'delivered')
    await kannel.network.inbound(ADA, 'بند کریں')
    await vi.waitFor(
      async () => expect((await here.tarang.sql.query('SELECT FROM opt_outs WHERE stopped')).length).toBe(1),
      patience,
    )
    await here.post('/sms/requests', { id: 'after', ...text })
    await becomes('after', 'suppressed')
    expect((await requestOf('after')).reason).toBe('opted_out')
    await vi.waitFor(
      async () =>
        expect(await here.tarang.sql.query("SELECT direction FROM documents WHERE customer_id = 'ada'")).toEqual([
          { direction: 'in' },
        ]),
      patience,
    )
    await kannel.network.inbound(ADA, 'روک دیں') // by now it is known
    const arrived = async () => (await kannel.network.texts()).filter(({ to }) => `+${to}` === ADA).map(({ text }) => text)
    const reply = 'اب آپ کو ہمارے پیغامات نہیں ملیں گے۔ دوبارہ پانے کے لیے لکھیں: شروع'
    await vi.waitFor(async () => expect(await arrived()).toEqual([text.text, reply]), patience)
    const [{ id }] = (await here.tarang.sql.query('SELECT request_id AS id FROM sms_replies')) as [{ id: string }]
    await becomes(id, 'delivered')
    expect(await arrived()).toHaveLength(2)
  })

  test('a receipt that nobody signed changes nothing, one that comes late or again neither', async () => {
    const to = numberOf(95_000)
    await ask('told', to, 'told')
    await becomes('told', 'delivered')
    const ref = Buffer.from('told').toString('base64url')
    const tell = async (sig: string, type: number) =>
      (await here.get(`/sms/receipts/kannel?ref=${ref}&sig=${sig}&type=${type}&answer=stat:UNDELIV%20err:1&id=9`)).status
    const before = await historyOf('told')
    expect(await tell(signature.sign('another'), 2)).toBe(403)
    expect(await tell('', 1)).toBe(403)
    expect([await tell(signature.sign('told'), 2), await tell(signature.sign('told'), 2)]).toEqual([200, 200])
    expect(await historyOf('told')).toEqual(before)
    const kept = await here.tarang.sql.query("SELECT FROM sms_receipts WHERE request_id = 'told' AND status = 'undelivered'")
    expect(kept).toHaveLength(1)
    expect((await here.get(`/sms/inbound/kannel?key=wrong&from=%2B923001234567&text=STOP`)).status).toBe(403)
  })

  test('a text that the network never answers is not submitted again', async () => {
    const to = numberOf(97_000)
    await kannel.network.behave({ answer: 'silent' }, to)
    await ask('silent', to, 'is anybody there?')
    await becomes('silent', 'submitted')
    await new Promise(resolve => setTimeout(resolve, 13_000)) // wait-ack is five, and they are counted in rounds of five
    expect((await kannel.network.texts()).filter(({ text }) => text === 'is anybody there?')).toHaveLength(1)
    expect((await requestOf('silent')).status).toBe('submitted')
  })

  test('a receipt that comes while Tarang is away is told again', async () => {
    const to = numberOf(98_000)
    await kannel.network.behave({ receipts: [{ state: 'delivered', afterMs: 2000 }] }, to)
    await ask('missed', to, 'told later')
    await becomes('missed', 'submitted')
    await here.stop()
    await vi.waitFor(async () => expect((await kannel.network.status()).receiptsOwed).toBe(0), patience)
    await start()
    await becomes('missed', 'delivered')
  })

  test('while Kannel is away texts wait, and go out once when it is back', async () => {
    await kannel.kill()
    await ask('waiting', numberOf(96_000), 'wait for it')
    await vi.waitFor(async () => expect((await historyOf('waiting')).length).toBeGreaterThan(3), patience)
    expect(['queued', 'claimed', 'submitting']).toContain((await requestOf('waiting')).status)
    await kannel.start()
    await becomes('waiting', 'delivered')
    expect((await kannel.network.texts()).filter(({ text }) => text === 'wait for it')).toHaveLength(1)
  })
})

const numberOf = (i: number): string => `+92300${String(1_000_000 + i)}`

/** One, two and three parts of either alphabet; extensions, and pairs of surrogates wherever a part may end. */
function textOf(i: number): string {
  const urdu = `سلام! آپ کے لیے خاص رعایت نمبر ${i}: چائے اور کپڑوں پر تیس فیصد تک کمی۔ `
  const english = `Sale no. ${i}: tea & cups [30% off] for {you} ~ today only @ the shop_ £5 ^ | \\ `
  const kinds = [
    urdu,
    `${urdu.repeat(2)}${'😀'.repeat(1 + (i % 9))}`,
    urdu.repeat(3).trim(),
    english,
    `${english.repeat(2)}${'a'.repeat(i % 40)}`,
    `${english.repeat(4)}€`,
  ]
  return kinds[i % kinds.length]!.trim()
}

/** At most so many under way at once. */
async function eachOf<T>(all: readonly T[], atOnce: number, work: (one: T) => Promise<void>): Promise<void> {
  const left = all.values()
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const one of left) await work(one)
    }),
  )
}
