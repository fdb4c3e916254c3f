import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { stackDeployment } from '../support/scratch-deployment.ts'
import { startGateway } from '../support/sms-gateway.ts'
import { describeStack } from '../support/stack.ts'
import { startHere } from '../support/tarang-here.ts'

describeStack('instances of one role each', stack => {
  test('together do the whole work: one answers, one folds and scores, one sends', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tarang-gateway-'))
    const gateway = await startGateway(join(folder, 'submitted.jsonl'))
    const deployment = await stackDeployment(stack, { gatewayUrl: gateway.url })
    const { config } = deployment
    const front = await startHere({ ...config, roles: [] })
    const others = [await startHere({ ...config, roles: ['engine'] }), await startHere({ ...config, roles: ['sms'] })]
    try {
      for (const here of [front, ...others]) expect((await here.get('/ready')).status).toBe(200)
      const event = {
        type: 'purchase',
        id: randomUUID(),
        customerId: 'ada',
        occurredAt: '2026-01-01T00:00:00Z',
        orderId: 'o',
        lines: [{ productId: 'tea', quantity: 1, unitPrice: '2.50' }],
      }
      expect(await front.post('/v1/events?wait=applied', event)).toMatchObject({ status: 200 })
      expect((await front.get('/customers/ada')).body.rfm).toMatchObject({ frequency: 1 })
      expect((await front.get('/recommendations/ada')).body.recommendationId).toMatch(/^rec_(?!cold)/)
      const text = { id: randomUUID(), to: '+923001234567', text: 'Shukriya!', class: 'transactional' }
      expect((await front.post('/sms/requests', text)).status).toBe(202)
      await expect.poll(() => gateway.submitted().map(({ reference }) => reference), { timeout: 20_000 }).toEqual([text.id])
    } finally {
      for (const here of [front, ...others]) await here.stop()
      await deployment.dispose()
      await gateway.close()
      rmSync(folder, { recursive: true })
    }
  }, 120_000)
})
