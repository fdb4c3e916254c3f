import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { oldestUntoldNews, tellProductNews } from '../../../infra/news/tell-product-news.ts'
import { keep } from '../../../models/flow/run/campaigns.ts'
import type { ProductNews } from '../../../schemas/events.ts'
import type { Flow, FlowTrigger } from '../../../schemas/flow.ts'
import { type Clock, systemClock } from '../../../streams/clock.ts'
import { silent } from '../../../streams/meter.ts'
import type { Publish } from '../../../streams/outbound.ts'
import type { Sql } from '../../../streams/sql.ts'
import { freshSql } from '../sms/sms-fixture.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const DAY = 86_400_000
const NOW = Date.UTC(2026, 0, 1)

let sql: Sql
beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())
beforeEach(async () => {
  await sql.script('TRUNCATE product_news, item_signals, flow_campaigns, scanner_leases')
  await running('sale', { type: 'price_drop' })
})

async function running(id: string, trigger: FlowTrigger, status: 'running' | 'paused' = 'running'): Promise<void> {
  const flow: Flow = { initialStepID: 'end', trigger, steps: [{ id: 'end', type: 'end', events: [] }] }
  const told = { id, version: 1, status, at: 1, launchedAt: 1, zone: 'UTC', flow: JSON.stringify(flow), audience: false }
  await sql.query(
    `INSERT INTO flow_campaigns (campaign_id, partition, status, version, kept) VALUES ($1, 0, $2, 1, $3::jsonb)
     ON CONFLICT (campaign_id, partition) DO UPDATE SET status = excluded.status`,
    [id, status, JSON.stringify(keep(undefined, told))],
  )
}
const drawn = (productId: string, interest: Readonly<Record<string, number>>) =>
  sql.query(
    `INSERT INTO item_signals (product_id, customer_id, partition, seq, at, weight, near)
     SELECT $1, u.id, 0, 1, u.at, 1, '[]' FROM unnest($2::text[], $3::bigint[]) AS u(id, at)`,
    [productId, Object.keys(interest), Object.values(interest)],
  )
/** As the fold writes it. */
const news = (productId: string, id: string, { what = 'price_drop', at = NOW, appendedAt = NOW } = {}) =>
  sql.query(
    `INSERT INTO product_news (product_id, what, partition, news_id, at, appended_at) VALUES ($1, $2, 0, $3, $4, $5)
     ON CONFLICT (product_id, what) DO UPDATE SET news_id = excluded.news_id, at = excluded.at, appended_at = excluded.appended_at`,
    [productId, what, id, at, appendedAt],
  )

/** Tells until there is nothing to tell; `publish` gets each page. */
async function tell(
  publish: (page: ProductNews[]) => void | Promise<void>,
  more: { page?: number; most?: number; now?: number } = {},
) {
  const { now = NOW, ...bounds } = more
  const stop = new AbortController()
  const clock: Clock = { ...systemClock, now: () => now, sleep: async () => stop.abort() }
  const published: Publish = async records => {
    await publish(records.map(({ value }) => value as ProductNews))
    return [] as never
  }
  await tellProductNews({ sql, publish: published, clock, meter: silent, ...bounds }).run(stop.signal)
}
async function told(more: { page?: number; most?: number; now?: number } = {}): Promise<ProductNews[]> {
  const all: ProductNews[] = []
  await tell(page => void all.push(...page), more)
  return all
}
const customersOf = (all: readonly ProductNews[]) => all.map(({ customerId }) => customerId)
const many = (count: number, at = NOW) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${100 + i}`, at - i]))

test('who was drawn to a product in the last ninety days is told once, whoever was not is not', async () => {
  await drawn('tea', { ada: NOW - DAY, bob: NOW - 89 * DAY, cyra: NOW - 91 * DAY })
  await drawn('mug', { dov: NOW })
  await news('tea', 'p7')
  const all = await told()
  expect(all).toEqual(
    ['ada', 'bob'].map(customerId => ({
      type: 'news',
      id: expect.stringMatching(/^news_[0-9a-f]{40}$/),
      customerId,
      occurredAt: '2026-01-01T00:00:00.000Z',
      productId: 'tea',
      what: 'price_drop',
    })),
  )
  expect(await told()).toEqual([])
  await news('tea', 'p8', { at: NOW + 2 * DAY, appendedAt: NOW + 2 * DAY })
  const again = await told({ now: NOW + 2 * DAY })
  expect(customersOf(again)).toEqual(['ada'])
  expect(again[0]!.id).not.toBe(all[0]!.id)
})

test('nobody is told of what no running campaign asks for, then or later', async () => {
  await drawn('tea', { ada: NOW })
  await news('tea', 'p1', { what: 'back_in_stock' })
  expect(await told()).toEqual([])
  await running('back', { type: 'back_in_stock' }, 'paused')
  await news('tea', 'p2', { what: 'back_in_stock' })
  expect(await told()).toEqual([])
  await running('back', { type: 'back_in_stock' })
  expect(await told()).toEqual([])
  await news('tea', 'before the launch', { what: 'back_in_stock', at: 0 })
  expect(await told()).toEqual([])
  await news('tea', 'p3', { what: 'back_in_stock' })
  expect(customersOf(await told())).toEqual(['ada'])
})

test('what nobody could tell for a day is no news any more', async () => {
  await drawn('tea', { ada: NOW })
  await news('tea', 'p1')
  expect(await oldestUntoldNews(sql, NOW + 5000)).toBe(5)
  expect(await told({ now: NOW + 2 * DAY })).toEqual([])
  expect(await oldestUntoldNews(sql, NOW + 2 * DAY)).toBe(0)
})

test('of more customers than may be told of one thing, those whose interest is newest are', async () => {
  await drawn('tea', many(30))
  await news('tea', 'p1')
  expect(customersOf(await told({ page: 4, most: 10 }))).toEqual(Object.keys(many(10)))
})

test('wherever a teller dies, everybody is told in the end, each under one id', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(25),
      fc.integer({ min: 1, max: 6 }),
      fc.array(fc.nat(3), { maxLength: 6 }),
      async (count, page, deaths) => {
        await sql.script('TRUNCATE product_news, item_signals')
        await drawn('tea', many(count))
        await news('tea', 'p1')
        const all: ProductNews[] = []
        for (const pages of deaths) {
          let left = pages
          const dying = async (some: ProductNews[]) => {
            if (left-- === 0) throw new Error('died before it was told')
            all.push(...some)
            if (left === 0) throw new Error('died after it was told')
          }
          await tell(dying, { page }).catch(() => {})
        }
        await tell(some => void all.push(...some), { page })
        expect([...new Set(customersOf(all))].sort()).toEqual(Object.keys(many(count)))
        expect(new Set(all.map(({ id, customerId }) => `${id} ${customerId}`)).size).toBe(count)
      },
    ),
    { numRuns: 40 },
  )
})

test('newer news that comes while the old is told begins anew, so that nobody is left out', async () => {
  await drawn('tea', many(9))
  await news('tea', 'p1')
  const pages: ProductNews[][] = []
  await tell(
    async page => {
      pages.push(page)
      if (pages.length === 2) await news('tea', 'p2', { at: NOW + 1000 })
    },
    { page: 3 },
  )
  const [old, newer] = [pages.slice(0, 2).flat(), pages.slice(2).flat()]
  expect(old).toHaveLength(6)
  expect(customersOf(newer)).toEqual(Object.keys(many(9)))
  expect(new Set(newer.map(({ occurredAt }) => occurredAt))).toEqual(new Set(['2026-01-01T00:00:01.000Z']))
})
