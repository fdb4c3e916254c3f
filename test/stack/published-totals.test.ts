import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { cdnow, onlineRetail, replayAndDigest, replayTwice } from '../support/published-totals.ts'
import { startServer } from '../support/run-tarang.ts'
import { stackDeployment } from '../support/scratch-deployment.ts'
import { sharedData, testWithData } from '../support/shared-data.ts'
import { describeStack, type Stack } from '../support/stack.ts'

const MINUTES = 60_000

describeStack('public data replayed through Kafka', stack => {
  testWithData(
    'Online Retail comes to its published totals, and a second replay changes nothing',
    ['online-retail.csv.gz'],
    () =>
      throughKafka(stack, 'GBP', async env => {
        await replayTwice(sharedData('online-retail.csv.gz'), env, onlineRetail)
      }),
    30 * MINUTES,
  )

  testWithData(
    'CDNOW comes to its published totals, with the digest that it has in one process',
    ['cdnow.csv.gz'],
    async () => {
      const file = sharedData('cdnow.csv.gz')
      const folder = mkdtempSync(join(tmpdir(), 'tarang-cdnow-'))
      try {
        const onStack = await throughKafka(stack, 'USD', env => replayAndDigest(file, env))
        expect(onStack).toMatchObject(cdnow)
        const embedded = { TARANG_DATA_DIR: folder, TARANG_CURRENCY: 'USD', TARANG_DEMO: 'off' }
        expect(await replayAndDigest(file, embedded)).toEqual(onStack)
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    },
    10 * MINUTES,
  )
})

/** Runs an engine of its own on the stack; what is learnt moves no total, so nothing learns. */
async function throughKafka<T>(
  stack: Stack,
  currency: string,
  use: (env: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const deployment = await stackDeployment(stack)
  const { storage, topicPrefix } = deployment.config
  if (storage.mode !== 'stack') throw new Error('a stack deployment is on the stack')
  const env = {
    TARANG_CURRENCY: currency,
    TARANG_DEMO: 'off',
    KAFKA_BROKERS: storage.brokers.join(','),
    DATABASE_URL: storage.databaseUrl,
    TARANG_TOPIC_PREFIX: topicPrefix,
    ...(storage.registryUrl === undefined ? {} : { SCHEMA_REGISTRY_URL: storage.registryUrl }),
  }
  const server = await startServer({ ...env, TARANG_ROLES: 'engine' })
  try {
    return await use(env)
  } finally {
    await server.stop()
    await deployment.dispose()
  }
}
