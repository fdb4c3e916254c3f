import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { readConfig } from '../../infra/config.ts'
import { jsonLogger } from '../../infra/logger.ts'
import { tracing } from '../contracts/tracing.ts'
import { freePort } from '../support/free-port.ts'
import { otlpReceiver } from '../support/otlp-receiver.ts'
import { type Deployment, embeddedDeployment } from '../support/scratch-deployment.ts'
import { startHere } from '../support/tarang-here.ts'

tracing('the trace of an event in one process', embeddedDeployment)

let deployment: Deployment
beforeAll(async () => {
  deployment = await embeddedDeployment()
})
afterAll(() => deployment?.dispose())

test('while nobody takes the traces every event is taken and applied, one line says so, and another when they are taken again', async () => {
  const port = await freePort()
  const lines: string[] = []
  const url = `http://127.0.0.1:${port}`
  const config = readConfig({ ...deployment.settings, OTEL_EXPORTER_OTLP_ENDPOINT: url })
  const here = await startHere(config, jsonLogger('info', { write: line => void lines.push(line) }))
  const told = () => lines.map(line => JSON.parse(line).msg).filter(msg => msg.includes('traces'))
  let n = 0
  const click = async () => {
    n++
    const at = '2026-01-01T00:00:00Z'
    const body = { type: 'click', id: `c${n}`, customerId: 'ada', occurredAt: at, kind: 'view', productId: 'tea' }
    return (await here.post('/v1/events?wait=applied', body)).status
  }
  try {
    const failing = 'traces cannot be exported; everything else goes on'
    await vi.waitFor(
      async () => {
        expect(await click()).toBe(200)
        expect(told()).toEqual([failing])
      },
      { timeout: 20_000, interval: 20 },
    )
    for (let more = 0; more < 100; more++) expect(await click()).toBe(200)
    expect(told()).toEqual([failing])
    const receiver = await otlpReceiver({ port })
    await vi.waitFor(
      async () => {
        expect(await click()).toBe(200)
        expect(told()).toEqual([failing, 'traces are exported again'])
      },
      { timeout: 20_000, interval: 200 },
    )
    expect(receiver.spans().length).toBeGreaterThan(0)
    await receiver.close()
  } finally {
    await here.stop()
  }
})
