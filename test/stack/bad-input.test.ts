import { Kafka, logLevel } from 'kafkajs'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Click } from '../../schemas/events.ts'
import type { Topic } from '../../schemas/topic.ts'
import { clicks, deadLetters, events, itemEvents, messages, purchases } from '../../schemas/topics.ts'
import { readTopic } from '../support/read-topic.ts'
import { type Deployment, stackDeployment } from '../support/scratch-deployment.ts'
import { describeStack, type Stack } from '../support/stack.ts'
import { type SwitchableProxy, switchableProxy } from '../support/switchable-proxy.ts'
import { startHere, type TarangHere } from '../support/tarang-here.ts'

const PATIENCE = { timeout: 30_000, interval: 100 }

let n = 0
/** A view of a customer of its own, who is known once it got through. */
function view(more: Record<string, unknown> = {}) {
  n++
  return {
    type: 'click',
    id: `e${n}`,
    customerId: `c${n}`,
    occurredAt: '2026-01-01T00:00:00.000Z',
    kind: 'view',
    productId: 'tea',
    ...more,
  }
}
const json = (value: unknown) => Buffer.from(JSON.stringify(value))
/** Confluent's wire format. */
const underSchema = (id: number, value: unknown) => {
  const header = Buffer.alloc(5)
  header.writeUInt32BE(id, 1)
  return Buffer.concat([header, json(value)])
}

describeStack('bad records on Kafka', stack => {
  const kafka = new Kafka({ brokers: [...stack.brokers], logLevel: logLevel.NOTHING })
  /** As a shop's own client would: with whatever key and partition it likes. */
  async function send(
    { tarang }: TarangHere,
    topic: Topic,
    ...records: { value: Buffer | null; partition?: number; key?: string | null }[]
  ): Promise<void> {
    const producer = kafka.producer()
    await producer.connect()
    const all = records.map(record => ({ key: null, partition: 0, ...record }))
    await producer.send({ topic: tarang.engine.names.of(topic), messages: all })
    await producer.disconnect()
  }
  const known = async (here: TarangHere, { customerId }: { customerId: string }) =>
    (await here.get(`/customers/${customerId}`)).status === 200
  const letters = async ({ tarang }: TarangHere) => (await readTopic(tarang.engine, deadLetters)).map(({ value }) => value)

  describe('while everything is there', () => {
    let deployment: Deployment
    let here: TarangHere
    beforeAll(async () => {
      deployment = await stackDeployment(stack)
      here = await startHere(deployment.config)
    })
    afterAll(async () => {
      await here?.stop()
      await deployment?.dispose()
    })

    test('poison straight on a typed topic and on events becomes dead letters with the original bytes, and its neighbours are folded', async () => {
      const poison = [Buffer.from('not json'), Buffer.from([0xff, 0xfe]), Buffer.from([0, 1]), Buffer.alloc(0)]
      const [before, after] = [view(), view()]
      await send(
        here,
        clicks,
        { value: json(before) },
        ...poison.map(value => ({ value, key: 'k' })),
        { value: null },
        { value: json(after) },
      )
      const [inside, behind] = [view(), view()]
      await send(
        here,
        events,
        { value: json(inside) },
        { value: poison[0]! },
        { value: json({ ...view(), type: 'bribe' }) },
        { value: json(behind) },
      )
      for (const one of [before, after, inside, behind]) await expect.poll(() => known(here, one), PATIENCE).toBe(true)

      await expect.poll(async () => (await letters(here)).length, PATIENCE).toBe(7)
      const all = await letters(here)
      const of = (processor: string) => all.filter(letter => letter.processor === processor).sort((a, b) => a.offset - b.offset)
      expect(of('intake-clicks').map(({ code, value, offset }) => [code, value, offset])).toEqual([
        ['json_invalid', poison[0]!.toString('base64'), 1],
        ['json_invalid', poison[1]!.toString('base64'), 2],
        ['record_unreadable', poison[2]!.toString('base64'), 3],
        ['json_invalid', '', 4],
        ['record_unreadable', '', 5],
      ])
      expect(of('customers').map(({ code }) => code)).toEqual(['json_invalid', 'record_invalid'])
    })

    test('poison on events and item-events that fits their schemas becomes dead letters, and its neighbours are folded', async () => {
      const order = (customerId: string, more: Record<string, unknown>) => ({
        type: 'purchase',
        id: `o${n++}`,
        customerId,
        occurredAt: '2026-01-01T00:00:00.000Z',
        orderId: 'o',
        currency: 'PKR',
        lines: [{ productId: 'tea', quantity: 1, unitPrice: '1.00' }],
        ...more,
      })
      const huge = [{ productId: 'gold', quantity: 1e9, unitPrice: '999999999999999.9999999999' }]
      const product = (more: Record<string, unknown>) => ({
        type: 'product',
        id: `o${n++}`,
        occurredAt: '2026-01-01T00:00:00.000Z',
        productId: 'tea',
        ...more,
      })
      await send(
        here,
        events,
        { value: json(order('neighbour', {})) },
        { value: json(order('poisoned', { occurredAt: '2026-99-99T00:00:00.000Z' })) },
        { value: json(order('pois\0ned', {})) },
        { value: json(order('poisoned', { lines: huge })) },
        { value: json({ ...view(), customerId: 'poisoned', productId: '\ud800' }) },
        { value: json(order('neighbour', { orderId: 'p', lines: [{ productId: 'tea', quantity: 1e-7, unitPrice: '1.00' }] })) },
        { value: json(order('neighbour', { orderId: 'q' })) },
      )
      await send(
        here,
        itemEvents,
        { value: json(product({ name: 'T\0' })) },
        { value: json({ type: 'signal', productId: 'tea', customerId: 'c', seq: 1e300, at: 1e300, weight: 1, with: [] }) },
        { value: json(product({ name: 'Tea' })) },
      )
      const neighbour = async () => (await here.get('/customers/neighbour')).body.rfm
      await expect.poll(neighbour, PATIENCE).toMatchObject({ frequency: 3, monetary: '2.00' })
      const name = async () => (await here.tarang.sql.query("SELECT name FROM products WHERE product_id = 'tea'"))[0]?.name
      await expect.poll(name, PATIENCE).toBe('Tea')
      const codes = async () => (await letters(here)).filter(({ offset, topic }) => offset > 3 || topic.includes('item-events'))
      await expect
        .poll(async () => (await codes()).filter(({ processor }) => processor === 'items').map(({ code }) => code), PATIENCE)
        .toEqual(['character_invalid', 'record_invalid'])
      const refused = (await codes()).filter(({ processor }) => processor === 'customers').sort((a, b) => a.offset - b.offset)
      expect(refused.map(({ code }) => code)).toEqual([
        'record_invalid',
        'character_invalid',
        'number_out_of_range',
        'character_invalid',
      ])
      expect((await here.get('/ready')).status).toBe(200)
    })

    test('a schema id that the registry does not know becomes a dead letter, and its neighbours are folded', async () => {
      const [before, after, lost] = [view(), view(), view()]
      const bytes = underSchema(2_000_000_001, lost)
      await send(here, clicks, { value: json(before) }, { value: bytes }, { value: json(after) })
      for (const one of [before, after]) await expect.poll(() => known(here, one), PATIENCE).toBe(true)
      await expect
        .poll(async () => (await letters(here)).filter(({ code }) => code === 'schema_unknown'), PATIENCE)
        .toMatchObject([{ value: bytes.toString('base64') }])
      expect(await known(here, lost)).toBe(false)
    })

    test('what another client’s partitioner put into every partition lands in its customer’s one stream', async () => {
      const views = Array.from({ length: deployment.config.partitions }, (_, partition) => ({
        partition,
        event: view({ customerId: 'wanderer', productId: `p${partition}` }),
      }))
      await send(
        here,
        clicks,
        ...views.map(({ partition, event }) => ({ partition, key: `other-${partition}`, value: json(event) })),
      )
      const touched = async () => Object.keys((await here.get('/customers/wanderer')).body.affinities?.products ?? {}).sort()
      await expect.poll(touched, PATIENCE).toEqual(views.map(({ event }) => event.productId).sort())
    })

    test('a record of the wrong type for its topic becomes a dead letter that says which it carries', async () => {
      await send(here, purchases, { value: json(view()) })
      await expect
        .poll(async () => (await letters(here)).find(({ processor }) => processor === 'intake-purchases'), PATIENCE)
        .toMatchObject({
          code: 'type_unknown',
          message: 'purchases carries purchase and refund, not click',
        })
    })
  })

  describe.skipIf(stack.registryUrl === undefined)('while the schema registry is down', () => {
    let proxy: SwitchableProxy
    let deployment: Deployment
    beforeAll(async () => {
      proxy = await switchableProxy(stack.registryUrl!)
      deployment = await stackDeployment(stack)
    })
    afterAll(async () => {
      await proxy?.off()
      await deployment?.dispose()
    })
    const config = () =>
      ({ ...deployment.config, storage: { ...deployment.config.storage, registryUrl: proxy.url } }) as Deployment['config']

    test('start waits and says so, and goes on when it comes', async () => {
      const said: { msg: string; url?: string }[] = []
      const logger = pino({ level: 'warn' }, { write: line => void said.push(JSON.parse(line)) })
      let up = false
      const starting = startHere(config(), logger).then(here => {
        up = true
        return here
      })
      await expect
        .poll(() => said, PATIENCE)
        .toContainEqual(expect.objectContaining({ msg: 'waiting for the schema registry', url: proxy.url }))
      expect(up).toBe(false)
      await proxy.on()
      const here = await starting
      try {
        expect(await here.post('/v1/events?wait=applied', view())).toMatchObject({ status: 200, body: { accepted: 1 } })
      } finally {
        await here.stop()
      }
    })

    test('lost later, it holds up only what comes under ids not met before, and nothing is lost', async () => {
      const here = await startHere(config())
      try {
        expect(await here.post('/v1/events?wait=applied', view())).toMatchObject({ status: 200 })
        const id = await newSchema(stack, `${deployment.config.topicPrefix}.own-client-value`)
        await proxy.off()

        const [bare, own, behind, other] = [view(), view(), view(), view()]
        await send(here, clicks, { value: json(bare) })
        await expect.poll(() => known(here, bare), PATIENCE).toBe(true)
        await send(here, clicks, { value: underSchema(id, own) }, { value: json(behind) })
        const text = {
          type: 'message',
          id: other.id,
          customerId: other.customerId,
          occurredAt: other.occurredAt,
          direction: 'in',
          channel: 'sms',
          text: 'salam',
        }
        await send(here, messages, { value: json(text) })
        await expect.poll(() => known(here, other), PATIENCE).toBe(true)
        const posted = view()
        expect(await here.post('/v1/events?wait=applied', posted)).toMatchObject({ status: 200, body: { accepted: 1 } })
        expect([await known(here, own), await known(here, behind)]).toEqual([false, false])
        expect((await letters(here)).filter(({ code }) => code === 'schema_unknown')).toEqual([])

        await proxy.on()
        for (const one of [own, behind]) await expect.poll(() => known(here, one), PATIENCE).toBe(true)
        expect(await letters(here)).toEqual([])
      } finally {
        await proxy.on().catch(() => {})
        await here.stop()
      }
    })
  })
})

/** Registers a shop's own schema of a click: one that Tarang has not met. */
async function newSchema({ registryUrl }: Stack, subject: string): Promise<number> {
  const schema = JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', title: subject, ...Click })
  const response = await fetch(`${registryUrl}/subjects/${subject}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schemaType: 'JSON', schema }),
  })
  return ((await response.json()) as { id: number }).id
}
