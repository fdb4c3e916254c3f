import { Pool } from 'undici'
import { compose } from '../../infra/compose.ts'
import { jsonLogger } from '../../infra/logger.ts'
import { processorsOf } from '../../infra/processors.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import { recordsLeft } from '../../streams/records-left.ts'
import { bareLog } from './bare-log.ts'
import { type Bench, PARTITIONS } from './bench.ts'
import { manyEvents } from './many-events.ts'
import { paced } from './paced.ts'
import { type Round, resultOf } from './result.ts'

const PER_SECOND = 500

/**
 * From an event's place on the log to its committed list of recommendations, at 500 events a second. Compared with the same number of
 * records through the log alone, from writer to reader.
 */
export const latency: Bench = async ({ deploy, rounds, seconds, say }) => {
  const deployment = await deploy({ partitions: PARTITIONS })
  const { config, mode } = deployment
  const tarang = await compose(config, { logger: jsonLogger('fatal') })
  await using bare = await bareLog(deploy)
  const events = manyEvents(5000)
  let latencies: number[] = []
  tarang.metrics.onObserve('event_to_answer_seconds', s => latencies.push(s * 1000))
  const address = await tarang.listen({ host: '127.0.0.1', port: 0 })
  const pool = new Pool(address, { connections: 8, pipelining: 4 })
  const request = () => ({ method: 'POST', path: '/v1/events', body: JSON.stringify(events.next().value) }) as const
  const through = async (duration: number): Promise<Round> => {
    latencies = []
    const begun = clock.monotonic()
    const posted = await paced({ pool, perSecond: PER_SECOND, seconds: duration, request })
    const rate = posted / ((clock.monotonic() - begun) / 1000)
    const { sql, engine } = tarang
    while ((await recordsLeft(sql, engine.log, engine.names, processorsOf(config.shop))) > 0) await clock.sleep(100)
    return { rate, latencies }
  }
  try {
    say('latency: warming up')
    await through(Math.max(5, seconds))
    const [measured, baselines]: [Round[], Round[]] = [[], []]
    for (let round = 1; round <= rounds; round++) {
      say(`latency: round ${round} of ${rounds}`)
      const values = Array.from({ length: PER_SECOND * seconds }, () => Buffer.from(JSON.stringify(events.next().value)))
      baselines.push(await bare.there(values, PER_SECOND))
      measured.push(await through(seconds))
    }
    const baseline_of = `${bare.of}, from writer to reader`
    const named = { bench: 'latency', case: `event to recommendation (${mode})`, unit: 'events/s', baseline_of }
    const result = resultOf(named, measured, baselines)
    // Both have the pace that was set: what is compared is how long they take.
    return [{ ...result, ratio: result.baseline_p50_ms! / result.p50_ms! }]
  } finally {
    await pool.close()
    await tarang.stop()
    await deployment.dispose()
  }
}
