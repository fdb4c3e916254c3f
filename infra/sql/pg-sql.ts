import pg from 'pg'
import type { Sql, SqlRow } from '../../streams/sql.ts'
import { preparedStatements, run, runScript, runTransaction } from './pg-session.ts'
import { valueTypes } from './pg-values.ts'

export interface PgOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string
  /** Connections at most; 10 unless told otherwise. */
  readonly max?: number
  /** How long a server may take to answer a statement, in ms; more than it lets statements run, unless told otherwise. */
  readonly answerMs?: number
  /** Hears of connections that broke while nobody used them. They are replaced; nothing else needs to be done. */
  readonly onError: (error: Error) => void
}

/** No statement of ours takes longer than this, in ms, but in a patient transaction. */
const STATEMENT_TIMEOUT = 60_000
/** As `pg` says that `answerMs` are over. */
const UNANSWERED = 'Query read timeout'
/** How long to wait for a connection, in ms: for the server, or for one of ours to become free. */
const CONNECT_TIMEOUT = 15_000

/**
 * What a burst took is kept for the next one, in ms: a new connection is a process of the server, which plans every statement anew. After
 * ten seconds, the pool's own choice, several were made each second under steady load.
 */
const IDLE_TIMEOUT = 600_000

/**
 * `Sql` on a PostgreSQL server. A query takes any free connection, a transaction keeps one.
 * Errors of the server carry SQLSTATE as `code`; a connection that broke is thrown away, as is one on which nobody answers any more: a
 * server whose disk hangs ends no statement of its own, and a machine that is gone says so to nobody.
 */
export function pgSql({ url, max = 10, answerMs = STATEMENT_TIMEOUT + 15_000, onError }: PgOptions): Sql {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    types: valueTypes,
    pipeline: true,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    idleTimeoutMillis: IDLE_TIMEOUT,
    statement_timeout: STATEMENT_TIMEOUT,
    query_timeout: answerMs,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT,
    application_name: 'tarang',
  })
  pool.on('error', onError)
  const broken = new WeakMap<pg.PoolClient, Error>()
  // The pool listens only while a connection is idle, and an end can come in the same bytes as the server's readiness.
  pool.on('connect', client => client.on('error', error => broken.set(client, error)))
  const withConnection = async <T>(use: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
    const client = await pool.connect()
    try {
      return await use(client)
    } catch (error) {
      // Its connection is cut, and hears of that a moment after it was given back.
      if (error instanceof Error && error.message === UNANSWERED) broken.set(client, error)
      throw error
    } finally {
      client.release(broken.get(client))
    }
  }
  const statements = preparedStatements()
  return {
    query: <R extends SqlRow>(text: string, values?: Parameters<Sql['query']>[1]) =>
      withConnection(client => run<R>(client, statements, text, values)),
    script: text => withConnection(client => runScript(client, statements, text)),
    transaction: (work, options) => withConnection(client => runTransaction(client, statements, work, options)),
    close: () => pool.end(),
  }
}
