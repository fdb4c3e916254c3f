import { randomBytes, randomUUID } from 'node:crypto'
import type { Sql } from '../streams/sql.ts'
import type { Config } from './config.ts'

/** Thrown when the state belongs to another configuration. */
export class SettingsMismatch extends Error {}

/** What was chosen once and may not change under the state that grew from it, by the variable that sets it. */
const lasting = (config: Config): Record<string, string> => ({
  TARANG_PARTITIONS: String(config.partitions),
  TARANG_CURRENCY: config.shop.currency,
  TARANG_TOPIC_PREFIX: config.topicPrefix,
})

/** Keeps the lasting settings of a new database; refuses to go on with others than it was begun with. */
export async function keepSettings(sql: Sql, config: Config): Promise<void> {
  const chosen = lasting(config)
  const names = Object.keys(chosen)
  await sql.query(
    'INSERT INTO settings (name, value) SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT (name) DO NOTHING',
    [names, Object.values(chosen)],
  )
  const rows = await sql.query('SELECT name, value FROM settings WHERE name = ANY($1::text[])', [names])
  const other = rows.filter(row => chosen[row.name as string] !== row.value)
  if (other.length === 0) return
  const differences = other.map(({ name, value }) => `${name} is ${chosen[name as string]}, the data was begun with ${value}`)
  throw new SettingsMismatch(
    `${differences.join('; ')}. Set it back, or begin with empty data (another database, or another TARANG_DATA_DIR)`,
  )
}

/** A random secret of the deployment, made once and kept in its database, shared by all instances. */
export const sharedSecret = (sql: Sql, name: string): Promise<string> => madeOnce(sql, name, randomBytes(32).toString('hex'))

/** Which data this is: another database, or one begun anew, has another. What was kept elsewhere of how far it got is of no use there. */
export const deploymentId = (sql: Sql): Promise<string> => madeOnce(sql, 'deployment_id', randomUUID())

async function madeOnce(sql: Sql, name: string, value: string): Promise<string> {
  await sql.query('INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING', [name, value])
  const [row] = await sql.query('SELECT value FROM settings WHERE name = $1', [name])
  return row!.value as string
}
