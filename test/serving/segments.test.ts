import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lruCache } from '../../infra/cache/lru-cache.ts'
import { segments as names } from '../../models/segments.ts'
import { buildApp } from '../../serving/app.ts'
import { encodeCursor } from '../../serving/cursor.ts'
import { sqlSegments } from '../../serving/lookups/segments.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import type { Sql } from '../../streams/sql.ts'
import { quietPorts, standingClock } from './fake-ports.ts'
import { lookupDatabase, putCustomer } from './lookup-database.ts'

let sql: Sql
beforeAll(async () => {
  sql = await lookupDatabase()
  for (let i = 0; i < 7; i++)
    await putCustomer(sql, { id: `c${i}`, orders: 1, firstAt: 1, lastAt: 1, gross: 25_500, net: 25_500, segment: "Can't Lose" })
  await putCustomer(sql, { id: 'rich', orders: 1, firstAt: 1, lastAt: 1, gross: Number.MAX_SAFE_INTEGER, segment: 'Champions' })
  await putCustomer(sql, { id: 'none' })
})
afterAll(() => sql.close())

const empty = () => lruCache({ bytes: 100_000, clock })
const app = (cache = empty()) => buildApp(quietPorts({ segments: sqlSegments(sql, cache, clock) }))
const page = (query: string) => app().inject(`/segments/${encodeURIComponent("Can't Lose")}/customers?${query}`)

describe('GET /segments', () => {
  test('counts customers and revenue of every segment, best first, empty ones too', async () => {
    const { segments } = (await app().inject('/segments')).json()
    expect(segments.map((segment: { name: string }) => segment.name)).toEqual(names)
    expect(segments).toContainEqual({ name: "Can't Lose", customers: 7, revenue: '17.85' })
    expect(segments).toContainEqual({ name: 'Champions', customers: 1, revenue: '900719925474.0991' })
    expect(segments).toContainEqual({ name: 'Lost', customers: 0, revenue: '0.00' })
  })

  test('who asks while totals are being read shares them, unless they must be fresh', async () => {
    let reads = 0
    const totals = async () => {
      reads++
      await new Promise(resolve => setTimeout(resolve, 20))
      return []
    }
    const busy = buildApp(quietPorts({ segments: { totals, recentTotals: totals, members: async () => [] } }))
    await Promise.all(['/segments', '/segments', '/segments?after=p'].map(url => busy.inject(url)))
    expect(reads).toBe(2)
    await busy.inject('/segments')
    expect(reads).toBe(3)
  })
})

describe('totals of a shared cache', () => {
  test('are whole, and the same as counted, also where revenue is more than a number holds', async () => {
    const cache = empty()
    const counted = (await app(cache).inject('/segments')).body
    expect((await app(cache).inject('/segments')).body).toBe(counted)
    expect(cache.entries()).toBe(1)
  })

  test('are counted by one instance for all, as seldom as they are long in counting, and by nobody when they must be fresh', async () => {
    const { advance, ...standing } = standingClock()
    advance(1) // lru-cache takes an instant of 0 for none
    const cache = lruCache({ bytes: 100_000, clock: standing })
    let counts = 0
    let took = 0
    const query: Sql['query'] = text => {
      counts++
      advance(took)
      return sql.query(text)
    }
    const counting: Sql = { ...sql, query }
    const [one, another] = [sqlSegments(counting, cache, standing), sqlSegments(counting, cache, standing)]
    await one.recentTotals()
    await another.recentTotals()
    expect(counts).toBe(1)
    await another.totals()
    expect(counts).toBe(2)
    advance(1001)
    took = 100
    await another.recentTotals()
    expect(counts).toBe(3)
    advance(2900)
    await another.recentTotals()
    expect(counts).toBe(3)
    advance(101)
    await another.recentTotals()
    expect(counts).toBe(4)
  })
})

describe('GET /segments/:name/customers', () => {
  test('pages meet every member once, and the last page has no cursor', async () => {
    const seen: string[] = []
    let cursor: string | null = null
    let pages = 0
    do {
      const body: { customers: { customerId: string; rfm: { monetary: string } }[]; nextCursor: string | null } = (
        await page(`limit=3${cursor === null ? '' : `&cursor=${cursor}`}`)
      ).json()
      seen.push(...body.customers.map(customer => customer.customerId))
      expect(body.customers.every(customer => customer.rfm.monetary === '2.55')).toBe(true)
      cursor = body.nextCursor
      pages++
    } while (cursor !== null)
    expect(seen).toEqual(['c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6'])
    expect(pages).toBe(3)
  })

  test('a page that ends exactly with the last member has no cursor', async () => {
    expect((await page('limit=7')).json()).toMatchObject({ nextCursor: null })
  })

  test.each([
    'garbage',
    '',
    encodeCursor('Champions', 'c3'),
    Buffer.from('["Can\'t Lose"]').toString('base64url'),
    encodeCursor("Can't Lose", 'a\0'),
  ])('cursor %j, which no answer for this list gave, is refused', async cursor => {
    const response = await page(`cursor=${encodeURIComponent(cursor)}`)
    expect([response.statusCode, response.json().code]).toEqual([400, 'cursor_invalid'])
  })

  test.each(['limit=0', 'limit=1001', 'limit=many', 'limit=1.5'])('%s is refused', async query => {
    const response = await page(query)
    expect([response.statusCode, response.json().errors[0].pointer]).toEqual([400, '/limit'])
  })

  test('an unknown segment is a 404 problem', async () => {
    const response = await app().inject('/segments/champions/customers')
    expect([response.statusCode, response.json().code]).toEqual([404, 'segment_unknown'])
  })
})
