import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answerOf, type Beside, nothingBeside, usuallyAsked, withBeside } from '../../models/recommendation-answer.ts'
import type { Recommendation } from '../../schemas/records.ts'
import { buildApp } from '../../serving/app.ts'
import { preparedAnswer, sqlRecommendations } from '../../serving/lookups/recommendations.ts'
import type { Sql } from '../../streams/sql.ts'
import { quietPorts } from './fake-ports.ts'
import { lookupDatabase } from './lookup-database.ts'

const item = (productId: string, purchased?: boolean) => ({
  productId,
  score: 0.5,
  confidence: 0.5,
  reasons: [{ strategy: 'trending', score: 0.5 }],
  ...(purchased === undefined ? {} : { purchased }),
})
const list: Recommendation = {
  customerId: '17850',
  recommendationId: 'rec_1',
  seq: 7,
  asOf: '2011-10-01T00:00:00.000Z',
  variant: 'default',
  versions: { items: 41, cuts: 812 },
  coldStart: false,
  items: [item('a', true), item('b'), item('c'), item('d'), item('e'), item('f'), item('g')],
}
/** Not what would be computed anew: whoever answers it serves the stored bytes. */
const stored = '{"prepared":  "✓","campaigns":[]}'

let sql: Sql
beforeAll(async () => {
  sql = await lookupDatabase()
  await sql.query(
    `INSERT INTO recommendations (customer_id, partition, batch, seq, recommendation_id, as_of, body, answer)
     VALUES ('17850', 0, 1, 7, 'rec_1', 1, $1::jsonb, $2)`,
    [JSON.stringify(list), stored],
  )
})
afterAll(() => sql.close())

/** What stands beside the list now. */
let beside: Beside = nothingBeside
const asked: string[] = []
const answering = (how: string) => async (_: string, id: string) => {
  asked.push(`${how} ${id}`)
  return (await preparedAnswer(sql, async () => beside, id))?.bytes
}
const prepared = { get: answering('get'), fresh: answering('fresh') }
const get = async (url: string) => buildApp(quietPorts({ recommendations: sqlRecommendations(sql, prepared) })).inject(url)

describe('GET /recommendations/:customerId', () => {
  test.each(['', '?limit=5', '?explain=true&includePurchased=false'])(
    'the default query %s is served as the prepared bytes',
    async query => {
      const response = await get(`/recommendations/17850${query}`)
      expect(response.body).toBe(stored)
      expect(response.headers['content-type']).toBe('application/json; charset=utf-8')
    },
  )

  test('what must be fresh is not answered from what was known before', async () => {
    asked.length = 0
    await get('/recommendations/17850')
    await get('/recommendations/17850?after=p')
    expect(asked).toEqual(['get 17850', 'fresh 17850'])
  })

  test('campaigns and what is degraded stand beside the prepared list as they would in an answer made anew', async () => {
    const besides: Beside = { campaigns: [{ campaignId: '"campaigns":', score: 0.5, viaCustomers: 3 }], degraded: ['embeddings'] }
    const named = { ...list, items: [{ ...item('b'), name: 'a "campaigns":[]} b' }] }
    expect(withBeside(JSON.stringify(answerOf(named)), besides)).toBe(JSON.stringify(answerOf(named, usuallyAsked, besides)))
    expect(withBeside(JSON.stringify(answerOf(named)), nothingBeside)).toBe(JSON.stringify(answerOf(named)))
    beside = besides
    const body = (await get('/recommendations/17850')).body
    beside = nothingBeside
    expect(body).toContain('"campaigns":[{"campaignId"')
  })

  test('other queries are answered from the whole list', async () => {
    const productsOf = async (query: string) =>
      (await get(`/recommendations/17850?${query}`)).json().items.map((i: { productId: string }) => i.productId)
    expect(await productsOf('limit=2')).toEqual(['b', 'c'])
    expect(await productsOf('includePurchased=true&limit=3')).toEqual(['a', 'b', 'c'])
    expect(await productsOf('limit=100')).toEqual(['b', 'c', 'd', 'e', 'f', 'g'])
  })

  test('explain=false leaves the reasons out, and inner fields never show', async () => {
    const body = (await get('/recommendations/17850?explain=false')).json()
    expect(body.items[0]).toEqual({ productId: 'b', score: 0.5, confidence: 0.5 })
    expect(body).not.toHaveProperty('seq')
  })

  test('an unknown customer gets what is trending, with 200', async () => {
    const response = await get('/recommendations/nobody')
    expect(response.statusCode).toBe(200)
    expect(response.json()).toMatchObject({ customerId: 'nobody', coldStart: true, items: [{ productId: 'p1' }] })
  })

  test.each(['limit=0', 'limit=101', 'limit=x', 'explain=maybe', 'includePurchased=2'])('%s is refused', async query => {
    const response = await get(`/recommendations/17850?${query}`)
    expect([response.statusCode, response.json().errors[0].pointer]).toEqual([400, `/${query.split('=')[0]}`])
  })
})
