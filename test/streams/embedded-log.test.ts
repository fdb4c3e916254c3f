import { fileURLToPath } from 'node:url'
import { migrate } from '../../infra/sql/migrate.ts'
import { pgliteSql } from '../../infra/sql/pglite-sql.ts'
import { systemClock } from '../../streams/clock.ts'
import { embeddedLog } from '../../streams/embedded-log.ts'
import { logContract } from '../contracts/log.ts'

const migrations = fileURLToPath(new URL('../../infra/migrations', import.meta.url))

logContract('the embedded log on PGlite', async () => {
  const sql = await pgliteSql({})
  await migrate(sql, { folder: migrations })
  const log = embeddedLog({ sql, clock: systemClock })
  return {
    log,
    sql,
    atomic: true,
    another: async () => log,
    kill: async () => embeddedLog({ sql, clock: systemClock }),
    async close() {
      await log.close()
      await sql.close()
    },
  }
})
