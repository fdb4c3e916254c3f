import { expect, test } from 'vitest'
import { campaign } from '../sms-crashes/campaign.ts'
import { stackDeployment } from '../support/scratch-deployment.ts'
import { describeStack } from '../support/stack.ts'

describeStack('texts through a gateway at its worst, the sender killed by kill -9 again and again', stack => {
  // `npm run sms-crashes` goes on for 20,000 texts and 100 kills.
  test('none is lost, none goes twice, each ends, and the auditor agrees with the record of the gateway', async () => {
    const ended = await campaign({ deploy: wanted => stackDeployment(stack, wanted), messages: 1000, kills: 8, seed: 3 })
    const { wrongs, auditor, counts, taken, refused, killed } = ended
    expect(wrongs).toEqual([])
    expect(auditor.findings).toEqual([])
    expect(auditor).toMatchObject({
      code: 0,
      totals: {
        asked: 1000,
        sent: counts.submitted,
        gateway: { texts: taken, submissions: taken, refused },
        log: { requests: 1000 },
      },
    })
    for (const status of ['submitted', 'rejected', 'suppressed', 'unknown']) expect(counts[status], status).toBeGreaterThan(0)
    expect(killed.filter(how => how !== 'any instant').length).toBeGreaterThan(2)
  }, 600_000)
})
