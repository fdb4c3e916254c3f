import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock as clock } from '../../streams/clock.ts'
import { startTarang } from '../support/running-tarang.ts'
import { startGateway } from '../support/sms-gateway.ts'
import { type Bench, PARTITIONS } from './bench.ts'
import { percentile, type Round, resultOf } from './result.ts'

const LATENCY_MS = 100
const SLOTS = 50
const AT_ONCE = 1000

/** Texts that wait, sent through a gateway that takes 100 ms for each. Compared with what 50 in flight can do at most. */
export const sms: Bench = async ({ deploy, rounds, seconds, say }) => {
  const folder = mkdtempSync(join(tmpdir(), 'tarang-bench-'))
  const gateway = await startGateway(join(folder, 'submitted'))
  gateway.latencyMs = LATENCY_MS
  const deployment = await deploy({ partitions: PARTITIONS, gatewayUrl: gateway.url })
  const tarang = await startTarang({ config: deployment.config, sessionTimeoutMs: 10_000 })
  const bound = (SLOTS * 1000) / LATENCY_MS
  let asked = 0
  const through = async (texts: number): Promise<Round> => {
    const before = gateway.submitted().length
    for (let left = texts; left > 0; left -= AT_ONCE)
      await tarang.publish(
        [],
        Array.from({ length: Math.min(AT_ONCE, left) }, () => text(asked++)),
      )
    for (let had = -1; had !== texts; had = gateway.submitted().length - before) await clock.sleep(250)
    const at = gateway
      .submitted()
      .slice(before)
      .map(submitted => submitted.at)
    // From the first tenth to the last: filling the slots at first and running dry at last are not what is measured.
    const [from, to] = [percentile(at, 0.1), percentile(at, 0.9)]
    return { rate: (texts * 0.8) / ((to - from) / 1000) }
  }
  try {
    say('sms: warming up')
    await through(bound * 2)
    const measured: Round[] = []
    for (let round = 1; round <= rounds; round++) {
      say(`sms: round ${round} of ${rounds}`)
      measured.push(await through(bound * seconds))
    }
    if (gateway.most > SLOTS) throw new Error(`${gateway.most} texts were in flight at once`)
    const named = { bench: 'sms', case: `gateway at ${LATENCY_MS} ms (${deployment.mode})`, unit: 'texts/s' }
    return [resultOf({ ...named, baseline_of: `${SLOTS} in flight / ${LATENCY_MS} ms` }, measured, [{ rate: bound }])]
  } finally {
    await tarang.kill('SIGTERM')
    await gateway.close()
    await deployment.dispose()
    rmSync(folder, { recursive: true })
  }
}

const text = (n: number) => ({
  id: `bench-${n}`,
  to: `+92300${String(n).padStart(7, '0')}`,
  text: 'Shukriya! Aap ka order rawana ho gaya hai.',
  class: 'transactional' as const,
})
