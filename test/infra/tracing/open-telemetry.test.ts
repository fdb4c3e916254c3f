import { expect, test } from 'vitest'
import type { Tracing } from '../../../infra/config.ts'
import { openTelemetry } from '../../../infra/tracing/open-telemetry.ts'
import { otlpReceiver } from '../../support/otlp-receiver.ts'

const given = {
  url: 'http://127.0.0.1:1/v1/traces',
  headers: undefined,
  service: 'test',
  instance: 'test',
  system: 'test',
  warn: () => {},
}
const trace = (letter: string, flags: string) => `00-${letter.repeat(32)}-${letter.repeat(16)}-${flags}`

/** How many of a thousand spans with this parent are kept. */
async function kept(sampler: Tracing['sampler'], ratio: number, parent?: string): Promise<number> {
  const { tracer, shutdown } = openTelemetry({ ...given, sampler, ratio })
  const all = Array.from({ length: 1000 }, () => tracer.begin('server', 'a request', parent, {}))
  await shutdown() // none has ended: there is nothing to export
  return all.filter(span => span !== undefined).length
}

test('a sampler that goes by the caller does so, and decides by itself where there is none', async () => {
  expect(await kept('parentbased_always_on', 1)).toBe(1000)
  expect(await kept('parentbased_always_on', 1, trace('a', '00'))).toBe(0)
  expect(await kept('parentbased_always_off', 1)).toBe(0)
  expect(await kept('parentbased_always_off', 1, trace('a', '01'))).toBe(1000)
  expect(await kept('always_off', 1, trace('a', '01'))).toBe(0)
  expect(await kept('always_on', 1, trace('a', '00'))).toBe(1000)
})

test('a share of the traces is about that share, and all of a trace or nothing of it', async () => {
  for (const sampler of ['traceidratio', 'parentbased_traceidratio'] as const) {
    const share = await kept(sampler, 0.2)
    expect(share).toBeGreaterThan(100)
    expect(share).toBeLessThan(320)
  }
  for (const letter of ['1', 'a', 'f']) expect([0, 1000]).toContain(await kept('traceidratio', 0.5, trace(letter, '01')))
})

test('what a caller sends as a traceparent and is none begins a trace of its own', async () => {
  const receiver = await otlpReceiver()
  const { tracer, shutdown } = openTelemetry({
    ...given,
    url: `${receiver.url}/v1/traces`,
    sampler: 'parentbased_always_on',
    ratio: 1,
  })
  for (const parent of ['', 'nonsense', trace('0', '01'), trace('A', '01')])
    tracer.begin('server', 'a request', parent, {})!.end()
  await shutdown()
  const spans = receiver.spans()
  expect(spans.map(({ parentSpanId }) => parentSpanId)).toEqual([undefined, undefined, undefined, undefined])
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(4)
  await receiver.close()
})
