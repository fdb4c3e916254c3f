import type { Inbound } from '../../schemas/events.ts'
import { startServer } from '../support/run-tarang.ts'
import { bareLog } from './bare-log.ts'
import { type Bench, PARTITIONS } from './bench.ts'
import { load } from './load.ts'
import { manyEvents } from './many-events.ts'
import { type Result, type Round, resultOf } from './result.ts'

/** How many events the baseline writes in one round. */
const BASELINE = 40_000
const cases = [
  { name: 'single posts', size: 1, connections: 32, pipelining: 8 },
  { name: 'batches of 500', size: 500, connections: 8, pipelining: 1 },
] as const

/**
 * `POST /v1/events`, each answered when the log has it. On the stack the instance only answers: folding has a bench of its own.
 * Embedded, the one process that there is folds meanwhile. Compared with the log alone taking the same events, as many at once.
 */
export const ingest: Bench = async ({ deploy, rounds, seconds, say }) => {
  const deployment = await deploy({ partitions: PARTITIONS })
  const { mode, settings } = deployment
  const server = await startServer(mode === 'stack' ? { ...settings, TARANG_ROLES: 'none' } : settings)
  await using bare = await bareLog(deploy)
  const events = manyEvents(2000)
  const results: Result[] = []
  try {
    for (const { name, size, connections, pipelining } of cases) {
      const request = () => ({ method: 'POST', path: '/v1/events', body: bodyOf(events, size) }) as const
      const through = (duration: number) =>
        load({ url: server.url, connections, pipelining, seconds: duration, request, worth: size })
      say(`ingest, ${name}: warming up`)
      await through(Math.min(3, seconds))
      const [measured, baselines]: [Round[], Round[]] = [[], []]
      for (let round = 1; round <= rounds; round++) {
        say(`ingest, ${name}: round ${round} of ${rounds}`)
        const values = Array.from({ length: BASELINE }, () => Buffer.from(JSON.stringify(events.next().value)))
        baselines.push(await bare.produce(values, size * connections * pipelining))
        measured.push(await through(seconds))
      }
      const baseline_of = `${bare.of} taking as many at once`
      results.push(resultOf({ bench: 'ingest', case: `${name} (${mode})`, unit: 'events/s', baseline_of }, measured, baselines))
    }
    return results
  } finally {
    await server.stop()
    await deployment.dispose()
  }
}

function bodyOf(events: Generator<Inbound, never>, size: number): string {
  if (size === 1) return JSON.stringify(events.next().value)
  return JSON.stringify({ batch: Array.from({ length: size }, () => events.next().value) })
}
