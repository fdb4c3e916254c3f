import type { Topic } from '../schemas/topic.ts'
import type { Clock } from '../streams/clock.ts'
import type { EmbeddedLog } from '../streams/embedded-log.ts'
import type { AnyFold, AnyScorer, Dispatcher } from '../streams/processor.ts'
import type { Sql } from '../streams/sql.ts'
import type { TopicNames } from '../streams/topic-names.ts'
import type { View } from '../streams/view.ts'

const EVERY_MS = 60_000

interface Pruning {
  readonly sql: Sql
  readonly clock: Clock
  readonly names: TopicNames
  readonly processors: readonly (AnyFold | AnyScorer)[]
  readonly views: readonly { readonly topic: Topic; readonly view: View<unknown> }[]
  readonly prune: EmbeddedLog['prune']
}

/** Lets the embedded log delete, once a minute, what every processor and view has read, within each topic's retention. */
export function pruneEmbedded({ sql, clock, names, processors, views, prune }: Pruning): Dispatcher {
  async function once(): Promise<void> {
    const rows = await sql.query('SELECT processor, partition, next FROM ownership')
    const next = new Map(rows.map(row => [`${row.processor}/${row.partition}`, row.next as number]))
    await prune((topic, partition) => {
      const folded = processors
        .filter(({ input }) => names.of(input) === topic)
        .map(({ name }) => next.get(`${name}/${partition}`) ?? 0)
      const viewed = views.filter(view => names.of(view.topic) === topic).map(({ view }) => view.position(partition))
      return Math.min(...folded, ...viewed, Number.MAX_SAFE_INTEGER)
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
