import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import type { ServerMessage } from './worker-stream.ts'

/** What the worker is started with. `folder` null: in memory, started from the file `fresh` (made when missing), which is six times faster. */
export interface ServerData {
  readonly folder: string | null
  readonly fresh: string
}

const port = parentPort
if (port === null) throw new Error('pglite-server.ts runs in a worker (infra/sql/pglite-sql.ts)')
const { folder, fresh } = workerData as ServerData
const say = (message: ServerMessage) => port.postMessage(message)

/**
 * Opens the database of a folder, making it when there is none. A first making that was cut short left no one's data,
 * only a broken folder: without the file `made` beside it, it is made again.
 */
async function openFolder(folder: string): Promise<PGlite> {
  const made = join(folder, 'made')
  const dataDir = join(folder, 'postgres')
  if (!existsSync(made)) rmSync(dataDir, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const db = await PGlite.create({ dataDir })
  writeFileSync(made, '')
  return db
}

async function openMemory(): Promise<PGlite> {
  if (existsSync(fresh)) return PGlite.create({ loadDataDir: new Blob([readFileSync(fresh)]) })
  const db = await PGlite.create()
  try {
    mkdirSync(dirname(fresh), { recursive: true })
    const draft = `${fresh}.${randomUUID()}`
    writeFileSync(draft, Buffer.from(await (await db.dumpDataDir('none')).arrayBuffer()))
    renameSync(draft, fresh)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error // a read-only folder only costs the next one its speed
  }
  return db
}

try {
  const db = folder === null ? await openMemory() : await openFolder(folder)
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
