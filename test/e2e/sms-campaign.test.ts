import { expect, test } from 'vitest'
import { campaign } from '../sms-crashes/campaign.ts'
import { embeddedDeployment } from '../support/scratch-deployment.ts'

test('embedded: through a gateway at its worst, killed by kill -9 again and again, no text is lost, none goes twice, and the auditor agrees', async () => {
  const ended = await campaign({ deploy: embeddedDeployment, messages: 300, kills: 4, seed: 5 })
  expect(ended.wrongs).toEqual([])
  expect(ended.auditor.findings).toEqual([])
  expect(ended.auditor).toMatchObject({
    code: 0,
    totals: { asked: 300, sent: ended.counts.submitted, log: { requests: 300, waiting: 0 } },
  })
}, 240_000)
