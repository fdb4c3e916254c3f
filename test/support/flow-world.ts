import { fileURLToPath } from 'node:url'
import { allocator } from '../../consumers/allocator.ts'
import { customers } from '../../consumers/customers.ts'
import { flowTimers } from '../../consumers/flow-timers.ts'
import { flows } from '../../consumers/flows.ts'
import { migrate } from '../../infra/sql/migrate.ts'
import { pgliteSql } from '../../infra/sql/pglite-sql.ts'
import { builtInTexts } from '../../infra/text-models.ts'
import { topics } from '../../schemas/topics.ts'
import { type Clock, systemClock } from '../../streams/clock.ts'
import { openCodec } from '../../streams/codec.ts'
import { embeddedLog } from '../../streams/embedded-log.ts'
import type { Outbound } from '../../streams/outbound.ts'
import { anyFold } from '../../streams/processor.ts'
import { publisher } from '../../streams/publisher.ts'
import { recordsLeft } from '../../streams/records-left.ts'
import type { Sql } from '../../streams/sql.ts'
import { timerService } from '../../streams/timer-service.ts'
import { topicNames } from '../../streams/topic-names.ts'
import { APPENDED, engineOf, type World } from './engine.ts'

export const flowProcessors = [anyFold(customers(builtInTexts())), anyFold(flows), anyFold(allocator)]

export async function flowSql(): Promise<Sql> {
  const sql = await pgliteSql({})
  await migrate(sql, { folder: fileURLToPath(new URL('../../infra/migrations', import.meta.url)) })
  return sql
}

const EMPTIED =
  'TRUNCATE log, log_heads, log_topics, ownership, seen_events, customer_keys, scanner_leases, customers, profiles, orders, customer_cuts, moods, documents, campaign_edges, flow_campaigns, flow_facts, flow_instances, timers, flow_limits, flow_entries, flow_assignments'

export interface FlowWorld extends World {
  /** Says things as an entrance does; all of it appended at one instant, later than anything that happened. */
  publish(records: readonly Outbound[]): Promise<unknown>
  /** Tells of timers that are due by an instant until there are none, as the service does. */
  elapse(until: number, drained: () => Promise<void>): Promise<void>
  left(): Promise<number>
}

/** An empty log on an empty database, on which campaigns can run. */
export async function newFlowWorld(sql: Sql, partitions: number): Promise<FlowWorld> {
  await sql.script(EMPTIED)
  const log = embeddedLog({ sql, clock: systemClock })
  const names = topicNames({ prefix: 'test', partitions })
  await log.createTopics(topics.map(names.config))
  const codec = await openCodec(topics, names.of)
  const world = { sql, log, names, codec } as World
  const publish = publisher(engineOf(world, 'outside'))
  const left = () => recordsLeft(sql, log, names, flowProcessors)
  return {
    ...world,
    publish,
    left,
    async elapse(until, drained) {
      const due = () => sql.query('SELECT FROM timers WHERE due_at <= $1 AND told_at IS DISTINCT FROM due_at LIMIT 1', [until])
      while ((await due()).length > 0) {
        const stop = new AbortController()
        const clock: Clock = {
          ...systemClock,
          now: () => until,
          sleep: async () => stop.abort(), // it found no full page: that is all for now
        }
        await timerService(flowTimers, { sql, publish, clock }).run(stop.signal)
        await drained()
      }
    },
  }
}

/** After everything that is appended to it. */
export const LATER = APPENDED
