import type { Sql, SqlRow, Tx } from '../sql.ts'

/** The same database, where tables of a schema stand before those of the same names at home. Every statement is a transaction of its own, or part of one. */
export function inSchema(sql: Sql, schema: string, home: string): Sql {
  const transaction: Sql['transaction'] = (work, options) =>
    sql.transaction(async tx => {
      await tx.query("SELECT set_config('search_path', $1, true)", [`${schema}, ${home}`])
      return work(tx)
    }, options)
  return {
    transaction,
    query: <R extends SqlRow>(...asked: Parameters<Tx['query']>) => transaction(tx => tx.query<R>(...asked)),
    script: text => transaction(tx => tx.script(text)),
    close: async () => {},
  }
}

/** Where tables are that are named without a schema. */
export async function homeSchema(tx: Tx): Promise<string> {
  const [row] = await tx.query('SELECT current_schema() AS home')
  return row!.home as string
}
