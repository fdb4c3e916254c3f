import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Clock } from '../../streams/clock.ts'
import type { Membership } from '../../streams/log.ts'
import { Held } from '../../streams/ownership.ts'
import { newStatus, runWorker } from '../../streams/run-worker.ts'
import type { Sql } from '../../streams/sql.ts'
import { IDLE_MS, type Worker } from '../../streams/worker.ts'
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

type Scripted = Worker & { owned: boolean; next: number }

/** A worker with one partition that goes wherever its slices lead. */
function scripted(more: Partial<Worker>): Scripted {
  const worker: Scripted = {
    name: 'scripted',
    input: beats,
    roundsApartMs: 0,
    owned: false,
    next: 0,
    owns: () => worker.owned,
    async take() {
      worker.owned = true
      return worker.next
    },
    drop() {
      worker.owned = false
    },
    reload: async () => worker.positions(),
    async work(slices) {
      for (const { next } of slices) worker.next = next
      return []
    },
    idle: async () => {},
    idleInMs: IDLE_MS,
    owing: () => new Map(),
    verify: async () => {},
    giveUp: async () => {},
    positions: () => new Map(worker.owned ? [[0, worker.next]] : []),
    ...more,
  }
  return worker
}

/** Runs a worker on the topic; `next` fetches for it from a reader of the log. */
async function run(worker: Worker, clock: Clock, signal: AbortSignal, next: (reader: Membership, ...asked: Asked) => Fetched) {
  const reader = await world.log.follow([world.names.of(beats)])
  const membership: Membership = {
    next: (...asked) => next(reader, ...asked),
    start: position => reader.start(position),
    committed() {},
    leave: () => reader.leave(),
  }
  await runWorker(
    engineOf(world, 'one', { clock, log: { ...world.log, join: async () => membership } }),
    worker,
    newStatus(),
    signal,
  )
}

type Asked = Parameters<Membership['next']>
type Fetched = ReturnType<Membership['next']>

test('a partition given up in the middle of what was fetched, and taken again, goes on with the record after the last one done', async () => {
  const stop = new AbortController()
  const done: number[] = []
  let [asked, refused] = [false, false]
  const worker = scripted({
    async take(partition) {
      if (asked && !refused) {
        refused = true
        throw new Held('scripted', partition)
      }
      worker.owned = true
      return worker.next
    },
    async work(slices) {
      for (const slice of slices) {
        for (const { record } of slice.reads) done.push(record.offset)
        worker.next = slice.next
      }
      if (worker.next >= MANY) stop.abort()
      return []
    },
    async giveUp(_, which) {
      if (which === 'any' || asked || worker.next === 0) return
      asked = true
      worker.owned = false
    },
  })
  let now = 0
  const clock = { ...hastyClock, monotonic: () => (now += 40) } // so that some rounds fit into each of the loop's pauses
  await run(worker, clock, stop.signal, async (reader, limit, waitMs) => {
    if (stop.signal.aborted) return { type: 'left' }
    return reader.next(limit === 2000 ? MANY : limit, waitMs) // as a fetch of bundles, which holds more than was asked for
  })
  expect(refused).toBe(true)
  expect(done).toEqual(Array.from({ length: MANY }, (_, offset) => offset))
})

test('rounds nobody waits for begin apart while little comes at a time, and at once after a large one: what is behind would stay behind', async () => {
  const stop = new AbortController()
  let now = 1000
  const passes = (ms: number) => {
    now += ms
  }
  const worker = scripted({
    roundsApartMs: 50,
    async work(slices) {
      for (const { next } of slices) worker.next = next
      passes(10) // as long as a round takes
      return []
    },
  })
  const sizes = [1, 3, 500, 400, 1, 1]
  const fetched: number[] = []
  const clock = { ...hastyClock, monotonic: () => now, sleep: async (ms: number) => passes(ms) }
  await run(worker, clock, stop.signal, async (reader, _, waitMs) => {
    const signal = await reader.next(sizes[fetched.length] ?? 1, waitMs)
    if (signal?.type !== 'records') return signal
    fetched.push(now)
    if (fetched.length === sizes.length) stop.abort()
    return signal
  })
  expect(fetched.map(at => at - fetched[0]!)).toEqual([0, 50, 100, 110, 120, 170])
})
