import type { Topic } from '../schemas/topic.ts'
import type { Clock } from './clock.ts'
import type { Written } from './outbound.ts'
import { DONE_UP_TO } from './owed-answers.ts'
import type { Ends } from './ownership.ts'
import type { Tx } from './sql.ts'
import type { TopicNames } from './topic-names.ts'

/** Who reads a topic on the way to what lookups show, and what they write to on that way. */
export interface Hop {
  readonly topic: Topic
  readonly processor: string
  readonly onwards: readonly Topic[]
}

/** A view that must have caught up with a topic before lookups show it. */
export interface WatchedView {
  readonly topic: Topic
  readonly reached: (ends: Readonly<Record<string, number>>) => boolean
}

interface Way {
  readonly sql: Tx
  readonly clock: Clock
  readonly names: TopicNames
  readonly hops: readonly Hop[]
  readonly views: readonly WatchedView[]
}

type Reach = Readonly<Record<string, number>>

const POLL_MS = { first: 2, most: 25 }

/**
 * Waits until what was written has gone the whole way: each processor's commit stores how far its outputs reach beside how far it
 * has read, so the chain can be followed from any position (engine rule 16).
 *
 * @returns false when that took longer than `timeoutMs`
 */
export async function applied(way: Way, written: readonly Written[], timeoutMs: number): Promise<boolean> {
  const until = way.clock.monotonic() + timeoutMs
  let targets = new Map<Topic, Reach>()
  for (const { topic, partition, end } of written) targets.set(topic, { ...targets.get(topic), [partition]: end })
  while (targets.size > 0) {
    const next = new Map<Topic, Reach>()
    for (const [topic, reach] of targets) {
      if (!(await viewsReached(way, topic, reach, until))) return false
      for (const hop of way.hops.filter(hop => hop.topic === topic)) {
        const ends = await passedBy(way, hop.processor, reach, until)
        if (ends === undefined) return false
        for (const onward of hop.onwards) {
          const name = way.names.of(onward)
          const reached = furthest([...ends, { [name]: next.get(onward) ?? {} }], name) // several may write there
          if (Object.keys(reached).length > 0) next.set(onward, reached)
        }
      }
    }
    targets = next
  }
  return true
}

async function viewsReached({ views, clock }: Way, topic: Topic, reach: Reach, until: number): Promise<boolean> {
  for (const view of views.filter(view => view.topic === topic))
    if (!(await polled(clock, until, async () => view.reached(reach)))) return false
  return true
}

/** Waits until a processor has passed these places; answers how far its outputs reach. Undefined: not in time. */
async function passedBy({ sql, clock }: Way, processor: string, reach: Reach, until: number): Promise<Ends[] | undefined> {
  const partitions = Object.keys(reach).map(Number)
  let ends: Ends[] = []
  const passed = await polled(clock, until, async () => {
    const rows = await sql.query(
      `SELECT partition, ends, ${DONE_UP_TO} AS next FROM ownership o WHERE processor = $1 AND partition = ANY($2::integer[])`,
      [processor, partitions],
    )
    ends = rows.map(row => row.ends as Ends)
    return rows.length === partitions.length && rows.every(row => (row.next as number) >= reach[String(row.partition)]!)
  })
  return passed ? ends : undefined
}

async function polled(clock: Clock, until: number, ready: () => Promise<boolean>): Promise<boolean> {
  for (let ms = POLL_MS.first; !(await ready()); ms = Math.min(POLL_MS.most, ms * 1.5)) {
    if (clock.monotonic() >= until) return false
    await clock.sleep(ms)
  }
  return true
}

function furthest(all: readonly Ends[], topic: string): Record<string, number> {
  const reach: Record<string, number> = {}
  for (const ends of all)
    for (const [partition, end] of Object.entries(ends[topic] ?? {})) reach[partition] = Math.max(reach[partition] ?? 0, end)
  return reach
}
