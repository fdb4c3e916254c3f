import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { loadStanding } from '../../infra/learning/learning-table.ts'
import { systemClock } from '../../streams/clock.ts'
import { type RunningTarang, startTarang } from '../support/running-tarang.ts'
import { type Deployment, embeddedDeployment, openLeft } from '../support/scratch-deployment.ts'
import type { DieAt } from '../support/tarang-process.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 })

let deployment: Deployment
beforeAll(async () => {
  deployment = await embeddedDeployment()
})
afterAll(() => deployment.dispose())

const start = (dieAt?: DieAt): Promise<RunningTarang> =>
  startTarang({ config: deployment.config, sessionTimeoutMs: 6000, ...(dieAt === undefined ? {} : { dieAt }) })

const event = (more: object) => ({
  id: randomUUID(),
  customerId: 'ada',
  occurredAt: new Date(systemClock.now()).toISOString(),
  ...more,
})
const buy = (customerId: string, ...productIds: string[]) =>
  event({
    type: 'purchase',
    customerId,
    orderId: randomUUID(),
    lines: productIds.map(productId => ({ productId, quantity: 1, unitPrice: '2.50' })),
  })
const post = async ({ url }: RunningTarang, batch: readonly object[]) =>
  fetch(`${url}/v1/events?wait=applied`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ batch }),
  })
// biome-ignore lint/suspicious/noExplicitAny: what came over the wire
const get = async ({ url }: RunningTarang, path: string): Promise<any> => (await fetch(`${url}${path}`)).json()

const dying = (point: 'committing' | 'committed', times: number): DieAt => ({ processor: 'learner', point, times })

describe('a list that is seen, clicked, and killed for', () => {
  test('counts as one exposure with one success, through kill -9 on both sides of the learner’s commit; its lineage stays known', async () => {
    // The first commit keeps where reading begins; the second would count the exposure.
    const first = await start(dying('committing', 2))
    for (const friend of ['bob', 'eve', 'joe']) await post(first, [buy(friend, 'tea', 'cup', 'pot')])
    await post(first, [buy('ada', 'tea')])
    const list = await get(first, '/recommendations/ada')
    expect([list.variant, list.items.length > 0]).toEqual(['default', true])
    expect(await first.ended).toBe('SIGKILL')

    // Counts the exposure, then dies with the click's credit committed and nobody told.
    const second = await start(dying('committed', 2))
    await systemClock.sleep(1000)
    await post(second, [event({ type: 'click', kind: 'view', productId: list.items[0].productId })]).catch(() => {})
    expect(await second.ended).toBe('SIGKILL')

    const third = await start()
    expect((await get(third, '/recommendations/ada')).recommendationId).not.toBe(list.recommendationId)
    const lineage = await get(third, `/lineage/${list.recommendationId}`)
    expect(lineage).toMatchObject({ customerId: 'ada', events: { last: { type: 'purchase' } }, choice: { by: 'rule' } })
    const [seen] = lineage.items
    expect(seen.standing).toMatchObject({
      by: 'strategies',
      grounds: [{ adds: expect.any(Number) }, ...seen.standing.grounds.slice(1)],
    })
    expect(lineage.rule).toMatchObject({ lean: expect.any(String) })
    // The lease of who was killed runs out before another learns.
    await systemClock.sleep(20_000)
    await third.kill('SIGTERM')

    await using left = await openLeft(deployment)
    const outcomes = await left.sql.query('SELECT kind, product_id, recommendation_id FROM outcomes')
    expect(outcomes).toEqual([{ kind: 'click', product_id: list.items[0].productId, recommendation_id: list.recommendationId }])
    const { learnt } = await loadStanding(left.sql, () => {})
    const [row] = await left.sql.query('SELECT count(*)::int AS seen FROM exposures')
    expect(learnt.variants.tried[0]).toEqual({ trials: row!.seen, successes: 1 })
    expect(learnt.clicks.clicked).toBe(1)
  })
})
