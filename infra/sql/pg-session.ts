import { createHash } from 'node:crypto'
import type { ClientBase, QueryConfig, QueryResult } from 'pg'
import type { SqlRow, SqlValue, Tx } from '../../streams/sql.ts'
import { toParameter } from './pg-values.ts'

/** Statements with a name: each connection keeps a plan per name, so texts built at run time must not pile up without end. */
const PREPARED = 500

/** Turns text and values into what pg sends: with values, prepared once per connection under a name made from the text. */
export type Statements = (text: string, values: readonly SqlValue[] | undefined) => QueryConfig

export function preparedStatements(): Statements {
  const names = new Map<string, string>()
  const nameOf = (text: string): string | undefined => {
    const known = names.get(text)
    if (known !== undefined || names.size >= PREPARED) return known
    const name = createHash('sha256').update(text).digest('base64url').slice(0, 16)
    names.set(text, name)
    return name
  }
  return (text, values) => {
    if (values === undefined || values.length === 0) return { text }
    const name = nameOf(text)
    const config = { text, values: values.map(toParameter) }
    return name === undefined ? config : { ...config, name }
  }
}

/** Runs one statement on a connection. Without values it goes by the simple protocol. */
export async function run<R extends SqlRow>(client: ClientBase, config: QueryConfig): Promise<R[]> {
  const { rows } = await client.query<R>(config)
  return rows
}

/** Runs a script: statements separated by `;`, answers thrown away. */
export async function runScript(client: ClientBase, text: string): Promise<void> {
  await client.query({ text })
}

/**
 * A transaction on a connection that nobody else uses meanwhile. Statements of `work` may be in flight together.
 *
 * Rolls back when `work` throws; also when `work` swallowed the error of a statement, since COMMIT then answers ROLLBACK
 * without an error. A handle that is used afterwards is refused: it would write outside.
 */
export async function runTransaction<T>(
  client: ClientBase,
  statements: Statements,
  work: (tx: Tx) => Promise<T>,
  snapshot: boolean,
): Promise<T> {
  let open = true
  const guarded = () => {
    if (!open) throw new Error('this transaction is over: its handle was used after it ended')
  }
  const tx: Tx = {
    async query<R extends SqlRow>(text: string, values?: readonly SqlValue[]) {
      guarded()
      return run<R>(client, statements(text, values))
    },
    async script(text) {
      guarded()
      await runScript(client, text)
    },
  }
  await client.query(snapshot ? 'BEGIN ISOLATION LEVEL REPEATABLE READ' : 'BEGIN')
  try {
    const result = await work(tx)
    open = false
    const { command }: QueryResult = await client.query('COMMIT')
    if (command !== 'COMMIT') throw new Error('the transaction was rolled back: one of its statements had failed')
    return result
  } catch (error) {
    open = false
    await client.query('ROLLBACK').catch(() => {}) // a broken connection has rolled back by itself; its own error says more
    throw error
  }
}
