import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { applied } from '../../streams/applied.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import type { Sql } from '../../streams/sql.ts'
import { topicNames } from '../../streams/topic-names.ts'
import { beats, lines, rawBeats, sums, tallies } from '../support/counting-topology.ts'
import { countingSql } from '../support/engine.ts'

const names = topicNames({ prefix: 'test', partitions: 4 })
/** raw beats and beats are both written; both lead to tallies, one of them by way of the other. */
const hops = [
  { topic: rawBeats, processor: 'intake', onwards: [tallies] },
  { topic: beats, processor: 'counter', onwards: [tallies, sums] },
  { topic: tallies, processor: 'audit', onwards: [] },
  { topic: tallies, processor: 'replier', onwards: [] },
]

describe('waiting until something was applied', () => {
  let sql: Sql
  beforeAll(async () => {
    sql = await countingSql()
  })
  afterAll(() => sql.close())
  beforeEach(() => sql.script('TRUNCATE ownership'))

  async function committed(
    processor: string,
    partition: number,
    next: number,
    ends: Record<string, Record<number, number>> = {},
  ): Promise<void> {
    await sql.query(
      `INSERT INTO ownership (processor, partition, owner, epoch, generation, next, committed_at, ends) VALUES ($1, $2, 'o', 1, 1, $3, 0, $4::jsonb)
       ON CONFLICT (processor, partition) DO UPDATE SET next = excluded.next, ends = excluded.ends`,
      [processor, partition, next, JSON.stringify(ends)],
    )
  }
  const tallied = (ends: Record<number, number>) => ({ [names.of(tallies)]: ends })
  const wait = (written: Parameters<typeof applied>[1], timeoutMs = 50, views: Parameters<typeof applied>[0]['views'] = []) =>
    applied({ sql, clock, names, hops, views }, written, timeoutMs)
  const at = (partition: number, end: number) => [{ topic: beats, partition, end }]

  test('follows the whole chain: whoever is behind on the way keeps it waiting', async () => {
    expect(await wait(at(1, 10))).toBe(false)
    await committed('counter', 1, 9, tallied({ 2: 5 }))
    expect(await wait(at(1, 10))).toBe(false)
    await committed('counter', 1, 10, tallied({ 2: 5 }))
    expect(await wait(at(1, 10))).toBe(false)
    await committed('audit', 2, 5)
    expect(await wait(at(1, 10))).toBe(false)
    await committed('replier', 2, 4)
    expect(await wait(at(1, 10))).toBe(false)
    await committed('replier', 2, 7)
    expect(await wait(at(1, 10))).toBe(true)
    expect(await wait(at(1, 11))).toBe(false)
  })

  test('an event that led to nothing, such as a duplicate, has gone the whole way once it was passed', async () => {
    await committed('counter', 0, 3)
    expect(await wait(at(0, 3))).toBe(true)
  })

  test('outputs that two processors have on one topic are both waited for', async () => {
    const both = [...at(0, 1), { topic: rawBeats, partition: 0, end: 1 }]
    await committed('counter', 0, 1, tallied({ 1: 8, 2: 3 }))
    await committed('intake', 0, 1, tallied({ 2: 4, 3: 1 }))
    for (const processor of ['audit', 'replier'])
      for (const [partition, next] of [
        [1, 8],
        [2, 4],
        [3, 1],
      ] as const)
        await committed(processor, partition, next)
    expect(await wait(both)).toBe(true)
    for (const [partition, behind] of [
      [1, 7],
      [2, 3],
      [3, 0],
    ] as const) {
      await committed('audit', partition, behind)
      expect(await wait(both)).toBe(false)
      await committed('audit', partition, 99)
    }
  })

  test('a view that shows the topic is waited for too', async () => {
    await committed('counter', 0, 1)
    let there = 0
    const views = [{ topic: beats, reached: (ends: Readonly<Record<string, number>>) => there >= ends[0]! }]
    expect(await wait(at(0, 1), 50, views)).toBe(false)
    there = 1
    expect(await wait(at(0, 1), 50, views)).toBe(true)
  })

  test('what comes while one waits is noticed', async () => {
    const waiting = wait(at(0, 1), 5000)
    await clock.sleep(20)
    await committed('counter', 0, 1, tallied({ 0: 1 }))
    await committed('audit', 0, 1)
    await clock.sleep(20)
    await committed('replier', 0, 1)
    expect(await waiting).toBe(true)
  })

  test('nobody reads on from a topic without readers', async () => {
    expect(await wait([{ topic: lines, partition: 0, end: 5 }])).toBe(true)
    expect(await wait([])).toBe(true)
  })
})
