import { describe, expect, test } from 'vitest'
import { plainTotals, runThrough } from '../support/crash-suite.ts'
import { embeddedDeployment } from '../support/scratch-deployment.ts'
import type { Kill } from '../support/storm.ts'
import { shopTraffic } from '../support/traffic.ts'

const kills: Kill[] = [
  { processor: 'customers', point: 'published', times: 2 },
  { processor: 'scorer', point: 'committed', times: 2 },
  { processor: 'items', point: 'committing', times: 1 },
  { processor: 'sms-dispatcher', point: 'submitting', times: 1 },
  { afterMs: 2500 },
]

describe('one process on a data folder, killed by kill -9 again and again', () => {
  const traffic = shopTraffic({ seed: 12, customers: 60, chunks: kills.length + 2 })
  const suite = { deploy: embeddedDeployment, traffic, kills, seed: 12 }

  test('loses nothing, applies nothing twice, and ends in the digest of a run in peace', async () => {
    const stormy = await runThrough(suite)
    expect(stormy.faults).toEqual([])
    expect(stormy.sent).toBeGreaterThan(10)
    expect(stormy.killed.filter(how => how !== 'any instant').length).toBeGreaterThan(2)
    const calm = await runThrough({ ...suite, kills: [] })
    expect(calm.faults).toEqual([])
    expect(stormy.digest).toEqual(calm.digest)
    expect(stormy.digest.sha256).toBe(plainTotals(traffic).digest)
  }, 300_000)
})
