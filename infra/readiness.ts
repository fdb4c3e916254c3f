import { events } from '../schemas/topics.ts'
import type { Readiness } from '../serving/ports/readiness.ts'
import type { Engine } from '../streams/engine.ts'
import type { RunningEngine } from './run-engine.ts'

/** A processor that has been in trouble for longer than this is one to know of. */
const TROUBLE_MS = 5000

/** What must work before requests are welcome: the database, the log, and every processor making progress. */
export const readiness =
  (engine: Engine, running: RunningEngine): Readiness =>
  async () => {
    const [database, log] = await Promise.all([
      works(() => engine.sql.query('SELECT 1')),
      works(() => engine.log.offsets(engine.names.of(events))),
    ])
    const processors = running.processors.map(({ name, status }) => {
      const stuck = status.troubleSince !== undefined && engine.clock.now() - status.troubleSince > TROUBLE_MS
      return { name, ok: !stuck, ...(stuck ? { detail: `trying again: ${status.trouble?.split('\n')[0] ?? 'unknown'}` } : {}) }
    })
    return [{ name: 'database', ...database }, { name: 'log', ...log }, ...processors]
  }

async function works(look: () => Promise<unknown>): Promise<{ ok: boolean; detail?: string }> {
  try {
    await look()
    return { ok: true }
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message.split('\n')[0]! : 'unknown error' }
  }
}
