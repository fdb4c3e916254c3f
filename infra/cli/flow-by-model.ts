import type { FlowWriter, WrittenFlow } from '../../serving/ports/flow-writer.ts'
import { systemClock } from '../../streams/clock.ts'
import { silent } from '../../streams/meter.ts'
import { lruCache } from '../cache/lru-cache.ts'
import type { Config } from '../config.ts'
import { openFlowWriter } from '../llm/open-flow-writer.ts'
import { DataFolderLocked } from '../sql/folder-lock.ts'
import { openTables } from './open-tables.ts'

/** What `ask` gets of the writer with a model, on the database's account; undefined where a server has the data folder. */
export async function flowByModel(
  config: Config,
  ask: (writer: FlowWriter) => Promise<WrittenFlow>,
): Promise<WrittenFlow | undefined> {
  try {
    await using tables = await openTables(config)
    const cache = lruCache({ bytes: config.cacheBytes, clock: systemClock })
    return await ask(openFlowWriter(config, { sql: tables.sql, cache, clock: systemClock, meter: silent }))
  } catch (error) {
    if (error instanceof DataFolderLocked) return undefined
    throw error
  }
}
