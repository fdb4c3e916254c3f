import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { pgSql } from '../../infra/sql/pg-sql.ts'
import { scrape } from '../support/scrape.ts'
import { stackDeployment } from '../support/scratch-deployment.ts'
import { describeStack } from '../support/stack.ts'
import { switchableProxy } from '../support/switchable-proxy.ts'
import { startHere } from '../support/tarang-here.ts'

const PATIENCE = { timeout: 30_000, interval: 200 }
const click = () => ({
  type: 'click',
  id: randomUUID(),
  customerId: 'ada',
  occurredAt: '2026-01-01T00:00:00Z',
  kind: 'view',
  productId: 'tea',
})

describeStack('metrics of an instance in trouble', stack => {
  test('what a processor cannot fold ages, is counted, and keeps it from being restored, until it can', async () => {
    const deployment = await stackDeployment(stack)
    const here = await startHere(deployment.config)
    const { storage } = deployment.config
    if (storage.mode !== 'stack') throw new Error('a stack deployment is on the stack')
    const holder = pgSql({ url: storage.databaseUrl, max: 1, onError: () => {} })
    const of = { processor: 'customers' }
    const value = async (name: string) => (await scrape(here.url)).value(`tarang_${name}`, of)
    try {
      await here.post('/v1/events?wait=applied', click())
      expect([await value('lag_records'), await value('oldest_unprocessed_age_seconds')]).toEqual([0, 0])
      await holder.transaction(async tx => {
        await tx.query("SELECT 1 FROM ownership WHERE processor = 'customers' FOR UPDATE")
        for (let i = 0; i < 3; i++) await here.post('/v1/events', click())
        await expect.poll(() => value('lag_records'), PATIENCE).toBe(3)
        await expect.poll(() => value('oldest_unprocessed_age_seconds'), PATIENCE).toBeGreaterThan(3)
      })
      await expect.poll(() => value('lag_records'), PATIENCE).toBe(0)
      expect(await value('oldest_unprocessed_age_seconds')).toBe(0)
    } finally {
      await holder.close()
      await here.stop()
      await deployment.dispose()
    }
  })

  test('without the database the metrics still come: not ready, and the looks that failed', async () => {
    const proxy = await switchableProxy(stack.databaseUrl)
    await proxy.on()
    const deployment = await stackDeployment({
      ...stack,
      databaseUrl: Object.assign(new URL(stack.databaseUrl), { port: new URL(proxy.url).port }).href,
    })
    const here = await startHere(deployment.config)
    try {
      const before = await scrape(here.url)
      expect([before.value('tarang_ready', { check: 'database' }), before.value('tarang_look_failed')]).toEqual([1, 0])
      await proxy.off()
      const ready = async () => (await scrape(here.url)).value('tarang_ready', { check: 'database' })
      await expect.poll(ready, PATIENCE).toBe(0)
      const without = await scrape(here.url)
      expect(without.value('tarang_look_failed', { look: 'sms' })).toBe(1)
      expect(without.value('tarang_look_failed', { look: 'lags' })).toBe(0)
      await proxy.on()
      await expect.poll(ready, PATIENCE).toBe(1)
    } finally {
      await proxy.on().catch(() => {})
      await here.stop()
      await deployment.dispose()
      await proxy.off()
    }
  })
})
