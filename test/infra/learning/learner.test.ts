import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { ExposureLog } from '../../../infra/learning/exposure-log.ts'
import { learner } from '../../../infra/learning/learner.ts'
import { loadStanding } from '../../../infra/learning/learning-table.ts'
import type { CustomerEvent } from '../../../schemas/events.ts'
import type { CustomerChange } from '../../../schemas/records.ts'
import { customerChanges } from '../../../schemas/topics.ts'
import { systemClock } from '../../../streams/clock.ts'
import { openCodec } from '../../../streams/codec.ts'
import { type EmbeddedLog, embeddedLog } from '../../../streams/embedded-log.ts'
import { silent } from '../../../streams/meter.ts'
import type { Sql } from '../../../streams/sql.ts'
import { topicNames } from '../../../streams/topic-names.ts'
import { freshSql } from '../sms/sms-fixture.ts'
import { listOf, putList } from './seen-lists.ts'

vi.setConfig({ testTimeout: 60_000 })
const PATIENCE = { timeout: 20_000, interval: 50 }
const HOUR = 3_600_000
const NOW = Date.UTC(2026, 0, 1, 12)

let sql: Sql
let log: EmbeddedLog
const names = topicNames({ prefix: 'test', partitions: 2 })
const codecOf = openCodec([customerChanges], names.of)
/** Now is when the lists were seen; pauses pass quickly. */
let now = NOW
const clock = { ...systemClock, now: () => now, sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms / 20, signal) }

beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())
beforeEach(async () => {
  now = NOW
  await sql.script('TRUNCATE exposures, outcomes, learning, recommendations, log, log_heads, log_topics, scanner_leases')
  log = embeddedLog({ sql, clock: systemClock })
  await log.createTopics([names.config(customerChanges)])
})

let seq = 0
async function publish(customerId: string, at: number, event: Partial<CustomerEvent> & { id: string }): Promise<void> {
  const rfm = { firstAt: null, lastAt: null, orders: 0, gross: 0, net: 0 }
  const whole = { customerId, occurredAt: new Date(at).toISOString(), ...event } as CustomerEvent
  const change: CustomerChange = { customerId, seq: ++seq, at, event: whole, rfm }
  const value = (await codecOf).encode(customerChanges, change)
  await log.publish([
    { topic: names.of(customerChanges), partition: customerId.length % 2, key: customerId, value, headers: {}, timestamp: at },
  ])
}
const click = (id: string, productId = 'p1', kind: 'view' | 'cart_remove' = 'view') =>
  ({ type: 'click', id, kind, productId }) as const
const purchase = (id: string, ...productIds: string[]) =>
  ({
    type: 'purchase',
    id,
    orderId: 'o',
    currency: 'PKR',
    lines: productIds.map(productId => ({ productId, quantity: 2, unitPrice: '2.50' })),
  }) as const

async function look(customerId: string, number = 1, variant = 'default'): Promise<void> {
  const list = listOf(customerId, number, { variant })
  await putList(sql, list)
  const exposures = new ExposureLog({ sql, clock, meter: silent })
  exposures.other(customerId, list.recommendationId, list.items.slice(0, 5))
  await exposures.flush()
}

type Died = (point: string) => void
async function start(at: Died = () => {}): Promise<() => Promise<void>> {
  const stop = new AbortController()
  const codec = await codecOf
  const running = learner({ sql, log, names, codec, clock, meter: silent, warn: () => {}, at }).run(stop.signal)
  running.catch(() => {})
  await vi.waitFor(async () => expect(await sql.query('SELECT 1 FROM scanner_leases')).toHaveLength(1), PATIENCE)
  await systemClock.sleep(100)
  return async () => {
    stop.abort()
    await running
  }
}
const tried = async () =>
  (await loadStanding(sql, () => {})).learnt.variants.tried.map(({ trials, successes }) => [trials, successes])
/** Only lists of the variant `default` were seen. */
const ofDefault = (trials: number, successes: number) => [[trials, successes], ...Array.from({ length: 3 }, () => [0, 0])]
const settled = (expected: unknown) => vi.waitFor(async () => expect(await tried()).toEqual(expected), PATIENCE)

describe('the learner', () => {
  test('counts a list seen as a trial of its variant, and what is clicked of it in time as its success, once', async () => {
    const stop = await start()
    await look('ada')
    await look('grace', 1, 'varied')
    await publish('ada', NOW + HOUR, click('e1'))
    await publish('ada', NOW + 2 * HOUR, click('e2', 'p2')) // the list has succeeded already
    await publish('ada', NOW + HOUR, click('e1')) // published twice
    await publish('grace', NOW + HOUR, click('e3', 'elsewhere'))
    await publish('grace', NOW + HOUR, click('e4', 'p1', 'cart_remove'))
    await publish('grace', NOW + 25 * HOUR, click('e5')) // too late
    await publish('grace', NOW - HOUR, click('e6')) // before it was seen
    await publish('ada', NOW + 3 * HOUR, click('end', 'p3'))
    await vi.waitFor(async () => expect(await sql.query('SELECT 1 FROM outcomes')).toHaveLength(3), PATIENCE)
    await stop()
    expect(await tried()).toEqual([
      [1, 1],
      [1, 0],
      [0, 0],
      [0, 0],
    ])
    const { learnt } = await loadStanding(sql, () => {})
    expect([learnt.clicks.shown, learnt.clicks.clicked]).toEqual([10, 3])
    expect((await sql.query('SELECT clicked FROM exposures WHERE customer_id = $1', ['ada']))[0]!.clicked).toEqual([
      'p1',
      'p2',
      'p3',
    ])
  })

  test('puts a purchase of the next days down to it, with what it brought; the newest list that showed the product gets it', async () => {
    const stop = await start()
    await look('ada', 1, 'tailored')
    now += HOUR
    await look('ada', 2, 'inviting')
    await publish('ada', NOW + 100 * HOUR, purchase('e1', 'p1', 'p1', 'p5', 'elsewhere'))
    await settled([
      [0, 0],
      [0, 0],
      [1, 0],
      [1, 1],
    ])
    await stop()
    const [row] = await sql.query(`SELECT clicked, bought, revenue FROM exposures WHERE variant = 'inviting'`)
    expect(row).toEqual({ clicked: [], bought: ['p1', 'p5'], revenue: 150_000 })
  })

  test('whenever it dies, what it had not kept is learnt again and what it had is not', async () => {
    for (const point of ['committing', 'committed']) {
      await sql.script('TRUNCATE exposures, outcomes, learning, scanner_leases')
      let armed = false
      const stop = await start(reached => {
        if (armed && reached === point) throw new Error('killed')
      })
      await look('ada')
      await settled(ofDefault(1, 0))
      armed = true
      await publish('ada', NOW + HOUR, click(`e ${point}`))
      await vi.waitFor(async () => expect(await sql.query('SELECT 1 FROM scanner_leases')).toEqual([]), PATIENCE)
      await expect(stop()).rejects.toThrow('killed')
      const again = await start()
      await settled(ofDefault(1, 1))
      await again()
    }
  })

  test('of two that learn at once, one’s batch is undone: nothing counts twice', async () => {
    const first = await start()
    await sql.script('TRUNCATE scanner_leases') // as when a lease ran out while its holder stood still
    const second = await start()
    for (let i = 0; i < 5; i++) {
      await look(`c${i}`)
      await publish(`c${i}`, NOW + HOUR, click(`e${i}`))
    }
    await vi.waitFor(async () => expect(await sql.query('SELECT 1 FROM outcomes')).toHaveLength(5), PATIENCE)
    await Promise.allSettled([first(), second()])
    const after = await start()
    await settled(ofDefault(5, 5))
    await after()
  })

  test('bytes that cannot be read are told, and learning begins anew from where it was', async () => {
    const stop = await start()
    await look('ada')
    await settled(ofDefault(1, 0))
    await stop()
    await sql.query(`UPDATE learning SET body = 'broken'::bytea`)
    const warned: string[] = []
    const { learnt, version, offsets } = await loadStanding(sql, message => warned.push(message))
    expect([learnt.clicks.shown, version > 0, offsets.size, warned.length]).toEqual([0, true, 2, 1])
  })

  test('what is older than ninety days goes', async () => {
    await look('ada')
    now += 91 * 24 * HOUR
    const stop = await start()
    await vi.waitFor(async () => expect(await sql.query('SELECT 1 FROM exposures')).toEqual([]), PATIENCE)
    await stop()
  })
})
