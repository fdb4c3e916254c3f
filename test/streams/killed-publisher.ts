import { fileURLToPath } from 'node:url'
import { migrate } from '../../infra/sql/migrate.ts'
import { pgliteSql } from '../../infra/sql/pglite-sql.ts'
import { systemClock } from '../../streams/clock.ts'
import { embeddedLog } from '../../streams/embedded-log.ts'

/** Counts in a table and in the log, in one transaction each time, and tells the parent how far it is, until it is killed. */
const sql = await pgliteSql({ folder: process.argv[2]! })
await migrate(sql, { folder: fileURLToPath(new URL('../../infra/migrations', import.meta.url)) })
await sql.script('CREATE TABLE IF NOT EXISTS counted (n integer NOT NULL)')
const log = embeddedLog({ sql, clock: systemClock })
await log.createTopics([{ name: 'counted', partitions: 2, retention: 'keep' }])
const [counted] = await sql.query<{ n: number }>('SELECT n FROM counted')
if (counted === undefined) await sql.query('INSERT INTO counted VALUES (0)')
for (let n = counted?.n ?? 0; ; n++) {
  const records = [0, 1].map(partition => ({
    topic: 'counted',
    partition,
    key: String(n),
    value: Buffer.alloc(2000, n),
    headers: {},
    timestamp: systemClock.now(),
  }))
  await log.publishAndCommit(records, sql, tx => tx.query('UPDATE counted SET n = $1', [n + 1]))
  process.send?.(n + 1)
}
