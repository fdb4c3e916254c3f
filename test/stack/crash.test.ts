import { expect, test } from 'vitest'
import { plainTotals, runThrough } from '../support/crash-suite.ts'
import { stackDeployment } from '../support/scratch-deployment.ts'
import { describeStack } from '../support/stack.ts'
import type { Kill } from '../support/storm.ts'
import { shopTraffic } from '../support/traffic.ts'

const kills: Kill[] = [
  { processor: 'customers', point: 'folded', times: 1 },
  { processor: 'customers', point: 'published', times: 2 },
  { processor: 'scorer', point: 'committed', times: 2 },
  { processor: 'ranking', point: 'committing', times: 1 },
  { afterMs: 3500 },
  { processor: 'sms-dispatcher', point: 'written', times: 1 },
]

describeStack('killed by kill -9 again and again while a second instance joins and leaves', stack => {
  // `npm run crashes -- --kills 100` goes on until every point had its turn several times.
  test('nothing is lost, nothing is applied twice, and the digest is that of the events', async () => {
    const traffic = shopTraffic({ seed: 11, customers: 60, chunks: kills.length + 2 })
    const { digest, faults, sent, killed } = await runThrough({
      deploy: wanted => stackDeployment(stack, wanted),
      traffic,
      kills,
      seed: 11,
      companion: true,
    })
    expect(faults).toEqual([])
    expect(digest.sha256).toBe(plainTotals(traffic).digest)
    expect(sent).toBeGreaterThan(10)
    expect(killed.filter(how => how !== 'any instant').length).toBeGreaterThan(2)
  }, 300_000)
})
