import { createHash } from 'node:crypto'
import type { ClientBase, QueryConfig, QueryResult } from 'pg'
import type { OpenTx, SqlRow, SqlValue, TransactionOptions } from '../../streams/sql.ts'
import { toParameter } from './pg-values.ts'

/** Statements with a name: each connection keeps a plan per name, so texts built at run time must not pile up without end. */
const PREPARED = 500

/** Statements with values are prepared once per connection, under a name made from their text. */
export interface Statements {
  config(text: string, values: readonly SqlValue[] | undefined): QueryConfig
  /** Hears of a failure: a statement whose plan no longer fits its tables gets another name. */
  failed(config: QueryConfig, error: unknown): void
}

export function preparedStatements(): Statements {
  const names = new Map<string, string>()
  const nameOf = (text: string): string | undefined => {
    const known = names.get(text)
    if (known !== undefined || names.size >= PREPARED) return known
    const name = createHash('sha256').update(text).digest('base64url').slice(0, 16)
    names.set(text, name)
    return name
  }
  return {
    config(text, values) {
      if (values === undefined || values.length === 0) return { text }
      const name = nameOf(text)
      const config = { text, values: values.map(toParameter) }
      return name === undefined ? config : { ...config, name }
    },
    failed({ text, name }, error) {
      if (name !== undefined && names.get(text) === name && codeOf(error) === PLAN_OUTDATED) names.set(text, `${name}'`)
    },
  }
}

/** The longest that a timer can wait. */
const FOREVER = 2 ** 31 - 1

/** The same, whose answers are waited for as long as it takes. */
const patiently = ({ config, failed }: Statements): Statements => ({
  config: (text, values) => ({ ...config(text, values), query_timeout: FOREVER }),
  failed,
})

/** `cached plan must not change result type`: a migration changed the table since the statement was prepared. */
const PLAN_OUTDATED = '0A000'
/** `prepared statement does not exist`: another use of it went first in the pipeline and could not be prepared. */
const NOT_PREPARED = '26000'

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined)

async function ask<R extends SqlRow>(
  client: ClientBase,
  statements: Statements,
  text: string,
  values: readonly SqlValue[] | undefined,
): Promise<R[]> {
  const config = statements.config(text, values)
  try {
    const { rows } = await client.query<R>(config)
    return rows
  } catch (error) {
    statements.failed(config, error)
    throw error
  }
}

/** Runs one statement outside of transactions. What failed for its preparation alone did nothing yet, and is tried once more. */
export async function run<R extends SqlRow>(
  client: ClientBase,
  statements: Statements,
  text: string,
  values: readonly SqlValue[] | undefined,
): Promise<R[]> {
  try {
    return await ask<R>(client, statements, text, values)
  } catch (error) {
    const code = codeOf(error)
    if (code !== PLAN_OUTDATED && code !== NOT_PREPARED) throw error
    return ask<R>(client, statements, text, values)
  }
}

/** Runs a script: statements separated by `;`, answers thrown away. */
export async function runScript(client: ClientBase, statements: Statements, text: string): Promise<void> {
  await client.query(statements.config(text, undefined))
}

/** When whatever promises set off by what ran so far has run, and nothing from outside was heard yet. */
async function promisesRun(): Promise<void> {
  await undefined
  await new Promise<void>(resolve => process.nextTick(resolve)) // among promises, the next tick comes when they are through
}

/**
 * A transaction on a connection that nobody else uses meanwhile. Statements of `work` may be in flight together.
 *
 * BEGIN is in flight with the first of them: it cannot fail alone, only with its connection.
 *
 * Rolls back when `work` throws; also when `work` swallowed the error of a statement, since COMMIT then answers ROLLBACK
 * without an error. A handle that is used afterwards is refused: it would write outside.
 */
export async function runTransaction<T>(
  client: ClientBase,
  statements: Statements,
  work: (tx: OpenTx) => Promise<T>,
  { snapshot = false, patient = false }: TransactionOptions = {},
): Promise<T> {
  const timed = patient ? patiently(statements) : statements
  let open = true
  let committing: Promise<QueryResult> | undefined
  const guarded = () => {
    if (!open) throw new Error('this transaction is over: its handle was used after it ended')
  }
  const commit = () => {
    open = false
    committing ??= client.query('COMMIT')
    return committing
  }
  const tx: OpenTx = {
    async query<R extends SqlRow>(text: string, values?: readonly SqlValue[]) {
      guarded()
      return ask<R>(client, timed, text, values)
    },
    async script(text) {
      guarded()
      await runScript(client, timed, text)
    },
    async andCommit(asked) {
      guarded()
      let failed = false
      asked.catch(() => {
        failed = true
      })
      await promisesRun() // a statement whose values could not be put together has failed by then
      if (!failed) commit().catch(() => {}) // heard below, when `work` is over
      return asked
    },
  }
  const begun = client.query(snapshot ? 'BEGIN ISOLATION LEVEL REPEATABLE READ' : 'BEGIN')
  begun.catch(() => {}) // what follows it on a broken connection fails too, and says so
  try {
    if (patient) await tx.query('SET LOCAL statement_timeout = 0')
    const result = await work(tx)
    const { command } = await commit()
    if (command !== 'COMMIT') throw new Error('the transaction was rolled back: one of its statements had failed')
    return result
  } catch (error) {
    open = false
    await client.query('ROLLBACK').catch(() => {}) // a broken connection has rolled back by itself; its own error says more
    throw error
  }
}
