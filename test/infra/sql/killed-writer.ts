import { pgliteSql } from '../../../infra/sql/pglite-sql.ts'

/** Writes pairs of rows, each pair in one transaction, and tells the parent how many were committed, until it is killed. */
const sql = await pgliteSql({ folder: process.argv[2]! })
await sql.script(
  'CREATE TABLE IF NOT EXISTS firsts (n integer PRIMARY KEY); CREATE TABLE IF NOT EXISTS seconds (n integer PRIMARY KEY)',
)
const [counted] = await sql.query<{ n: number }>('SELECT count(*) AS n FROM firsts')
for (let n = counted!.n; ; n++) {
  await sql.transaction(async tx => {
    await tx.query('INSERT INTO firsts VALUES ($1)', [n])
    await tx.query('INSERT INTO seconds VALUES ($1)', [n])
  })
  process.send?.(n + 1)
}
