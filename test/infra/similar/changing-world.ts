import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import type { Log } from '../../../streams/log.ts'
import type { Sql } from '../../../streams/sql.ts'
import { replies } from '../../support/counting-topology.ts'
import { countingSql, newWorld, type World } from '../../support/engine.ts'

/** A log on which customers are told of as changed, anew for each test. What `runs` is stopped at its end. */
export interface ChangingWorld {
  readonly sql: Sql
  readonly log: Log
  readonly topic: string
  tell(...customerIds: string[]): Promise<void>
  /** Answers what stops it. */
  runs(work: (signal: AbortSignal) => Promise<void>, close?: () => Promise<void>): () => Promise<void>
}

/** To be called where tests are described. */
export function changingWorld(): ChangingWorld {
  let sql: Sql
  let world: World
  const running = new Set<() => Promise<void>>()
  beforeAll(async () => {
    sql = await countingSql()
  })
  afterAll(() => sql.close())
  beforeEach(async () => {
    world = await newWorld(sql, 2)
  })
  afterEach(async () => {
    for (const stop of running) await stop()
  })
  return {
    get sql() {
      return sql
    },
    get log() {
      return world.log
    },
    get topic() {
      return world.names.of(replies)
    },
    tell: (...customerIds) =>
      world.append(
        replies,
        customerIds.map(key => ({ key, value: { owner: key, seq: 1, total: 1 } })),
      ),
    runs(work, close = async () => {}) {
      const ending = new AbortController()
      const done = work(ending.signal)
      const stop = async () => {
        running.delete(stop)
        ending.abort()
        await done
        await close()
      }
      running.add(stop)
      return stop
    },
  }
}
