import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import type { ServerMessage } from './worker-stream.ts'

/** What the worker is started with. `folder` null: in memory. `fresh`: the file that keeps an empty database, made when missing. */
export interface ServerData {
  readonly folder: string | null
  readonly fresh: string
}

const port = parentPort
if (port === null) throw new Error('pglite-server.ts runs in a worker (infra/sql/pglite-sql.ts)')
const { folder, fresh } = workerData as ServerData
const say = (message: ServerMessage) => port.postMessage(message)

/** Opens the database of a folder, or makes it. A making that was cut short left no one's data: without the file `made` beside it, it is begun again. */
async function openFolder(folder: string): Promise<PGlite> {
  const made = join(folder, 'made')
  const dataDir = join(folder, 'postgres')
  if (existsSync(made)) return PGlite.create({ dataDir })
  rmSync(dataDir, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const db = await PGlite.create({ dataDir, loadDataDir: await emptyDatabase() })
  writeFileSync(made, '')
  return db
}

/** An empty database as a tar. Making one takes seconds, so it is kept for the next time; a folder that cannot be written to only costs that. */
async function emptyDatabase(): Promise<Blob> {
  if (existsSync(fresh)) return new Blob([readFileSync(fresh)])
  const db = await PGlite.create()
  const tar = await db.dumpDataDir('none')
  await db.close()
  try {
    mkdirSync(dirname(fresh), { recursive: true })
    const draft = `${fresh}.${randomUUID()}`
    writeFileSync(draft, Buffer.from(await tar.arrayBuffer()))
    renameSync(draft, fresh)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
  }
  return tar
}

try {
  const db = folder === null ? await PGlite.create({ loadDataDir: await emptyDatabase() }) : await openFolder(folder)
  // The synchronous way in: answers keep the order of the questions, and there is nothing to sync on a real file system.
  port.on('message', (message: Uint8Array | 'close') => {
    if (message === 'close') {
      void db.close().finally(() => port.close())
      return
    }
    const answer = db.execProtocolRawSync(message)
    if (answer.length === 0) return
    const own = answer.length === answer.buffer.byteLength ? answer : answer.slice() // a part of PGlite's own buffer must stay there
    port.postMessage(own, [own.buffer as ArrayBuffer])
  })
  say({ type: 'ready' })
} catch (error) {
  say({ type: 'failed', message: error instanceof Error ? error.message : String(error) })
}
