import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sql, Tx } from '../../streams/sql.ts'

export interface Migrations {
  /** Holds files `NNN-name.sql`. A number is used once and a file never changes after it was released. */
  readonly folder: string
}

/** The database and this code do not belong together; `message` says what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
}

interface Migration {
  readonly version: number
  readonly name: string
  readonly text: string
  readonly checksum: string
}

/** Any constant that nothing else in this database locks: "tarang" as a number. */
const LOCK = 0x746172616e67

/**
 * Brings a database up to the code: forward only, one file after the other, each with its record in one transaction.
 * Instances that start at once wait for each other. Answers with the names it applied.
 *
 * Throws `MigrationError` when an applied file changed since, or when the database has been migrated by newer code.
 */
export async function migrate(sql: Sql, { folder }: Migrations): Promise<string[]> {
  const migrations = await readMigrations(folder)
  const applied: string[] = []
  while (true) {
    const name = await sql.transaction(tx => applyNext(tx, migrations), { patient: true }) // it may wait for another instance
    if (name === undefined) return applied
    applied.push(name)
  }
}

/** Applies the first file that is missing; undefined when there is none. The lock goes with the transaction. */
async function applyNext(tx: Tx, migrations: readonly Migration[]): Promise<string | undefined> {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [LOCK])
  await tx.script(
    'CREATE TABLE IF NOT EXISTS schema_migrations (version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL)',
  )
  const applied = await tx.query<{ version: number; name: string; checksum: string }>(
    'SELECT version, name, checksum FROM schema_migrations ORDER BY version',
  )
  for (const row of applied) checkApplied(row, migrations)
  const done = new Set(applied.map(row => row.version))
  const next = migrations.find(migration => !done.has(migration.version))
  if (next === undefined) return undefined
  const last = applied.at(-1)
  if (last !== undefined && last.version > next.version) {
    throw new MigrationError(
      `migration ${next.name} is older than ${last.name}, which the database has already: give it the next free number.`,
    )
  }
  await tx.script(next.text)
  await tx.query('INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES ($1, $2, $3, now())', [
    next.version,
    next.name,
    next.checksum,
  ])
  return next.name
}

function checkApplied(applied: { version: number; name: string; checksum: string }, migrations: readonly Migration[]): void {
  const known = migrations.find(migration => migration.version === applied.version)
  if (known === undefined) {
    throw new MigrationError(
      `the database has migration ${applied.name}, which this version of Tarang does not know: it was used by a newer one. Start that version, or use another database.`,
    )
  }
  if (known.checksum !== applied.checksum) {
    throw new MigrationError(
      `migration ${known.name} changed after it was applied to this database. Put the file back as it was and write the change as a new migration.`,
    )
  }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const files = (await readdir(folder)).filter(file => file.endsWith('.sql')).sort()
  const migrations = await Promise.all(files.map(file => readMigration(folder, file)))
  for (const [i, { version, name }] of migrations.entries()) {
    if (migrations[i + 1]?.version === version)
      throw new MigrationError(`two migrations have number ${version}: ${name} and ${migrations[i + 1]?.name}`)
  }
  return migrations
}

/** Line endings do not count: a checkout on another system may change them. */
async function readMigration(folder: string, file: string): Promise<Migration> {
  const number = /^(\d{3})-[a-z0-9-]+\.sql$/.exec(file)?.[1]
  if (number === undefined) throw new MigrationError(`${join(folder, file)} is not named like 001-some-words.sql`)
  const text = (await readFile(join(folder, file), 'utf8')).replaceAll('\r\n', '\n')
  return { version: Number(number), name: file, text, checksum: createHash('sha256').update(text).digest('hex') }
}
