import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CustomerVectors } from '../../../infra/similar/customer-vectors.ts'
import { ProductVectorCache } from '../../../infra/similar/product-vector-cache.ts'
import { similarCustomers } from '../../../infra/similar/similar-customers.ts'
import type { CustomerSpace } from '../../../models/similar/customer-space.ts'
import { textSpace } from '../../../models/similar/text-space.ts'
import { type Clock, systemClock } from '../../../streams/clock.ts'
import type { Sql } from '../../../streams/sql.ts'
import { replies } from '../../support/counting-topology.ts'
import { countingSql, newWorld, type World } from '../../support/engine.ts'

/** Pauses and ages pass twenty times as fast. */
const hasty: Clock = {
  ...systemClock,
  monotonic: () => systemClock.monotonic() * 20,
  sleep: (ms, signal) => systemClock.sleep(ms / 20, signal),
}
const PATIENT = { timeout: 20_000, interval: 20 }

describe('customers as points', { timeout: 60_000 }, () => {
  let sql: Sql
  let world: World
  let folder: string
  let wanted: CustomerSpace[]
  let generation: number
  let words: number
  const running: (() => Promise<void>)[] = []
  beforeAll(async () => {
    sql = await countingSql()
  })
  afterAll(() => sql.close())
  beforeEach(async () => {
    world = await newWorld(sql, 2)
    await sql.script('TRUNCATE tastes, text_vectors')
    folder = mkdtempSync(join(tmpdir(), 'tarang-vectors-'))
    wanted = [textSpace({ space: 'one', family: 'test', dims: 3 })]
    generation = 1
    words = 0
    await product('one', 'tea', [1, 0, 0])
    await product('one', 'mug', [0, 1, 0])
    return async () => {
      for (const stop of running.splice(0)) await stop()
      rmSync(folder, { recursive: true })
    }
  })

  const bytes = (vector: readonly number[]) => Buffer.from(Float32Array.from(vector).buffer)
  const product = (space: string, id: string, vector: readonly number[]) =>
    sql.query(
      `INSERT INTO text_vectors (space, kind, id, digest, vector, at) VALUES ($1, 'product', $2, '', $3, 0)
       ON CONFLICT (space, kind, id, customer_id) DO UPDATE SET vector = excluded.vector`,
      [space, id, bytes(vector)],
    )
  const drawnTo = (customerId: string, ...products: string[]) =>
    sql.query(
      `INSERT INTO tastes (customer_id, partition, at, bought, recent, looked, disliked, mood)
       VALUES ($1, 0, 1, '[]', $2::jsonb, '[]', '[]', 0) ON CONFLICT (customer_id) DO UPDATE SET recent = excluded.recent`,
      [customerId, JSON.stringify(products.map(id => [id, 1, 1]))],
    )
  const tell = (...keys: string[]) =>
    world.append(
      replies,
      keys.map(key => ({ key, value: { owner: key, seq: 1, total: 1 } })),
    )

  function start() {
    const products = new ProductVectorCache(sql, hasty)
    const vectors = new CustomerVectors({
      sql,
      log: world.log,
      clock: hasty,
      topic: world.names.of(replies),
      products,
      settings: { dir: folder, maxBytes: 1 << 20, warn: () => {} },
      wanted: async () => wanted,
      generation: async () => generation,
      productTexts: async () => words,
      warn: () => {},
    })
    const ending = new AbortController()
    const work = vectors.follow(ending.signal)
    const stop = async () => {
      ending.abort()
      await work
      await vectors.close()
    }
    running.push(stop)
    const parts = { sql, products, spaces: () => vectors.answering(), degraded: () => vectors.lacking() }
    const alike = async (customerId: string) =>
      (await similarCustomers(parts, customerId, 5))?.customers.map(({ customerId }) => customerId)
    return { vectors, alike, stop }
  }

  /** Of a start that knew ada by tea, bob and cyd by mug. */
  async function leaveSnapshot(): Promise<void> {
    await drawnTo('ada', 'tea')
    await drawnTo('bob', 'mug')
    await drawnTo('cyd', 'mug')
    const first = start()
    await expect.poll(() => first.alike('ada'), PATIENT).toEqual(['bob', 'cyd'])
    const files = () => readdirSync(folder, { recursive: true }).map(String)
    await expect.poll(() => files().some(file => file.endsWith('snapshot.json')), { ...PATIENT, timeout: 40_000 }).toBe(true)
    await first.stop()
    running.pop()
  }

  test('those who are drawn to the same are alike, nearest first', async () => {
    await drawnTo('ada', 'tea')
    await drawnTo('bob', 'tea', 'mug')
    await drawnTo('cyd', 'mug')
    const { alike } = start()
    await expect.poll(() => alike('ada'), PATIENT).toEqual(['bob', 'cyd'])
  })

  test('a shop that begins with nobody knows who comes', async () => {
    const { alike, vectors } = start()
    await expect.poll(() => vectors.all().length, PATIENT).toBe(1)
    expect(vectors.lacking()).toEqual([])
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
    await drawnTo('ada', 'tea')
    await drawnTo('bob', 'tea')
    await drawnTo('cyd', 'mug')
    const { alike } = start()
    await expect.poll(() => alike('ada'), PATIENT).toEqual(['bob', 'cyd'])
    await drawnTo('ada', 'mug')
    expect(await alike('ada')).toEqual(['cyd', 'bob'])
  })

  test('a row that is no vector costs its text, and neither an answer nor everybody’s being put in', async () => {
    await sql.query(
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
    await drawnTo('ada', 'tea')
    await drawnTo('bob', 'tea')
    await drawnTo('cyd', 'mug')
    const { alike } = start()
    await expect.poll(() => alike('ada'), PATIENT).toEqual(['bob', 'cyd'])
    await drawnTo('bob', 'mug')
    await sql.query("DELETE FROM tastes WHERE customer_id = 'cyd'")
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
    await drawnTo('ada', 'tea')
    await drawnTo('bob', 'tea')
    await drawnTo('cyd', 'mug')
    const { alike } = start()
    await expect.poll(() => alike('ada'), PATIENT).toEqual(['bob', 'cyd'])
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
    await drawnTo('bob', 'tea')
    await drawnTo('cyd', 'tea')
    await tell('cyd')
    const { alike } = start()
    // Of bob nobody heard: they are where the snapshot had them.
    await expect.poll(() => alike('ada'), PATIENT).toEqual(['cyd', 'bob'])
  })

  test('a snapshot of a state that was rebuilt since answers, and everybody is looked at anew', async () => {
    await leaveSnapshot()
    await drawnTo('cyd', 'tea')
    generation = 2
    const { alike } = start()
    await expect.poll(() => alike('ada'), PATIENT).toEqual(['cyd', 'bob'])
  })
})
