import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Membership, Signal, TopicPartition } from '../../streams/log.ts'
import { Held } from '../../streams/ownership.ts'
import { newStatus, runWorker } from '../../streams/run-worker.ts'
import type { Sql } from '../../streams/sql.ts'
import type { Worker } from '../../streams/worker.ts'
import { beats } from '../support/counting-topology.ts'
import { countingSql, engineOf, hastyClock, newWorld, type World } from '../support/engine.ts'

/** More than a round takes, and given in one fetch. */
const MANY = 30_000

let sql: Sql
let world: World
beforeAll(async () => {
  sql = await countingSql()
  world = await newWorld(sql, 1)
  const value = (n: number) => ({ key: 'a', value: { type: 'beat', id: `${n}`, owner: 'a', amount: 1 } })
  await world.append(
    beats,
    Array.from({ length: MANY }, (_, n) => value(n)),
  )
})
afterAll(() => sql.close())

test('a partition given up in the middle of what was fetched, and taken again, goes on with the record after the last one done', async () => {
  const topic = world.names.of(beats)
  const stop = new AbortController()
  const reader = await world.log.follow([topic])
  const membership: Membership = {
    async next(limit, waitMs): Promise<Signal | undefined> {
      if (stop.signal.aborted) return { type: 'left' }
      return reader.next(limit === 2000 ? MANY : limit, waitMs) // as a fetch of bundles, which holds more than was asked for
    },
    start: (position: TopicPartition & { offset: number }) => reader.start(position),
    committed() {},
    leave: () => reader.leave(),
  }
  const done: number[] = []
  let [owned, next, asked, refused] = [false, 0, false, false]
  const worker: Worker = {
    name: 'scripted',
    input: beats,
    owns: () => owned,
    async take(partition) {
      if (asked && !refused) {
        refused = true
        throw new Held('scripted', partition)
      }
      owned = true
      return next
    },
    drop() {
      owned = false
    },
    reload: async () => new Map(owned ? [[0, next]] : []),
    async work(slices) {
      for (const slice of slices) {
        for (const { record } of slice.reads) done.push(record.offset)
        next = slice.next
      }
      if (next >= MANY) stop.abort()
      return []
    },
    idle: async () => {},
    verify: async () => {},
    async giveUp(_, which) {
      if (which === 'any' || asked || next === 0) return
      asked = true
      owned = false
    },
    positions: () => new Map(owned ? [[0, next]] : []),
  }
  let now = 0
  const clock = { ...hastyClock, monotonic: () => (now += 40) } // so that some rounds fit into each of the loop's pauses
  const engine = engineOf(world, 'one', { clock, log: { ...world.log, join: async () => membership } })
  await runWorker(engine, worker, newStatus(), stop.signal)
  expect(refused).toBe(true)
  expect(done).toEqual(Array.from({ length: MANY }, (_, offset) => offset))
})
