import type { Sql } from '../../streams/sql.ts'

/** How the database goes about what is asked. It must be filled: of few rows it reads all, whatever indexes there are. */
export async function plansOf(sql: Sql, ask: (sql: Sql) => Promise<unknown>): Promise<string> {
  const plans: string[] = []
  const query = async (...one: Parameters<Sql['query']>) => {
    plans.push(JSON.stringify(await sql.query(`EXPLAIN ${one[0]}`, one[1])))
    return sql.query(...one)
  }
  await ask(Object.assign(Object.create(sql), { query }))
  return plans.join()
}
