import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ExposureLog } from '../../infra/learning/exposure-log.ts'
import type { Standing } from '../../models/grounds.ts'
import { encodeStandings } from '../../models/standing-bytes.ts'
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

/** The list with why each of its items stands there: the later, the less was bought together with it. */
function explained(customerId: string, seq: number) {
  const list = listOf(customerId, seq)
  const standings = list.items.map(
    (_, place): Standing => ({
      by: place === 5 ? 'strategies' : 'new',
      score: 4 - place / 2,
      strongest: [
        { name: 'baskets', value: 9 - place, adds: 2.5 - place / 4 },
        { name: 'days since bought', value: Number.NaN, adds: -0.5 },
      ],
    }),
  )
  return { ...list, lineage: { ...list.lineage!, rule: { lean: 'value', strength: 0.1 }, standings: encodeStandings(standings) } }
}

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

  test('tells what each item stands on by the models, and what all the rest adds', async () => {
    const list = explained('max', 4)
    await putList(sql, list)
    const { items, rule } = (await get(list.recommendationId)).json()
    expect(rule).toEqual({ lean: 'value', strength: 0.1 })
    expect(items.map(({ standing }: { standing: { by: string; score: number } }) => [standing.by, standing.score])).toEqual([
      ['new', 4],
      ['new', 3.5],
      ['new', 3],
      ['new', 2.5],
      ['new', 2],
      ['strategies', 1.5],
    ])
    expect(items[1].standing).toEqual({
      by: 'new',
      score: 3.5,
      grounds: [
        { name: 'baskets', value: 8, adds: 2.25 },
        { name: 'days since bought', value: null, adds: -0.5 },
      ],
      others: 1.75,
    })
  })

  test('of a list that was replaced, what was shown keeps its own standing, in whichever order it was shown', async () => {
    const list = explained('tom', 1)
    await putList(sql, list)
    const exposures = new ExposureLog({ sql, clock: standingClock(), meter: silent })
    exposures.other('tom', list.recommendationId, [list.items[4]!, list.items[1]!])
    await exposures.flush()
    await putList(sql, listOf('tom', 2))
    const { items } = (await get(list.recommendationId)).json()
    expect(items).toMatchObject([
      { productId: 'p5', standing: { score: 2 } },
      { productId: 'p2', standing: { score: 3.5 } },
    ])
  })

  test('standings that another version kept are none, and all else is answered', async () => {
    const list = explained('kim', 1)
    await putList(sql, { ...list, lineage: { ...list.lineage, standings: `AAAA${list.lineage.standings.slice(4)}` } })
    const { items } = (await get(list.recommendationId)).json()
    expect(items[0]).toMatchObject({ productId: 'p1', standing: null, strategies: [{}, {}] })
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
      rule: null,
      items: [{ productId: 'p1', standing: null }, {}, {}, {}, {}, {}],
    })
  })
})
