import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { currentOnnx } from '../../../infra/training/current-onnx.ts'
import { openRanker } from '../../../infra/training/current-ranker.ts'
import { modelBytes, newestVersion, RANKER, storeModel } from '../../../infra/training/models-table.ts'
import { trainRanker } from '../../../infra/training/train-ranker.ts'
import { trainer } from '../../../infra/training/trainer.ts'
import { Random } from '../../../models/random.ts'
import { decodeRanker } from '../../../models/ranker/ranker-model.ts'
import { systemClock as clock } from '../../../streams/clock.ts'
import { noJournal } from '../../../streams/journal.ts'
import type { Sql } from '../../../streams/sql.ts'
import { freshSql } from '../sms/sms-fixture.ts'

// A worker that trains is a process's worth of start-up, and machines are busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const DAY = 86_400_000
let sql: Sql
beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())
beforeEach(() => sql.script('TRUNCATE tastes, products, models, scanner_leases'))

/** Customers who each buy of one of four groups of products. */
async function open(customers: number): Promise<void> {
  const random = new Random('trainer', 1)
  for (let c = 0; c < customers; c++) {
    const bought = new Map<string, number[]>()
    for (let day = random.int(0, 20); day < 200; day += 20) {
      const product = `${c % 4}-${random.int(0, 9)}`
      bought.set(product, [...(bought.get(product) ?? []), day * DAY])
    }
    await sql.query('INSERT INTO tastes (customer_id, partition, at, bought, recent) VALUES ($1, 0, $2, $3::jsonb, $4::jsonb)', [
      `c${c}`,
      200 * DAY,
      JSON.stringify([...bought].map(([product, sittings]) => [product, sittings.length, ...sittings])),
      '[]',
    ])
  }
}

const quiet = { signal: new AbortController().signal }
const train = async () => (await trainRanker(sql, undefined, quiet))!

describe('training in a worker', () => {
  test('learns from every row of tastes, with what products are called', async () => {
    await open(1100) // more than a page
    const name = (productId: string, text: string) =>
      sql.query(
        `INSERT INTO products (product_id, partition, version, name, available, stamps, trend_value, trend_at, norm, pairs)
         VALUES ($1, 0, 1, $2, true, '{}', 0, 0, 0, '[]')`,
        [productId, text],
      )
    await name('0-1', 'red tea')
    await name('0-2', 'red pot')
    const said: string[] = []
    const { bytes, report } = (await trainRanker(sql, undefined, { ...quiet, say: what => said.push(what) }))!
    expect([report.customers, report.products]).toEqual([1100, 40])
    expect(said[0]).toMatch(/^40 products as of 19/)
    const model = decodeRanker(bytes)
    const [tea, pot] = [model.products.indexOf('0-1'), model.products.indexOf('0-2')]
    const { columns, width } = model.rows.text
    expect([...columns.subarray(tea * width, (tea + 1) * width)]).toContain(pot)
  })

  test('a model in place that cannot be read does not end the training: it is left, and said to be', async () => {
    await open(200)
    const said: string[] = []
    const trained = await trainRanker(sql, Uint8Array.of(1, 2, 3), { ...quiet, onnx: 'none.onnx', say: what => said.push(what) })
    expect(trained?.report.all.present).toBeUndefined()
    expect(said.join()).toMatch(/none\.onnx cannot be read .*the model in place is left: .*cut off/s)
  })

  test('of more customers than are learnt from, the same sample is read each time: memory does not grow with the shop', async () => {
    await open(600)
    const customers = async () => (await trainRanker(sql, undefined, { ...quiet, most: 200 }))!.report.customers
    const first = await customers()
    expect(first).toBeGreaterThan(140)
    expect(first).toBeLessThan(260)
    expect(await customers()).toBe(first)
  })

  test('with nobody there is nothing to learn, and that is no error', async () => {
    expect(await trainRanker(sql, undefined, quiet)).toBeUndefined()
  })

  test('ends when it is told to, in the midst of it', async () => {
    await open(400)
    const stop = new AbortController()
    const training = trainRanker(sql, undefined, { signal: stop.signal, say: () => stop.abort() })
    await expect(training).rejects.toThrow(/before it answered/)
  })
})

describe('the ranker in place', () => {
  test('is the newest stored; a newer one is swapped in while it is followed, and only the last two are kept', async () => {
    await open(120)
    const trained = await train()
    const none = await openRanker(
      sql,
      clock,
      currentOnnx(undefined, () => {}),
      () => {},
    )
    expect(none.current()).toBeUndefined()
    expect(await storeModel(sql, RANKER, trained, 1)).toBe(1)
    const stop = new AbortController()
    const following = none.follow(stop.signal)
    await vi.waitFor(() => expect(none.current()?.rankerVersion).toBe(1), 10_000)
    for (const version of [2, 3]) expect(await storeModel(sql, RANKER, trained, version)).toBe(version)
    await vi.waitFor(() => expect(none.current()?.rankerVersion).toBe(3), 10_000)
    stop.abort()
    await following
    expect(await newestVersion(sql, RANKER)).toEqual({ version: 3, trainedAt: 3 })
    expect([await modelBytes(sql, RANKER, 1), (await modelBytes(sql, RANKER, 2))?.length]).toEqual([
      undefined,
      trained.bytes.length,
    ])
  })

  test('a model that was damaged is told once and not used; the one before stays, the next is taken', async () => {
    await open(120)
    const trained = await train()
    await storeModel(sql, RANKER, trained, 1)
    const warned: unknown[] = []
    const ranker = await openRanker(
      sql,
      clock,
      currentOnnx(undefined, () => {}),
      (_, details) => warned.push(details.version),
    )
    await storeModel(sql, RANKER, { ...trained, bytes: trained.bytes.subarray(0, 5000) }, 2)
    const stop = new AbortController()
    const following = ranker.follow(stop.signal)
    await vi.waitFor(() => expect(warned).toEqual([2]), 10_000)
    await clock.sleep(2500)
    expect([warned, ranker.current()?.rankerVersion]).toEqual([[2], 1])
    await storeModel(sql, RANKER, trained, 3)
    await vi.waitFor(() => expect(ranker.current()?.rankerVersion).toBe(3), 10_000)
    stop.abort()
    await following
  })
})

describe('the trainer', () => {
  const run = (signal: AbortSignal) =>
    trainer({ sql, clock, warn: () => {}, journal: noJournal } as unknown as Parameters<typeof trainer>[0], undefined).run(signal)

  test('trains as soon as there are customers enough, once, though two instances would', async () => {
    await open(120)
    const stop = new AbortController()
    const running = [run(stop.signal), run(stop.signal)]
    await vi.waitFor(async () => expect((await newestVersion(sql, RANKER)).version).toBe(1), 60_000)
    await clock.sleep(1000)
    stop.abort()
    await Promise.all(running)
    expect((await newestVersion(sql, RANKER)).version).toBe(1)
    expect(await sql.query('SELECT 1 FROM scanner_leases')).toEqual([])
  })

  test('leaves a shop alone that has too few customers', async () => {
    await open(20)
    const stop = new AbortController()
    const running = run(stop.signal)
    await clock.sleep(1000)
    stop.abort()
    await running
    expect((await newestVersion(sql, RANKER)).version).toBe(0)
  })
})
