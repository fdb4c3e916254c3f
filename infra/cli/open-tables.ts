import { systemClock } from '../../streams/clock.ts'
import type { Sql } from '../../streams/sql.ts'
import { type Config, readConfig } from '../config.ts'
import { openStorage } from '../open-storage.ts'
import { migrate } from '../sql/migrate.ts'
import { migrations } from '../sql/migrations.ts'

/** The database alone, migrated: for commands that only look at tables. In the embedded mode no server may be running on the folder. */
export async function openTables(config: Config = readConfig()): Promise<{ config: Config; sql: Sql } & AsyncDisposable> {
  const warn = (message: string, details: object) => console.error(message, details)
  const { sql } = await openStorage({ config, clock: systemClock, instance: 'tarang-cli', warn })
  try {
    await migrate(sql, migrations)
  } catch (error) {
    await sql.close()
    throw error
  }
  return { config, sql, [Symbol.asyncDispose]: () => sql.close() }
}
