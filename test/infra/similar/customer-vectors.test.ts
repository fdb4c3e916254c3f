import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { CustomerVectors } from '../../../infra/similar/customer-vectors.ts'
import { ProductVectorCache } from '../../../infra/similar/product-vector-cache.ts'
import { similarCustomers } from '../../../infra/similar/similar-customers.ts'
import type { CustomerSpace } from '../../../models/similar/customer-space.ts'
import { textSpace } from '../../../models/similar/text-space.ts'
import { type Clock, systemClock } from '../../../streams/clock.ts'
import type { Sql } from '../../../streams/sql.ts'
import { changingWorld } from './changing-world.ts'

/** Pauses and ages pass a hundred times as fast. */
const hasty: Clock = {
  ...systemClock,
  monotonic: () => systemClock.monotonic() * 100,
  sleep: (ms, signal) => systemClock.sleep(ms / 100, signal),
}
const PATIENT = { timeout: 20_000, interval: 20 }

describe('customers as points', { timeout: 60_000 }, () => {
  const world = changingWorld()
  const { tell } = world
  let folder: string
  let wanted: CustomerSpace[]
  let generation: number
  let words: number
  beforeEach(async () => {
    await world.sql.script('TRUNCATE tastes, text_vectors')
    folder = mkdtempSync(join(tmpdir(), 'tarang-vectors-'))
    wanted = [textSpace({ space: 'one', family: 'test', dims: 3 })]
    generation = 1
    words = 0
    await product('one', 'tea', [1, 0, 0])
    await product('one', 'mug', [0, 1, 0])
    return () => rmSync(folder, { recursive: true })
  })

  const bytes = (vector: readonly number[]) => Buffer.from(Float32Array.from(vector).buffer)
  const product = (space: string, id: string, vector: readonly number[]) =>
    world.sql.query(
      `INSERT INTO text_vectors (space, kind, id, digest, vector, at) VALUES ($1, 'product', $2, '', $3, 0)
       ON CONFLICT (space, kind, id, customer_id) DO UPDATE SET vector = excluded.vector`,
      [space, id, bytes(vector)],
    )
  const drawnTo = (customerId: string, ...products: string[]) =>
    world.sql.query(
      `INSERT INTO tastes (customer_id, partition, at, bought, recent, looked, disliked, mood)
       VALUES ($1, 0, 1, '[]', $2::jsonb, '[]', '[]', 0) ON CONFLICT (customer_id) DO UPDATE SET recent = excluded.recent`,
      [customerId, JSON.stringify(products.map(id => [id, 1, 1]))],
    )
  function start(sql: Sql = world.sql) {
    const products = new ProductVectorCache(sql, hasty)
    const vectors = new CustomerVectors({
      sql,
      log: world.log,
      clock: hasty,
      topic: world.topic,
      products,
      settings: { dir: folder, maxBytes: 1 << 20, warn: () => {} },
      wanted: async () => wanted,
      generation: async () => generation,
      productTexts: async () => words,
      warn: () => {},
    })
    const followed = async (signal: AbortSignal) => {
      while (!signal.aborted) await vectors.follow(signal).catch(unlessMeant)
    }
    const stop = world.runs(followed, () => vectors.close())
    const parts = { sql, products, spaces: () => vectors.answering(), degraded: () => vectors.lacking() }
    const alike = async (customerId: string) =>
      (await similarCustomers(parts, customerId, 5))?.customers.map(({ customerId }) => customerId)
    const inSegment = async (customerId: string) =>
      (await similarCustomers(parts, customerId, 5))?.customers.flatMap(one => (one.sameSegment ? [one.customerId] : []))
    return { vectors, alike, inSegment, stop }
  }

  const unlessMeant = (error: Error) => {
    if (error.message !== 'away') throw error
  }

  /** A start that knows ada and bob by tea, and cyd by mug. */
  async function startWithThree(sql?: Sql) {
    await drawnTo('ada', 'tea')
    await drawnTo('bob', 'tea')
    await drawnTo('cyd', 'mug')
    const started = start(sql)
    await expect.poll(() => started.alike('ada'), PATIENT).toEqual(['bob', 'cyd'])
    return started
  }

  const snapshots = () =>
    readdirSync(folder, { recursive: true })
      .map(String)
      .filter(file => file.endsWith('snapshot.json'))
      .map(file => readFileSync(join(folder, file), 'utf8'))
  const snapshotWritten = () => expect.poll(() => snapshots().length, { ...PATIENT, timeout: 40_000 }).toBe(1)

  /** Of a start that knew ada and bob by tea, and cyd by mug. */
  async function leaveSnapshot(): Promise<void> {
    const { stop } = await startWithThree()
    await snapshotWritten()
    await stop()
  }

  test('nearest first, whatever their segment; who shares the customer’s is told, and nobody shares having none', async () => {
    for (const id of ['ada', 'bob', 'cyd']) await drawnTo(id, 'tea')
    await drawnTo('dee', 'mug')
    await world.sql.query(
      "UPDATE tastes SET segment = CASE WHEN customer_id IN ('ada', 'dee') THEN 'Loyal' WHEN customer_id = 'bob' THEN 'New' END",
    )
    const { alike, inSegment } = start()
    await expect.poll(() => alike('ada'), PATIENT).toEqual(['bob', 'cyd', 'dee'])
    expect(await inSegment('ada')).toEqual(['dee'])
    expect(await inSegment('cyd')).toEqual([])
  })

  test('those who are drawn to the same are alike, nearest first', async () => {
    await drawnTo('ada', 'tea')
    await drawnTo('bob', 'tea', 'mug')
    await drawnTo('cyd', 'mug')
    const { alike } = start()
    await expect.poll(() => alike('ada'), PATIENT).toEqual(['bob', 'cyd'])
  })

  test('a shop that begins with nobody knows who comes', async () => {
    const { alike, vectors } = start()
    expect(vectors.lacking()).toEqual(['similar'])
    await expect.poll(() => vectors.lacking(), PATIENT).toEqual([])
    await drawnTo('ada', 'tea')
    await drawnTo('bob', 'tea')
    await tell('ada', 'bob')
    await expect.poll(() => alike('ada'), PATIENT).toEqual(['bob'])
  })

  test('an unknown customer is nobody, and one without vectors is like nobody', async () => {
    await drawnTo('ada', 'tea')
    await drawnTo('new')
    const { alike, vectors } = start()
    await expect.poll(() => vectors.answering().length, PATIENT).toBe(1)
    expect(await alike('nobody')).toBeUndefined()
    expect(await alike('new')).toEqual([])
  })

  test('a customer who asks is where the tables say, before anybody else hears of it', async () => {
    const { alike } = await startWithThree()
    await drawnTo('ada', 'mug')
    expect(await alike('ada')).toEqual(['cyd', 'bob'])
  })

  test('a row that is no vector costs its text, and neither an answer nor everybody’s being put in', async () => {
    await world.sql.query(
      `INSERT INTO text_vectors (space, kind, id, digest, vector, at) VALUES ('one', 'product', 'odd', '', 'broken', 0)`,
    )
    await drawnTo('ada', 'odd', 'tea')
    await drawnTo('bob', 'tea')
    await drawnTo('cyd', 'odd')
    const { alike } = start()
    await expect.poll(() => alike('ada'), PATIENT).toEqual(['bob'])
    expect(await alike('cyd')).toEqual([])
  })

  test('who changed moves for everybody, and who is gone is not found any more', async () => {
    const { alike } = await startWithThree()
    await drawnTo('bob', 'mug')
    await world.sql.query("DELETE FROM tastes WHERE customer_id = 'cyd'")
    await drawnTo('dan', 'tea')
    await tell('bob', 'cyd', 'dan')
    await expect.poll(() => alike('ada'), PATIENT).toEqual(['dan', 'bob'])
  })

  test('another model is filled beside the old one, which answers until then and is let go after', async () => {
    await drawnTo('ada', 'tea')
    await drawnTo('bob', 'mug')
    const { alike, vectors } = start()
    await expect.poll(() => alike('ada'), PATIENT).toEqual(['bob'])
    await product('two', 'tea', [0, 1])
    await product('two', 'mug', [0, 1])
    wanted = [textSpace({ space: 'two', family: 'test', dims: 2 })]
    await expect.poll(() => vectors.all().map(({ space }) => space.name), PATIENT).toEqual(['text:two'])
    expect(await alike('ada')).toEqual(['bob'])
    expect(vectors.lacking()).toEqual([])
  })

  test('after a rebuild everybody is looked at anew', async () => {
    const { alike } = await startWithThree()
    await drawnTo('bob', 'mug')
    await drawnTo('cyd', 'tea')
    generation = 2
    await expect.poll(() => alike('ada'), PATIENT).toEqual(['cyd', 'bob'])
  })

  test('customers move when products get words', async () => {
    await drawnTo('ada', 'tea')
    await drawnTo('bob', 'jar')
    await drawnTo('cyd', 'mug')
    const { alike } = start()
    await expect.poll(() => alike('ada'), PATIENT).toEqual(['cyd'])
    await product('one', 'jar', [1, 0.1, 0])
    words = 7
    await expect.poll(() => alike('ada'), PATIENT).toEqual(['bob', 'cyd'])
  })

  test('the next start has what the last one knew, and hears who changed between', async () => {
    await leaveSnapshot()
    await drawnTo('cyd', 'tea')
    await drawnTo('dan', 'tea')
    await tell('dan')
    const { alike } = start()
    // Of cyd nobody heard: they are where the snapshot had them.
    await expect.poll(() => alike('ada'), PATIENT).toEqual(['bob', 'dan', 'cyd'])
  })

  test('a shop that is never at rest has snapshots too, and who waited when one was written is heard of again', async () => {
    const { stop } = await startWithThree()
    let over = false
    const restless = (async () => {
      for (let n = 0; !over; n++) await tell(`c${n}`)
    })()
    await snapshotWritten()
    over = true
    await restless
    await drawnTo('cyd', 'tea')
    await drawnTo('bob', 'mug')
    await tell('bob', 'cyd')
    await stop()
    const { alike } = start()
    await expect.poll(() => alike('ada'), PATIENT).toEqual(['cyd', 'bob'])
  })

  test('a snapshot of a state that was rebuilt since answers, and everybody is looked at anew', async () => {
    await leaveSnapshot()
    await drawnTo('cyd', 'tea')
    await drawnTo('bob', 'mug')
    generation = 2
    const { alike } = start()
    await expect.poll(() => alike('ada'), PATIENT).toEqual(['cyd', 'bob'])
  })

  test('customers move when products got words while nobody ran', async () => {
    await leaveSnapshot()
    await product('one', 'tea', [0, 1, 0])
    await product('one', 'mug', [1, 0, 0])
    words = 7
    await drawnTo('dan', 'mug')
    const { alike } = start()
    await expect.poll(() => alike('dan'), PATIENT).toEqual(['cyd', 'ada', 'bob'])
  })

  test('while the database is away after a rebuild nobody is forgotten: they are looked at when it is back', async () => {
    let [away, refused] = [false, 0]
    const query = (...asked: Parameters<Sql['query']>) => {
      if (!away) return world.sql.query(...asked)
      refused++
      return Promise.reject(new Error('away'))
    }
    const { alike } = await startWithThree(Object.assign(Object.create(world.sql), { query }))
    await drawnTo('bob', 'mug')
    await drawnTo('cyd', 'tea')
    ;[away, generation] = [true, 2]
    await expect.poll(() => refused, PATIENT).toBeGreaterThan(1)
    away = false
    await expect.poll(() => alike('ada'), PATIENT).toEqual(['cyd', 'bob'])
  })
})
