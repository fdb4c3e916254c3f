import type { AnyFold, AnyScorer } from '../processor.ts'
import type { Tx } from '../sql.ts'
import type { Column } from '../table.ts'
import { RebuildRefused } from './plan.ts'

type Processor = AnyFold | AnyScorer

/** What the engine itself keeps, and the tables of a log: a rebuild has its own of each. */
const ENGINE_TABLES = ['ownership', 'seen_events', 'log_topics', 'log_heads', 'log']

/** Tables that the new generation takes over; a table may hold several entries of one event. */
export const rebuiltTables = (processors: readonly Processor[]): string[] =>
  [
    ...new Set(
      processors.flatMap(({ state }) => [
        ...Object.values(state.tables).map(table => table!.name),
        ...Object.values(state.wholes ?? {}).flatMap(whole => whole!.tables),
      ]),
    ),
  ].sort()

/** Tables that it needs while it is made, and that are then thrown away: what was told was told. */
const toldTables = (processors: readonly Processor[]): string[] =>
  processors.flatMap(({ state }) => Object.values(state.wholes ?? {}).flatMap(whole => whole!.told))

/** Throws when something of somebody else's hangs on the tables: it would keep them from being replaced, at the very end. */
async function refuseViews(tx: Tx, home: string, tables: readonly string[]): Promise<void> {
  const views = await tx.query(
    `SELECT DISTINCT r.ev_class::regclass::text AS view FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid
     WHERE d.classid = 'pg_rewrite'::regclass AND d.refobjid = ANY($1::regclass[])`,
    [tables.map(table => `${home}.${table}`)],
  )
  if (views.length > 0)
    throw new RebuildRefused(
      `The tables to be replaced are read by views (${views.map(({ view }) => view).join(', ')}): drop those, and make them again afterwards.`,
    )
}

/** Makes a schema with empty tables of the same shape, indexes of the same names and all, so that they can take the others' place. */
export async function createBeside(tx: Tx, schema: string, home: string, processors: readonly Processor[]): Promise<void> {
  await refuseViews(tx, home, rebuiltTables(processors))
  await tx.script(`CREATE SCHEMA ${schema}`)
  for (const table of [...ENGINE_TABLES, ...rebuiltTables(processors), ...toldTables(processors)])
    await createLike(tx, table, schema, home)
}

async function createLike(tx: Tx, table: string, schema: string, home: string): Promise<void> {
  await tx.script(`CREATE TABLE ${schema}.${table} (LIKE ${home}.${table} INCLUDING ALL EXCLUDING INDEXES)`)
  const constraints = await tx.query(
    "SELECT conname, pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conrelid = $1::text::regclass AND contype IN ('p', 'u')",
    [`${home}.${table}`],
  )
  for (const { conname, definition } of constraints)
    await tx.script(`ALTER TABLE ${schema}.${table} ADD CONSTRAINT ${conname} ${definition}`)
  const indexes = await tx.query(
    `SELECT pg_get_indexdef(i.indexrelid) AS definition FROM pg_index i
     WHERE i.indrelid = $1::text::regclass AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)`,
    [`${home}.${table}`],
  )
  for (const { definition } of indexes)
    await tx.script((definition as string).replace(/ ON (ONLY )?\S+ USING /, ` ON ${schema}.${table} USING `))
  await grantLike(tx, table, schema, home)
}

/** Whoever may read the table may read the one that takes its place. */
async function grantLike(tx: Tx, table: string, schema: string, home: string): Promise<void> {
  const grants = await tx.query(
    `SELECT a.privilege_type AS privilege, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END AS role
     FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a WHERE c.oid = $1::text::regclass`,
    [`${home}.${table}`],
  )
  for (const { privilege, role } of grants) await tx.script(`GRANT ${privilege} ON ${schema}.${table} TO ${role}`)
}

/** Lets no number fall that readers go by. */
export async function raise(tx: Tx, schema: string, home: string, processors: readonly Processor[]): Promise<void> {
  for (const { state } of processors)
    for (const table of Object.values(state.tables)) {
      const { name, key, columns } = table!
      for (const column of columns.filter((one: Column<never>) => one.rising)) {
        const same = key.map(part => `n.${part} = o.${part}`).join(' AND ')
        await tx.query(
          `UPDATE ${schema}.${name} n SET ${column.name} = o.${column.name} FROM ${home}.${name} o WHERE ${same} AND n.${column.name} < o.${column.name}`,
        )
      }
    }
}

/** Puts the new generation's tables in the place of the old one's, and drops those with all else that was beside. */
export async function takePlace(tx: Tx, schema: string, home: string, processors: readonly Processor[]): Promise<void> {
  const tables = rebuiltTables(processors)
  // All at once and always in this order: a reader waits a moment, and none waits for us while we wait for it.
  await tx.script(`LOCK TABLE ${tables.map(table => `${home}.${table}`).join(', ')} IN ACCESS EXCLUSIVE MODE`)
  for (const table of tables) {
    await tx.script(`DROP TABLE ${home}.${table}`)
    await tx.script(`ALTER TABLE ${schema}.${table} SET SCHEMA ${home}`)
  }
  await dropBeside(tx, schema)
}

export const dropBeside = (tx: Tx, schema: string): Promise<void> => tx.script(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
