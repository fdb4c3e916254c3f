import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type countedTable, Ranks, ranksWhole } from '../../consumers/rank-state.ts'
import { ranking } from '../../consumers/ranking.ts'
import { migrate } from '../../infra/sql/migrate.ts'
import { migrations } from '../../infra/sql/migrations.ts'
import { pgliteSql } from '../../infra/sql/pglite-sql.ts'
import { quintile } from '../../models/rfm.ts'
import type { RfmCuts, RfmDelta } from '../../schemas/records.ts'
import { events, rfmCuts } from '../../schemas/topics.ts'
import type { Sql } from '../../streams/sql.ts'
import { FoldInMemory, toldTo } from '../support/fold-in-memory.ts'

const tick = { type: 'tick', at: 0 } as const
const delta = fc.record({
  customerId: fc.constantFrom(...'abcdefghijkl'),
  lastAt: fc.integer({ min: 0, max: 20 }),
  orders: fc.integer({ min: 1, max: 6 }),
  gross: fc.integer({ min: 0, max: 9 }),
})
/** Deltas of several customers, each numbered by how many of theirs came before. */
const deltas = fc.array(delta, { maxLength: 60 }).map(all => {
  const seqs = new Map<string, number>()
  return all.map((one): RfmDelta => {
    const seq = (seqs.get(one.customerId) ?? 0) + 1
    seqs.set(one.customerId, seq)
    return { type: 'facts', seq, ...one }
  })
})

async function cutsAfter(all: readonly RfmDelta[]): Promise<RfmCuts | undefined> {
  const running = await FoldInMemory.of(ranking)
  for (const one of all) running.feed(one)
  return toldTo(rfmCuts, running.feed(tick))[0] as RfmCuts | undefined
}

/** The definition (DESIGN.md §5). */
const defined = (all: readonly number[], value: number) =>
  Math.min(5, 1 + Math.floor((5 * all.filter(other => other < value).length) / all.length))

test('published cuts give everybody the quintiles of a plain computation over where all stand', async () => {
  await fc.assert(
    fc.asyncProperty(deltas, async all => {
      const stand = [...new Map(all.map(one => [one.customerId, one])).values()]
      const cuts = await cutsAfter(all)
      if (stand.length === 0) expect(cuts).toBeUndefined()
      else expect(cuts).toMatchObject({ version: 1, customers: stand.length })
      for (const [dimension, of] of [
        ['recency', (d: RfmDelta) => d.lastAt],
        ['frequency', (d: RfmDelta) => d.orders],
        ['monetary', (d: RfmDelta) => d.gross],
      ] as const) {
        const values = stand.map(of)
        expect(values.map(value => quintile(cuts?.[dimension] ?? [], value))).toEqual(values.map(value => defined(values, value)))
      }
    }),
    { numRuns: 200 },
  )
})

test('deltas that come again, late, or never heal: only each customer’s last matters', async () => {
  const stormy = deltas.chain(all => {
    const last = new Set(new Map(all.map(one => [one.customerId, one])).values())
    const lossy = fc
      .array(fc.boolean(), { minLength: all.length, maxLength: all.length })
      .map(kept => all.filter((one, i) => kept[i] || last.has(one)))
    return fc.tuple(
      fc.constant(all),
      lossy.chain(some => fc.tuple(fc.constant(some), fc.shuffledSubarray([...some, ...some]))),
      fc.constant([...last]),
    )
  })
  await fc.assert(
    fc.asyncProperty(stormy, async ([all, [some, again], last]) => {
      const calm = await cutsAfter(all)
      expect(await cutsAfter([...some, ...again])).toEqual(calm)
      expect(await cutsAfter([...again, ...last])).toEqual(calm)
    }),
    { numRuns: 200 },
  )
})

test('a tick publishes only when something moved, counts versions up, and tells every partition of events', async () => {
  const running = await FoldInMemory.of(ranking)
  expect(running.feed(tick)).toEqual([])
  running.feed({ type: 'facts', customerId: 'ada', seq: 1, lastAt: 5, orders: 1, gross: 5 })
  const [first, second] = running.feed(tick)!
  expect(first).toMatchObject({ topic: rfmCuts, key: 'cuts', value: { version: 1, customers: 1 } })
  expect(second).toMatchObject({ topic: events, everywhere: true, value: { type: 'cuts', cuts: first!.value } })
  expect(running.feed(tick)).toEqual([])
  running.feed({ type: 'facts', customerId: 'ada', seq: 1, lastAt: 5, orders: 1, gross: 5 })
  expect(running.feed(tick)).toEqual([])
  running.feed({ type: 'facts', customerId: 'ada', seq: 2, lastAt: 5, orders: 2, gross: 5 })
  expect(toldTo(rfmCuts, running.feed(tick))).toMatchObject([{ version: 2, customers: 1 }])
})

let sql: Sql
beforeAll(async () => {
  sql = await pgliteSql({})
  await migrate(sql, migrations)
})
afterAll(() => sql.close())

test('ranks that were saved and loaded go on as those that stayed in memory', async () => {
  const part = fc.array(delta, { minLength: 1, maxLength: 25 })
  await fc.assert(
    fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 3 }), async parts => {
      await sql.script('TRUNCATE rank_counts, rfm_cuts')
      const kept = new Ranks()
      let loaded = await sql.transaction(tx => ranksWhole.load(tx, 0))
      const counted = new Map<string, ReturnType<typeof countedTable.empty>>()
      let seq = 0
      for (const part of parts) {
        for (const { customerId, ...now } of part) {
          const to = { seq: ++seq, ...now }
          kept.move(counted.get(customerId), to)
          loaded.move(counted.get(customerId), to)
          counted.set(customerId, to)
        }
        await sql.transaction(tx => ranksWhole.save(tx, loaded, 0))
        loaded = await sql.transaction(tx => ranksWhole.load(tx, 0))
        expect(loaded.moved).toBe(true)
        expect(loaded.publish()).toEqual(kept.publish())
        await sql.transaction(tx => ranksWhole.save(tx, loaded, 0))
      }
      const [rows] = await sql.query("SELECT count(*) AS n FROM rank_counts WHERE dimension = 'recency'")
      expect(rows!.n).toBe(new Set([...counted.values()].map(({ lastAt }) => lastAt)).size)
    }),
    { numRuns: 25 },
  )
})
