import { expect, test } from 'vitest'
import { judgeQuintiles } from '../support/quintile-oracle.ts'
import type { RunningTarang } from '../support/running-tarang.ts'
import { startTarang } from '../support/running-tarang.ts'
import { openLeft, stackDeployment } from '../support/scratch-deployment.ts'
import { describeStack } from '../support/stack.ts'
import { delivered, quiet } from '../support/storm.ts'
import { shopTraffic } from '../support/traffic.ts'

describeStack('quintiles on the stack', stack => {
  test('with one, two and three instances every customer’s scores and segment are what the table of customers says', async () => {
    const deployment = await stackDeployment(stack)
    const running: RunningTarang[] = []
    try {
      let before = 0
      for (const chunk of shopTraffic({ seed: 21, customers: 300, chunks: 3 })) {
        running.push(await startTarang({ config: deployment.config, sessionTimeoutMs: 3000 }))
        await delivered(running, { events: chunk.events, texts: [] })
        await quiet(running)
        await using left = await openLeft(deployment)
        const { customers, misjudged } = await judgeQuintiles(left.sql)
        expect(misjudged).toEqual([])
        expect(customers).toBeGreaterThan(before)
        before = customers
      }
    } finally {
      await Promise.all(running.map(one => one.kill('SIGTERM')))
      await deployment.dispose()
    }
  }, 240_000)
})
