import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import pg from 'pg'
import type { OpenTx, Sql, SqlRow, SqlValue } from '../../streams/sql.ts'
import { type FolderLock, lockFolder } from './folder-lock.ts'
import { preparedStatements, run, runScript, runTransaction } from './pg-session.ts'
import { valueTypes } from './pg-values.ts'
import { keepHouse } from './pglite-housekeeping.ts'
import type { ServerData } from './pglite-server.ts'
import { type ServerMessage, WorkerStream } from './worker-stream.ts'

export interface PgliteOptions {
  /** Where the database lives, for this process alone. Without one it is in memory and gone afterwards. */
  readonly folder?: string
  /** Hears when housekeeping failed; it is tried again. */
  readonly onError?: (error: Error) => void
}

/**
 * `Sql` on PGlite, PostgreSQL compiled to WebAssembly, in a worker thread; pg itself speaks to it, so values and errors are those of a server.
 *
 * There is one connection. Transactions come one after the other, and what is asked outside of one waits, in order, until it is over:
 * inside `work` use its `tx` only, anything else waits for ever (and is cut off after `IDLE_TRANSACTION` ms).
 * fsync is off: what was committed survives the killing of this process, not the loss of the machine's power.
 * Throws `DataFolderLocked` when another process has the folder.
 */
export async function pgliteSql({ folder, onError = () => {} }: PgliteOptions): Promise<Sql> {
  const lock = folder === undefined ? undefined : lockFolder(folder)
  try {
    const worker = await startServer(folder ?? null)
    return withHousekeeping(oneConnection(await connect(worker), worker, lock), onError)
  } catch (error) {
    lock?.release()
    throw error
  }
}

/** A transaction that asks nothing for so long, in ms, most likely waits for somebody who waits for it. */
const IDLE_TRANSACTION = 10_000

/** An empty database made once by this version of PGlite, from which those in memory start. */
const freshDatabase = (): string => {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite')
  const { version } = JSON.parse(readFileSync(join(dirname(entry), '../package.json'), 'utf8')) as { version: string }
  return fileURLToPath(new URL(`../../node_modules/.cache/tarang/pglite-${version}.tar`, import.meta.url))
}

async function startServer(folder: string | null): Promise<Worker> {
  const workerData: ServerData = { folder, fresh: freshDatabase() }
  const worker = new Worker(new URL('./pglite-worker.js', import.meta.url), { workerData, name: 'pglite', execArgv: [] })
  const told = await new Promise<ServerMessage>(resolve => {
    worker.once('message', resolve)
    worker.once('error', ({ message }) => resolve({ type: 'failed', message }))
    worker.once('exit', code => resolve({ type: 'failed', message: `its worker ended with code ${code}` }))
  })
  if ('type' in told && told.type === 'ready') return worker
  await worker.terminate()
  throw new Error(
    `PGlite could not open ${folder ?? 'a database in memory'}: ${'message' in told ? told.message : 'no reason given'}`,
  )
}

/** pg's own client, with the worker in place of a socket. Everything is said, so that no PG… variable of the environment has a part. */
async function connect(worker: Worker): Promise<pg.Client> {
  const client = new pg.Client({
    stream: () => new WorkerStream(worker),
    pipeline: true,
    types: valueTypes,
    host: 'pglite',
    user: 'postgres',
    database: 'postgres',
    password: '',
    ssl: false,
  })
  client.on('error', () => {}) // each query is told of it by itself
  await client.connect()
  return client
}

function withHousekeeping(sql: Sql, onError: (error: Error) => void): Sql {
  const stop = keepHouse(sql, onError)
  return {
    ...sql,
    close() {
      stop()
      return sql.close()
    },
  }
}

/** One connection for all: `gate` opens when the transactions asked for so far are over. */
function oneConnection(client: pg.Client, worker: Worker, lock: FolderLock | undefined): Sql {
  const statements = preparedStatements()
  let gate: Promise<unknown> = Promise.resolve()
  let closed = false
  let death: Error | undefined
  const died = (why: string, cause?: unknown) => {
    if (!closed) death ??= new Error(`the embedded database is gone: ${why}`, { cause })
  }
  worker.on('error', error => died(error.message, error))
  const ended = new Promise<void>(resolve => {
    worker.once('exit', code => {
      died(`its worker ended with code ${code}`)
      client.connection.stream.destroy(death)
      lock?.release()
      resolve()
    })
  })

  async function inTurn<T>(use: () => Promise<T>): Promise<T> {
    await gate
    if (death !== undefined) throw death
    if (closed) throw new Error('the embedded database is closed')
    return use().catch(error => {
      throw death ?? error
    })
  }

  return {
    query: <R extends SqlRow>(text: string, values?: readonly SqlValue[]) =>
      inTurn(() => run<R>(client, statements, text, values)),
    script: text => inTurn(() => runScript(client, statements, text)),
    transaction(work, options) {
      const result = inTurn(() => runTransaction(client, statements, cutOffWhenIdle(work), options))
      gate = result.catch(() => {})
      return result
    },
    async close() {
      await gate
      if (!closed && death === undefined) {
        closed = true
        await client.end()
        worker.postMessage('close')
      }
      await ended
    },
  }
}

/** Lets a transaction fail that keeps everybody waiting without asking anything itself. */
function cutOffWhenIdle<T>(work: (tx: OpenTx) => Promise<T>): (tx: OpenTx) => Promise<T> {
  return async tx => {
    let running = 0
    let timer: NodeJS.Timeout | undefined
    let cutOff: (reason: Error) => void = () => {}
    const tooLong = new Promise<never>((_, reject) => {
      cutOff = reject
    })
    const wait = () => {
      timer = setTimeout(() => cutOff(new Error(idleTransaction)), IDLE_TRANSACTION)
    }
    const watched = async <R>(ask: () => Promise<R>): Promise<R> => {
      clearTimeout(timer)
      running++
      try {
        return await ask()
      } finally {
        if (--running === 0) wait()
      }
    }
    wait()
    try {
      return await Promise.race([
        work({
          query: (text, values) => watched(() => tx.query(text, values)),
          script: text => watched(() => tx.script(text)),
          andCommit: asked => tx.andCommit(asked),
        }),
        tooLong,
      ])
    } finally {
      clearTimeout(timer)
    }
  }
}

const idleTransaction = `a transaction asked nothing for ${IDLE_TRANSACTION / 1000} s and was rolled back: inside one use its own handle, since everything else waits for its end`
