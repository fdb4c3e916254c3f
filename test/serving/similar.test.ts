import { describe, expect, test } from 'vitest'
import { IndexBusy } from '../../models/vectors/vector-index.ts'
import { buildApp } from '../../serving/app.ts'
import { preparedSimilar } from '../../serving/lookups/similar.ts'
import type { Similar, SimilarAnswer } from '../../serving/ports/similar.ts'
import { quietPorts } from './fake-ports.ts'

const asked: unknown[] = []
const answer: SimilarAnswer = {
  customers: [{ customerId: 'eve', similarity: 0.9, sameSegment: true, spaces: { behaviour: 0.8, 'text:hashed-1': 0.7 } }],
  degraded: [],
}
const similarTo = (found: SimilarAnswer | undefined): Similar => ({
  async to(...question) {
    asked.push(question)
    return found
  },
  beside: async () => ({ campaigns: [], degraded: [] }),
})
const get = (url: string, found = answer) => buildApp(quietPorts({ similar: similarTo(found) })).inject(url)

describe('GET /customers/:customerId/similar', () => {
  test('tells who is alike, and by what', async () => {
    const response = await get('/customers/ada/similar')
    expect(response.statusCode).toBe(200)
    expect(response.json()).toEqual({ customers: answer.customers })
  })

  test('asks for five unless told otherwise, and for what is true now with `after`', async () => {
    asked.length = 0
    await get('/customers/ada/similar')
    await get('/customers/ada/similar?k=7&after=p')
    expect(asked).toEqual([
      ['ada', 5, { fresh: false }],
      ['ada', 7, { fresh: true }],
    ])
  })

  test('says what it had to do without', async () => {
    expect((await get('/customers/ada/similar', { customers: [], degraded: ['embeddings'] })).json()).toEqual({
      customers: [],
      degraded: ['embeddings'],
    })
  })

  test('an unknown customer is 404 customer_unknown', async () => {
    const app = buildApp(quietPorts({ similar: similarTo(undefined) }))
    const response = await app.inject('/customers/nobody/similar')
    expect([response.statusCode, response.json().code]).toEqual([404, 'customer_unknown'])
  })

  test('where too many ask at once it is 503 with Retry-After, and no failure of ours', async () => {
    const similar = { ...similarTo(answer), to: () => Promise.reject(new IndexBusy('64 searches wait')) }
    const response = await buildApp(quietPorts({ similar })).inject('/customers/ada/similar')
    expect([response.statusCode, response.json().code, response.headers['retry-after']]).toEqual([503, 'overloaded', '2'])
  })

  test('what had to do without something is not kept for minutes', async () => {
    const keptMs = async (degraded: string[]) =>
      (await preparedSimilar({ find: async () => ({ customers: [], degraded }) }, 'ada'))?.keptMs
    expect(await keptMs([])).toBe(300_000)
    expect(await keptMs(['similar'])).toBeLessThanOrEqual(5000)
  })

  test.each(['k=0', 'k=51', 'k=x'])('%s is refused', async query => {
    expect((await get(`/customers/ada/similar?${query}`)).statusCode).toBe(400)
  })
})
