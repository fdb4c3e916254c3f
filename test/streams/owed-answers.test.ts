import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { applied } from '../../streams/applied.ts'
import type { Clock } from '../../streams/clock.ts'
import { decodeBatch, type Slice } from '../../streams/decode-batch.ts'
import type { Point } from '../../streams/engine.ts'
import { recordsLeft } from '../../streams/records-left.ts'
import { ScoreWorker } from '../../streams/score-worker.ts'
import type { Sql } from '../../streams/sql.ts'
import { replier, replies, tallies } from '../support/counting-topology.ts'
import { APPENDED, countingSql, engineOf, hastyClock, newWorld, type World } from '../support/engine.ts'
import { readTopic } from '../support/read-topic.ts'

const MINUTE = 60_000

describe('a scorer that is far behind', { timeout: 60_000 }, () => {
  let sql: Sql
  let world: World
  let since: number
  let now: number
  const clock: Clock = { ...hastyClock, now: () => APPENDED + since, monotonic: () => now }
  beforeAll(async () => {
    sql = await countingSql()
  })
  afterAll(() => sql.close())
  beforeEach(async () => {
    world = await newWorld(sql, 1)
    since = MINUTE
    now = 0
  })

  const worker = (instance: string, at?: (point: Point) => void) =>
    new ScoreWorker(engineOf(world, instance, { clock, ...(at === undefined ? {} : { at }) }), replier as never, () => undefined)

  /** What a member is handed from an offset on. */
  async function slices(from = 0): Promise<Slice[]> {
    const records = (await readTopic(world, tallies)).map(({ record }) => record).filter(({ offset }) => offset >= from)
    const next = records.at(-1)!.offset + 1
    const batch = { topic: world.names.of(tallies), partition: 0, from, next, records }
    return (await decodeBatch(world.codec, tallies, [batch])).slices
  }

  const tally = (owner: string, seq: number) => ({ key: owner, value: { owner, seq, total: 10 * seq, high: false } })
  const told = async () => (await readTopic(world, replies)).map(({ value }) => `${value.owner}${value.seq}`)
  const owed = () => sql.query('SELECT key, since, at_offset, answered FROM owed_answers ORDER BY since')
  const met = () => sql.query('SELECT owner, met FROM readers ORDER BY owner')

  test('folds what came and answers nobody yet; when nothing late comes any more each is answered once, for their last', async () => {
    await world.append(tallies, [tally('a', 1), tally('b', 1), tally('a', 2), tally('c', 3)])
    const late = worker('i')
    await late.take(0)
    expect(await late.work(await slices())).toEqual([])
    expect(await met()).toEqual([
      { owner: 'a', met: 2 },
      { owner: 'b', met: 1 },
      { owner: 'c', met: 1 },
    ])
    expect(await told()).toEqual([])
    expect(late.positions()).toEqual(new Map([[0, 4]]))
    expect(late.owing()).toEqual(new Map([[0, { offset: 1, appendedAt: APPENDED }]]))
    now += MINUTE
    await late.idle()
    expect(await told()).toEqual(['b1', 'a2'])
    expect(await sql.query('SELECT owner, seq, total FROM replies ORDER BY owner')).toEqual([
      { owner: 'a', seq: 2, total: 20 },
      { owner: 'b', seq: 1, total: 10 },
    ])
    await late.idle()
    expect(late.owing()).toEqual(new Map())
    expect(await owed()).toEqual([])
    await late.idle()
    expect(await told()).toEqual(['b1', 'a2'])
  })

  test('answers first whom it has owed longest, however much they did since', async () => {
    await world.append(tallies, [tally('a', 1), tally('b', 1), tally('a', 2)])
    const late = worker('i')
    await late.take(0)
    await late.work(await slices())
    expect(await owed()).toMatchObject([
      { key: 'b', since: 1 },
      { key: 'a', since: 2 },
    ])
    await world.append(tallies, [tally('b', 2)])
    await late.work(await slices(3))
    expect(await owed()).toMatchObject([
      { key: 'b', since: 1, at_offset: 3 },
      { key: 'a', since: 2, at_offset: 2 },
    ])
  })

  test('leaves most of the time to folds while late records come, and takes all of it once they are over', async () => {
    await world.append(tallies, [tally('a', 1)])
    const late = worker('i', () => {
      now += 4 // a round takes its time
    })
    await late.take(0)
    await late.work(await slices())
    expect(late.idleInMs).toBe(0)
    const before = now
    await late.idle()
    const took = now - before
    expect(late.idleInMs).toBe(4 * took)
    await late.idle()
    expect(await owed()).toHaveLength(1) // it rests: what was told is struck off later
    now += MINUTE
    await late.idle()
    expect(await owed()).toEqual([])
  })

  test('owes nothing more to whom it answers in time: the answer put off would be an older one', async () => {
    await world.append(tallies, [tally('a', 1), tally('b', 1)])
    const late = worker('i')
    await late.take(0)
    await late.work(await slices())
    since = 0
    await world.append(tallies, [tally('a', 2)])
    await late.work(await slices(2))
    expect(await told()).toEqual(['a2'])
    expect(await owed()).toMatchObject([{ key: 'b' }])
  })

  test('forgets nobody when it dies: the heir answers them', async () => {
    await world.append(tallies, [tally('a', 1)])
    const dying = worker('dying')
    await dying.take(0)
    await dying.work(await slices())
    const heir = worker('heir')
    expect(await heir.take(0)).toBe(1)
    expect(heir.owing()).toEqual(new Map([[0, { offset: 0, appendedAt: APPENDED }]]))
    await heir.idle()
    expect(await told()).toEqual(['a1'])
  })

  test('publishes by its heir what it had committed and nobody was told, and that once', async () => {
    await world.append(tallies, [tally('a', 1)])
    let commits = 0
    const dying = worker('dying', point => {
      if (point === 'committed' && ++commits === 2) throw new Error('died between commit and publish')
    })
    await dying.take(0)
    await dying.work(await slices())
    await expect(dying.idle()).rejects.toThrow('died')
    expect(await told()).toEqual([])
    const heir = worker('heir')
    await heir.take(0)
    expect(await told()).toEqual(['a1'])
    await heir.idle()
    expect(await told()).toEqual(['a1'])
    expect(await owed()).toEqual([])
  })

  test('strikes nobody off for a partition that is another one’s by now', async () => {
    await world.append(tallies, [tally('a', 1)])
    const old = worker('old')
    await old.take(0)
    await old.work(await slices())
    await old.idle()
    const young = worker('young')
    await young.take(0)
    await world.append(tallies, [tally('a', 2)])
    await young.work(await slices(1))
    now += MINUTE
    await expect(old.idle()).rejects.toThrow('lost partition 0')
    expect(await owed()).toMatchObject([{ key: 'a', answered: false }])
  })

  test('has not done what it owes: neither for who waits for their own event nor for who asks how much is left', async () => {
    await world.append(tallies, [tally('a', 1), tally('b', 1)])
    const late = worker('i')
    await late.take(0)
    await late.work(await slices())
    const hops = [{ topic: tallies, processor: 'replier', onwards: [] }]
    const way = { sql, clock: hastyClock, names: world.names, hops, views: [] }
    const written = [{ topic: tallies, partition: 0, end: 1 }]
    expect(await applied(way, written, 50)).toBe(false)
    expect(await recordsLeft(sql, world.log, world.names, [replier])).toBe(2)
    now += MINUTE
    await late.idle()
    expect(await applied(way, written, 50)).toBe(true)
    expect(await recordsLeft(sql, world.log, world.names, [replier])).toBe(0)
  })
})
