import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { onlineRetail, replayAndDigest, replayTwice } from '../support/published-totals.ts'
import { startServer } from '../support/run-tarang.ts'
import { stackDeployment } from '../support/scratch-deployment.ts'
import { sharedData, testWithData } from '../support/shared-data.ts'
import { describeStack } from '../support/stack.ts'

const MINUTES = 60_000

describeStack('public data replayed through Kafka, and into one process', stack => {
  testWithData(
    'Online Retail comes to its published totals both ways, with one digest, and a second replay changes nothing',
    ['online-retail.csv.gz'],
    async () => {
      const shop = { TARANG_CURRENCY: 'GBP', TARANG_DEMO: 'off' }
      const deployment = await stackDeployment(stack)
      const folder = mkdtempSync(join(tmpdir(), 'tarang-retail-'))
      const { storage, topicPrefix } = deployment.config
      if (storage.mode !== 'stack') throw new Error('a stack deployment is on the stack')
      const env = {
        ...shop,
        KAFKA_BROKERS: storage.brokers.join(','),
        DATABASE_URL: storage.databaseUrl,
        TARANG_TOPIC_PREFIX: topicPrefix,
        ...(storage.registryUrl === undefined ? {} : { SCHEMA_REGISTRY_URL: storage.registryUrl }),
      }
      const server = await startServer({ ...env, TARANG_ROLES: 'engine' }) // what is learnt moves no total
      try {
        const onStack = await replayTwice(sharedData('online-retail.csv.gz'), env, onlineRetail)
        const embedded = await replayAndDigest(sharedData('online-retail.csv.gz'), { ...shop, TARANG_DATA_DIR: folder })
        expect(embedded).toEqual(onStack)
      } finally {
        await server.stop()
        await deployment.dispose()
        rmSync(folder, { recursive: true, force: true })
      }
    },
    30 * MINUTES,
  )
})
