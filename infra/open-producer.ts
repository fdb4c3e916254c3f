import { systemClock } from '../streams/clock.ts'
import type { Codec } from '../streams/codec.ts'
import { type Keyring, sqlKeyring } from '../streams/keyring.ts'
import type { Log } from '../streams/log.ts'
import type { Publish } from '../streams/outbound.ts'
import { publisher } from '../streams/publisher.ts'
import type { Sql } from '../streams/sql.ts'
import type { TopicNames } from '../streams/topic-names.ts'
import { noTracer } from '../streams/tracer.ts'
import type { Config } from './config.ts'
import { openStorage } from './open-storage.ts'
import { openTopics } from './open-topics.ts'
import { keepSettings } from './settings.ts'
import { migrate } from './sql/migrate.ts'
import { migrations } from './sql/migrations.ts'

/** What writes events and folds none: sealing needs the keys, so the database is part of it. */
export async function openProducer(
  config: Config,
  warn: (message: string, details: Readonly<Record<string, unknown>>) => void,
): Promise<{
  sql: Sql
  log: Log
  names: TopicNames
  codec: Codec
  keyring: Keyring
  publish: Publish
  close: () => Promise<void>
}> {
  const clock = systemClock
  const storage = await openStorage({ config, clock, instance: 'tarang-producer', warn })
  const { sql } = storage
  const undo = [() => sql.close()]
  const close = async () => {
    for (const step of undo) await step()
  }
  try {
    await migrate(sql, migrations)
    await keepSettings(sql, config)
    const { log } = await storage.openLog()
    undo.unshift(() => log.close())
    const { names, codec } = await openTopics(config, log, clock, warn)
    const keyring = sqlKeyring(sql, clock)
    return { sql, log, names, codec, keyring, close, publish: publisher({ log, names, codec, clock, keyring, tracer: noTracer }) }
  } catch (error) {
    await close()
    throw error
  }
}
