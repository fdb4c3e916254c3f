import type { Clock } from '../streams/clock.ts'
import type { EmbeddedLog } from '../streams/embedded-log.ts'
import type { AnyFold, AnyScorer, Dispatcher } from '../streams/processor.ts'
import type { Sql } from '../streams/sql.ts'
import type { TopicNames } from '../streams/topic-names.ts'

const EVERY_MS = 60_000

interface Pruning {
  readonly sql: Sql
  readonly clock: Clock
  readonly names: TopicNames
  readonly processors: readonly (AnyFold | AnyScorer)[]
  readonly prune: EmbeddedLog['prune']
}

/** Lets the embedded log delete, once a minute, what every processor has read, within each topic's retention. */
export function pruneEmbedded({ sql, clock, names, processors, prune }: Pruning): Dispatcher {
  async function once(): Promise<void> {
    const rows = await sql.query('SELECT processor, partition, next FROM ownership')
    const next = new Map(rows.map(row => [`${row.processor}/${row.partition}`, row.next as number]))
    await prune((topic, partition) => {
      const readers = processors.filter(({ input }) => names.of(input) === topic)
      // Topics that only views and outsiders read keep what retention says: their tables are the snapshot.
      return Math.min(...readers.map(({ name }) => next.get(`${name}/${partition}`) ?? 0), Number.MAX_SAFE_INTEGER)
    })
  }
  return {
    kind: 'dispatcher',
    name: 'embedded-log-pruning',
    async run(signal) {
      while (!signal.aborted) {
        await clock.sleep(EVERY_MS, signal)
        if (!signal.aborted) await once()
      }
    },
  }
}
