/** A value a statement takes: arrays go to `unnest`, bytes to bytea, plain objects are JSON text written by the caller. */
export type SqlValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | readonly (string | number | bigint | boolean | null | Uint8Array)[]

/** A row as it comes back: bigint columns are numbers (all of ours stay below 2^53), jsonb is parsed, bytea is a Uint8Array, numeric a string. */
export type SqlRow = Record<string, unknown>

export interface Tx {
  /** Runs one statement with `$1…` parameters. How many rows a write touched is told by `RETURNING`. */
  query<R extends SqlRow = SqlRow>(text: string, values?: readonly SqlValue[]): Promise<R[]>
  /** Runs statements separated by `;`, as a migration file has them. They take no values. */
  script(text: string): Promise<void>
}

/** Statements of one transaction. */
export interface OpenTx extends Tx {
  /**
   * Waits for the last statements, all asked by now, with COMMIT in flight behind them: one way to the database and back less. Where one
   * of them fails, or could not be asked, nothing is kept, as ever; what `work` finds wrong with their answers comes too late.
   */
  andCommit<T>(asked: Promise<T>): Promise<T>
}

export interface TransactionOptions {
  /** REPEATABLE READ instead of READ COMMITTED. */
  readonly snapshot?: boolean
  /** Its statements may take as long as they take: others are given up after a minute. */
  readonly patient?: boolean
}

/**
 * The one way to Postgres: `pg` against a server, PGlite in a worker otherwise. Statements are those PostgreSQL 15 has.
 *
 * A transaction rolls back when `work` throws.
 */
export interface Sql extends Tx {
  transaction<T>(work: (tx: OpenTx) => Promise<T>, options?: TransactionOptions): Promise<T>
  close(): Promise<void>
}
