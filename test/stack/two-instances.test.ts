import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { scrape } from '../support/scrape.ts'
import { type Deployment, stackDeployment } from '../support/scratch-deployment.ts'
import { describeStack } from '../support/stack.ts'
import { startHere, type TarangHere } from '../support/tarang-here.ts'

const CUSTOMERS = 8
const WRITES = 40
const BEGIN = Date.parse('2026-01-01T00:00:00Z')

describeStack('two instances behind one address', stack => {
  let deployment: Deployment
  let instances: [TarangHere, TarangHere]
  beforeAll(async () => {
    deployment = await stackDeployment(stack)
    instances = [await startHere(deployment.config), await startHere(deployment.config)]
  })
  afterAll(async () => {
    for (const here of instances ?? []) await here.stop()
    await deployment?.dispose()
  })

  const purchase = (customerId: string, n: number) => ({
    type: 'purchase',
    id: randomUUID(),
    customerId,
    occurredAt: new Date(BEGIN + n * 1000).toISOString(),
    orderId: `${customerId}-${n}`,
    lines: [{ productId: `item-${n % 7}`, quantity: 1, unitPrice: '1.00' }],
  })

  test('what was written to one is in every list and profile that the other answers `after` it, and never older', async () => {
    const shop = async (customerId: string) => {
      for (let n = 1; n <= WRITES; n++) {
        const [written, read] = n % 2 === 0 ? instances : ([instances[1], instances[0]] as const)
        await read.get(`/recommendations/${customerId}`) // the other has an answer ready that is about to be too old
        const { status, body } = await written.post('/v1/events', purchase(customerId, n))
        expect(status).toBe(202)
        const after = encodeURIComponent(body.position)
        const list = await read.get(`/recommendations/${customerId}?after=${after}`)
        expect([list.status, Date.parse(list.body.asOf)]).toEqual([200, BEGIN + n * 1000])
        expect((await read.get(`/customers/${customerId}?after=${after}`)).body.rfm.frequency).toBe(n)
        const again = await read.get(`/recommendations/${customerId}`)
        expect(Date.parse(again.body.asOf)).toBe(BEGIN + n * 1000)
      }
    }
    await Promise.all(Array.from({ length: CUSTOMERS }, (_, i) => shop(`customer-${i}`)))
    for (const { url } of instances) {
      const kept = (await scrape(url)).value('tarang_cache_requests_total', { cache: 'recommendations', result: 'hit' })
      expect(kept).toBeGreaterThan(0) // else nothing was at stake
    }
  }, 180_000)

  test('what one wrote shows at the other by itself, though nobody asks for a position', async () => {
    const [one, other] = instances
    await one.post('/v1/events?wait=applied', purchase('ada', 1))
    const asOf = async () => Date.parse((await other.get('/recommendations/ada')).body.asOf)
    await expect.poll(asOf, { timeout: 10_000, interval: 20 }).toBe(BEGIN + 1000)
    await one.post('/v1/events', purchase('ada', 2))
    await expect.poll(asOf, { timeout: 10_000, interval: 20 }).toBe(BEGIN + 2000)
  })

  test('segments asked for `after` a write are counted anew, whatever is shared and kept of them', async () => {
    const [one, other] = instances
    const count = async (query: string) => {
      const { body } = await other.get(`/segments${query}`)
      return (body.segments as { customers: number }[]).reduce((sum, { customers }) => sum + customers, 0)
    }
    for (let n = 0; n < 20; n++) {
      const before = await count('')
      const { body } = await one.post('/v1/events', purchase(`new-${n}`, 1))
      expect(await count(`?after=${encodeURIComponent(body.position)}`)).toBeGreaterThan(before)
    }
  })
})
