import { describe, expect, test } from 'vitest'
import { buildApp } from '../../serving/app.ts'
import { quietPorts } from './fake-ports.ts'

describe('GET /health, /ready, /metrics', () => {
  test('health answers while nothing is ready', async () => {
    const app = buildApp(quietPorts({ readiness: async () => [{ name: 'log', ok: false }] }))
    expect((await app.inject('/health')).json()).toEqual({ status: 'ok', version: '0.0.0-test', deployment: 'a-test' })
  })

  test('ready says each check, and 503 with what is missing when one fails', async () => {
    const good = { name: 'database', ok: true }
    const bad = { name: 'log', ok: false, detail: 'no broker answers' }
    expect((await buildApp(quietPorts({ readiness: async () => [good] })).inject('/ready')).json()).toEqual({
      ready: true,
      checks: [good],
    })
    const response = await buildApp(quietPorts({ readiness: async () => [good, bad] })).inject('/ready')
    expect([response.statusCode, response.headers['retry-after']]).toEqual([503, '2'])
    expect(response.json()).toMatchObject({
      code: 'not_ready',
      detail: 'Not ready: log (no broker answers).',
      ready: false,
      checks: [good, bad],
    })
  })

  test('metrics are text as the port gives it', async () => {
    const response = await buildApp(quietPorts()).inject('/metrics')
    expect(response.body).toBe('tarang_up 1\n')
    expect(response.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
  })
})
