import { expect, test } from 'vitest'
import { clicks, deadLetters } from '../../schemas/topics.ts'
import { systemClock } from '../../streams/clock.ts'
import { readTopic } from '../support/read-topic.ts'
import { startTarang } from '../support/running-tarang.ts'
import { openLeft, stackDeployment } from '../support/scratch-deployment.ts'
import { describeStack } from '../support/stack.ts'
import { quiet } from '../support/storm.ts'

const MIB = 1 << 20

describeStack('a record as large as Kafka takes, and not to be read', stack => {
  test('becomes a dead letter with all its bytes, though that is a third larger, and its neighbour gets through', async () => {
    const deployment = await stackDeployment(stack)
    const tarang = await startTarang({ config: deployment.config, sessionTimeoutMs: 3000 })
    try {
      await using left = await openLeft(deployment)
      const put = (value: Buffer) =>
        left.log.publish([
          { topic: left.names.of(clicks), partition: 0, key: null, value, headers: {}, timestamp: systemClock.now() },
        ])
      const poison = Buffer.alloc(8 * MIB - 1024, 'x')
      const click = {
        type: 'click',
        id: 'c1',
        customerId: 'ada',
        occurredAt: '2025-01-01T00:00:00Z',
        kind: 'view',
        productId: 'p',
      }
      await put(poison)
      await put(Buffer.from(JSON.stringify(click)))
      await quiet([tarang])
      expect(await left.sql.query('SELECT customer_id FROM customers')).toEqual([{ customer_id: 'ada' }])
      const letters = (await readTopic(left, deadLetters)).map(({ value }) => value)
      expect(letters.map(({ code, offset }) => ({ code, offset }))).toEqual([{ code: 'json_invalid', offset: 0 }])
      expect(poison.equals(Buffer.from(letters[0]!.value, 'base64'))).toBe(true)
    } finally {
      await tarang.kill('SIGTERM')
      await deployment.dispose()
    }
  }, 120_000)
})
