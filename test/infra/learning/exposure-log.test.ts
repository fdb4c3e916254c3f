import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { recommendationTable } from '../../../consumers/recommendation-state.ts'
import { ExposureLog } from '../../../infra/learning/exposure-log.ts'
import type { Sql } from '../../../streams/sql.ts'
import { standingClock } from '../../serving/fake-ports.ts'
import { freshSql } from '../sms/sms-fixture.ts'
import { listOf, putList } from './seen-lists.ts'

let sql: Sql
let counts: Record<string, number>
const meter = {
  count: (_: string, { result }: Readonly<Record<string, string>>, by = 1) => {
    counts[result!] = (counts[result!] ?? 0) + by
  },
  gauge: () => {},
  observe: () => {},
}
beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())
beforeEach(async () => {
  counts = {}
  await sql.script('TRUNCATE exposures, recommendations')
})

const prepared = (customerId: string, seq = 1) =>
  recommendationTable.columns.find(({ name }) => name === 'answer')!.value(listOf(customerId, seq)) as string
const rows = () => sql.query('SELECT * FROM exposures ORDER BY recommendation_id, hour')

describe('what was looked up', () => {
  test('is kept with its variant, propensity, context and the items that were shown, in their order', async () => {
    const clock = standingClock()
    const log = new ExposureLog({ sql, clock, meter })
    await putList(sql, listOf('ada "quoted", \\ and {}', 1, { variant: 'varied' }))
    log.usual('ada "quoted", \\ and {}', prepared('ada "quoted", \\ and {}'))
    await log.flush()
    const [row] = await rows()
    expect(row).toMatchObject({
      recommendation_id: listOf('ada "quoted", \\ and {}', 1).recommendationId,
      customer_id: 'ada "quoted", \\ and {}',
      at: clock.now(),
      variant: 'varied',
      propensity: 0.25,
      context: [1, 0.2, 0.4, 0.6, 0, 0, 0, -0.5],
      counted: false,
    })
    expect((row!.items as { productId: string }[]).map(({ productId }) => productId)).toEqual(['p1', 'p2', 'p3', 'p4', 'p5'])
    // Of the list's items the order alone, which standings are told by.
    expect((row!.made as { items: unknown }).items).toEqual(['p1', 'p2', 'p3', 'p4', 'p5', 'p6'])
    expect(counts).toMatchObject({ kept: 1, dropped: 0 })
  })

  test('counts once an hour, however often it is looked up and wherever', async () => {
    const clock = standingClock()
    const [log, other] = [0, 1].map(() => new ExposureLog({ sql, clock, meter })) as [ExposureLog, ExposureLog]
    await putList(sql, listOf('ada'))
    for (let i = 0; i < 100; i++) log.usual('ada', prepared('ada'))
    other.usual('ada', prepared('ada'))
    await log.flush()
    await other.flush()
    expect([(await rows()).length, counts.kept, counts.repeated]).toEqual([1, 1, 1])
    clock.advance(3_600_000)
    log.usual('ada', prepared('ada'))
    await log.flush()
    expect(await rows()).toHaveLength(2)
  })

  test('of another cut, what was shown of it', async () => {
    const log = new ExposureLog({ sql, clock: standingClock(), meter })
    const list = listOf('ada')
    await putList(sql, list)
    log.other('ada', list.recommendationId, list.items.slice(0, 2))
    await log.flush()
    expect((await rows())[0]!.items).toHaveLength(2)
  })

  test('a list that was replaced before it was written is told as such, and is no exposure of its successor', async () => {
    const log = new ExposureLog({ sql, clock: standingClock(), meter })
    await putList(sql, listOf('ada', 2))
    log.usual('ada', prepared('ada', 1))
    await log.flush()
    expect([await rows(), counts.replaced]).toEqual([[], 1])
  })

  test('while the database is away lookups are not held up, memory does not grow, and what is lost is counted', async () => {
    const gone = { query: () => Promise.reject(new Error('gone')) } as unknown as Sql
    const log = new ExposureLog({ sql: gone, clock: standingClock(), meter })
    for (let i = 0; i < 6000; i++) log.usual(`c${i}`, prepared(`c${i}`))
    expect(counts.dropped).toBe(1000)
    await expect(log.flush()).rejects.toThrow('gone')
    expect(counts.dropped).toBe(1500)
  })

  test('a thousand lookups within a quarter of a second are written, and what waits when it ends', async () => {
    const ending = new AbortController()
    const log = new ExposureLog({ sql, clock: { ...standingClock(), sleep: async () => ending.abort() }, meter })
    for (let i = 0; i < 1200; i++) log.usual(`c${i}`, prepared(`c${i}`))
    await log.follow(ending.signal)
    expect(counts.replaced).toBe(1200)
  })

  test('an answer that is no list is passed over', async () => {
    const log = new ExposureLog({ sql, clock: standingClock(), meter })
    log.usual('ada', '{"customerId":"ada"}')
    await log.flush()
    expect(await rows()).toEqual([])
  })
})
