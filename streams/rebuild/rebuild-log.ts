import type { Clock } from '../clock.ts'
import type { Log, NewRecord } from '../log.ts'
import { BoundedMembership, type Bounds } from './bounded-membership.ts'

interface Parts {
  /** The log that everybody uses. */
  readonly real: Log
  /** Where the rebuilt processors tell each other what they say. */
  readonly own: Log
  /** Names of the topics that are on it. */
  readonly inner: ReadonlySet<string>
  /** How far a processor may read the real log. */
  readonly bounds: (reader: string) => () => Promise<Bounds>
  readonly clock: Clock
}

/**
 * The log as a processor sees it while it is rebuilt: history comes from the real one, what others that are rebuilt with it say from a log
 * of their own, and what it says to anybody else was said long ago and is dropped.
 */
export function rebuildLog({ real, own, inner, bounds, clock }: Parts): Log {
  const said = (records: readonly NewRecord[]) => records.filter(({ topic }) => inner.has(topic))
  const isInner = (topics: readonly string[]) => topics.every(topic => inner.has(topic))
  return {
    createTopics: topics => own.createTopics(topics),
    offsets: topic => (inner.has(topic) ? own : real).offsets(topic),
    publish: records => own.publish(said(records)),
    publishAndCommit: (records, sql, commit) => own.publishAndCommit(said(records), sql, commit),
    async join(group, topics) {
      if (isInner(topics)) return own.join(group, topics)
      // Never the group itself: whoever serves has its partitions.
      return new BoundedMembership(await real.follow(topics), bounds(group.slice(topics[0]!.length + 1)), clock)
    },
    follow: topics => own.follow(topics),
    close: () => own.close(),
  }
}
