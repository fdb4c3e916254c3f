import { expect, test } from 'vitest'
import { redisBinary, redisServer } from '../support/redis-server.ts'
import { scrape } from '../support/scrape.ts'
import { embeddedDeployment } from '../support/scratch-deployment.ts'
import { describeWhere } from '../support/stack.ts'
import { startHere } from '../support/tarang-here.ts'

describeWhere('a Tarang whose Redis goes', redisBinary, 'no redis-server on the PATH: install it', binary => {
  test('starts without it, answers every lookup while it is away, and uses it when it is there', async () => {
    const redis = await redisServer(binary)
    const deployment = await embeddedDeployment()
    const here = await startHere({ ...deployment.config, redisUrl: redis.url })
    const lookups = async () => {
      const answers = await Promise.all(['/segments', '/recommendations/ada', '/customers/ada'].map(path => here.get(path)))
      return answers.map(({ status }) => status)
    }
    const asked = async (result: string) =>
      (await scrape(here.url)).value('tarang_cache_requests_total', { cache: 'segments', result }) ?? 0
    const used = async () => {
      const before = await asked('hit')
      await lookups()
      await lookups()
      return (await asked('hit')) > before
    }
    try {
      const event = {
        type: 'click',
        id: 'one',
        customerId: 'ada',
        occurredAt: '2026-01-01T00:00:00Z',
        kind: 'view',
        productId: 'tea',
      }
      expect((await here.post('/v1/events?wait=applied', event)).status).toBe(200)
      expect(await lookups()).toEqual([200, 200, 200])
      await redis.start()
      await expect.poll(used, { timeout: 20_000 }).toBe(true)
      await redis.kill()
      const failed = await asked('error')
      for (let i = 0; i < 20; i++) expect(await lookups()).toEqual([200, 200, 200])
      expect(await asked('error')).toBeGreaterThan(failed)
      await redis.start()
      await expect.poll(used, { timeout: 20_000 }).toBe(true)
      redis.freeze()
      for (let i = 0; i < 20; i++) expect(await lookups()).toEqual([200, 200, 200])
    } finally {
      redis.thaw()
      await here.stop()
      await redis.kill()
      await deployment.dispose()
    }
  })
})
