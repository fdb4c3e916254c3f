import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../streams/clock.ts'
import { type EmbeddedLog, embeddedLog } from '../streams/embedded-log.ts'
import { kafkaLog } from '../streams/kafka-log.ts'
import type { Log } from '../streams/log.ts'
import type { Sql } from '../streams/sql.ts'
import type { Config } from './config.ts'
import { pgSql } from './sql/pg-sql.ts'
import { pgliteSql } from './sql/pglite-sql.ts'

/** The two things everything stands on. `prune` is the embedded log's own; Kafka deletes by itself. */
export interface OpenStorage {
  readonly sql: Sql
  openLog(): Promise<{ log: Log; prune: EmbeddedLog['prune'] | undefined }>
}

export interface StorageOptions {
  readonly config: Config
  readonly clock: Clock
  readonly instance: string
  readonly sessionTimeoutMs?: number
  readonly warn: (message: string, details: Readonly<Record<string, unknown>>) => void
}

/** Opens the database; the log is opened after it was migrated, for the embedded one lives in it. */
export async function openStorage({ config, clock, instance, sessionTimeoutMs, warn }: StorageOptions): Promise<OpenStorage> {
  const { storage } = config
  if (storage.mode === 'embedded') {
    mkdirSync(config.dataDir, { recursive: true })
    const sql = await pgliteSql({ folder: join(config.dataDir, 'pglite') })
    return {
      sql,
      async openLog() {
        const log = await embeddedLog({ sql, clock })
        return { log, prune: passed => log.prune(passed) }
      },
    }
  }
  const sql = pgSql({
    url: storage.databaseUrl,
    max: 20,
    onError: error => warn('an idle database connection broke', { error: error.message }),
  })
  return {
    sql,
    async openLog() {
      const options = { brokers: storage.brokers, clientId: instance, clock, warn }
      return {
        log: await kafkaLog(sessionTimeoutMs === undefined ? options : { ...options, sessionTimeoutMs }),
        prune: undefined,
      }
    },
  }
}
