import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ExposureLog } from '../../infra/learning/exposure-log.ts'
import { buildApp } from '../../serving/app.ts'
import { sqlLineages } from '../../serving/lookups/lineages.ts'
import { silent } from '../../streams/meter.ts'
import type { Sql } from '../../streams/sql.ts'
import { listOf, putList } from '../infra/learning/seen-lists.ts'
import { quietPorts, standingClock } from './fake-ports.ts'
import { lookupDatabase } from './lookup-database.ts'

let sql: Sql
beforeAll(async () => {
  sql = await lookupDatabase()
})
afterAll(() => sql.close())
const get = (id: string) => buildApp(quietPorts({ lineages: sqlLineages(sql) })).inject(`/lineage/${id}`)

describe('GET /lineage/:recommendationId', () => {
  test('tells which event, versions, choice and strategies made the newest list', async () => {
    const list = listOf('ada', 9)
    await putList(sql, list)
    const response = await get(list.recommendationId)
    expect(response.statusCode).toBe(200)
    expect(response.json()).toMatchObject({
      recommendationId: list.recommendationId,
      customerId: 'ada',
      events: {
        count: 9,
        last: { type: 'click', id: 'e1' },
        position: { topic: 'customer-changes', partition: 2, offset: 17 },
      },
      views: { items: 41, cuts: 812 },
      models: { ranker: null, learning: 3, clicks: false },
      choice: { variant: 'default', by: 'thompson', propensity: 0.25 },
      features: { segment: 'Loyal', context: { one: 1, recency: 0.2, mood: -0.5 } },
    })
    const [first] = response.json().items
    expect(first.strategies.map(({ strategy }: { strategy: string }) => strategy)).toEqual(['collaborative', 'trending'])
  })

  test('a list that somebody saw is known after it was replaced; one nobody saw is not', async () => {
    const [seen, unseen, newest] = [listOf('eve', 1), listOf('eve', 2), listOf('eve', 3)] as const
    await putList(sql, seen)
    const exposures = new ExposureLog({ sql, clock: standingClock(), meter: silent })
    exposures.other('eve', seen.recommendationId, seen.items.slice(0, 5))
    await exposures.flush()
    await putList(sql, newest)
    const response = await get(seen.recommendationId)
    expect(response.json()).toMatchObject({ recommendationId: seen.recommendationId, events: { count: 1 } })
    expect(response.json().items).toHaveLength(5)
    expect((await get(unseen.recommendationId)).json()).toMatchObject({ status: 404, code: 'recommendation_unknown' })
  })

  test('a list from before lineage was kept tells its versions and reasons', async () => {
    const { lineage: _, ...old } = listOf('old', 1)
    await putList(sql, old)
    expect((await get(old.recommendationId)).json()).toMatchObject({
      events: { count: 1, last: null, position: null },
      choice: { variant: 'default', by: 'rule', propensity: 1 },
    })
  })
})
