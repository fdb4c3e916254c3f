import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Topic } from '../../schemas/topic.ts'
import { deadLetters } from '../../schemas/topics.ts'
import { systemClock } from '../../streams/clock.ts'
import { decodeBatch, type Slice } from '../../streams/decode-batch.ts'
import { FoldWorker } from '../../streams/fold-worker.ts'
import type { Batch } from '../../streams/log.ts'
import { Fenced } from '../../streams/ownership.ts'
import { type AnyFold, anyFold, anyScorer, type Fold } from '../../streams/processor.ts'
import { LogReset, newStatus, runWorker } from '../../streams/run-worker.ts'
import { ScoreWorker } from '../../streams/score-worker.ts'
import type { Sql } from '../../streams/sql.ts'
import {
  audit,
  averaging,
  type Beat,
  beats,
  counter,
  intake,
  type Line,
  rawBeats,
  replier,
  replies,
  sums,
  tallies,
} from '../support/counting-topology.ts'
import { countingSql, drained, engineOf, newWorld, startInstance, type World } from '../support/engine.ts'
import { Fate, type Mishap, mortalLog } from '../support/mishaps.ts'
import { onceEach, readTopic } from '../support/read-topic.ts'

const beat = (owner: string, id: string, amount = 1) => ({ key: owner, value: { type: 'beat', id, owner, amount } })
const counting: AnyFold[] = [anyFold(counter)]

describe('a worker', { timeout: 120_000 }, () => {
  let sql: Sql
  let world: World
  beforeAll(async () => {
    sql = await countingSql()
  })
  afterAll(() => sql.close())
  beforeEach(async () => {
    world = await newWorld(sql, 1)
  })

  /** Publishes before it commits, as on Kafka. */
  const engine = (instance: string) =>
    engineOf(world, instance, { log: mortalLog(world.log, world.sql, { fate: new Fate([]), atomic: false, batch: () => 2000 }) })

  /** What a member is handed of the only partition. */
  async function slices(topic: Topic = beats): Promise<Slice[]> {
    const records = [...new Map((await readTopic(world, topic)).map(({ record }) => [record.offset, record])).values()]
    const batch: Batch = { topic: world.names.of(topic), partition: 0, from: 0, next: records.length, records }
    return (await decodeBatch(world.codec, topic, [batch])).slices
  }

  const lasting = async () => ({
    counters: await sql.query('SELECT * FROM counters ORDER BY owner'),
    replies: await sql.query('SELECT * FROM replies ORDER BY owner'),
    seen: await sql.query('SELECT * FROM seen_events ORDER BY hash'),
    ownership: await sql.query('SELECT * FROM ownership ORDER BY processor, partition'),
  })

  test('that was fenced commits nothing, and what it published is what the new owner publishes', async () => {
    await world.append(beats, [beat('a', '1'), beat('b', '1'), beat('a', '2')])
    const [old, young] = [new FoldWorker(engine('old'), anyFold(counter)), new FoldWorker(engine('young'), anyFold(counter))]
    await old.take(0)
    await young.take(0)
    const before = await lasting()
    await expect(old.work(await slices())).rejects.toThrow(Fenced)
    expect(await lasting()).toEqual(before)
    await young.work(await slices())
    expect(await sql.query('SELECT owner, total FROM counters ORDER BY owner')).toEqual([
      { owner: 'a', total: 2 },
      { owner: 'b', total: 1 },
    ])
    const told = await readTopic(world, tallies)
    expect(told.map(({ value }) => value.seq)).toEqual([1, 1, 2, 1, 1, 2])
    expect(onceEach(told).map(({ value }) => `${value.owner}${value.seq}`)).toEqual(['a1', 'b1', 'a2'])
    expect(await old.reload()).toEqual(new Map())
    expect(old.owns(0)).toBe(false)
  })

  test('that scores and was fenced commits no answer and tells none', async () => {
    await world.append(tallies, [{ key: 'a', value: { owner: 'a', seq: 1, total: 1, high: false } }])
    const [old, young] = ['old', 'young'].map(name => new ScoreWorker(engine(name), replier as never, () => undefined))
    await old!.take(0)
    await young!.take(0)
    const before = await lasting()
    await expect(old!.work(await slices(tallies))).rejects.toThrow(Fenced)
    expect(await lasting()).toEqual(before)
    expect(await readTopic(world, replies)).toEqual([])
  })

  test('that scores tells the last committed answers again when it takes over, in case nobody was told', async () => {
    await world.append(tallies, [{ key: 'a', value: { owner: 'a', seq: 1, total: 7, high: false } }])
    const dying = new ScoreWorker(
      {
        ...engine('dying'),
        at: point => {
          if (point === 'committed') throw new Error('died between commit and publish')
        },
      },
      replier as never,
      () => undefined,
    )
    await dying.take(0)
    await expect(dying.work(await slices(tallies))).rejects.toThrow('died')
    expect(await readTopic(world, replies)).toEqual([])
    expect(await new ScoreWorker(engine('heir'), replier as never, () => undefined).take(0)).toBe(1)
    expect((await readTopic(world, replies)).map(({ value }) => value)).toEqual([{ owner: 'a', seq: 1, total: 7 }])
  })

  test('that lost a partition, though the group still gives it to it, takes it back and leaves nothing undone', async () => {
    const instance = startInstance(world, 'mine', counting)
    await world.append(beats, [beat('a', '1')])
    await drained(world, counting)
    for (let i = 0; i < 3; i++) {
      await sql.query("UPDATE ownership SET owner = 'ghost', epoch = epoch + 1")
      await world.append(beats, [beat('a', `again-${i}`)])
      await drained(world, counting)
    }
    expect(await sql.query('SELECT owner FROM ownership')).toEqual([{ owner: 'mine' }])
    await instance.stop()
    expect(await sql.query('SELECT total, seq FROM counters')).toEqual([{ total: 4, seq: 4 }])
  })

  test('that stops in good order leaves its partitions to nobody, so that none has to wonder whether it comes back', async () => {
    const instance = startInstance(world, 'mine', counting)
    await world.append(beats, [beat('a', '1')])
    await drained(world, counting)
    await instance.stop()
    expect(await sql.query('SELECT owner FROM ownership')).toEqual([{ owner: '' }])
  })

  test('counts an id once, whether it comes again in the same batch or later, and tells of it once', async () => {
    await world.append(beats, [beat('a', '1', 5), beat('a', '1', 5), beat('b', '1', 3)])
    const instance = startInstance(world, 'i', counting)
    await drained(world, counting)
    await world.append(beats, [beat('a', '1', 5), beat('a', '2', 2)])
    await drained(world, counting)
    await instance.stop()
    expect(await sql.query('SELECT owner, seq, total FROM counters ORDER BY owner')).toEqual([
      { owner: 'a', seq: 2, total: 7 },
      { owner: 'b', seq: 1, total: 3 },
    ])
  })

  test('sends what it cannot read to the dead letters with the original bytes, and its neighbours get through', async () => {
    const bytes = Buffer.from('{"type":"beat","id":')
    const raw = (value: Buffer | null) => ({
      topic: world.names.of(rawBeats),
      partition: 0,
      key: null,
      value,
      headers: { shop: 'x' },
      timestamp: 5,
    })
    const good = (id: string) => raw(Buffer.from(JSON.stringify({ id, owner: 'a', amount: 1 })))
    await world.log.publish([good('1'), raw(bytes), raw(null), raw(Buffer.from('{}')), good('2')])
    const both = [anyFold(intake), anyFold(counter)]
    const instance = startInstance(world, 'i', both)
    await drained(world, both)
    await instance.stop()
    expect(await sql.query('SELECT total FROM counters')).toEqual([{ total: 2 }])
    const letters = (await readTopic(world, deadLetters)).map(({ value }) => value)
    expect(letters.map(({ code, offset, processor }) => [code, offset, processor])).toEqual([
      ['json_invalid', 1, 'intake'],
      ['record_unreadable', 2, 'intake'],
      ['beat_odd', 3, 'intake'],
    ])
    expect(letters[0]).toMatchObject({ value: bytes.toString('base64'), headers: { shop: 'x' }, at: 5, partition: 0 })
  })

  test('that scores sends what it cannot read to the dead letters too, and goes on', async () => {
    const tally = (seq: number) => ({ key: 'a', value: { owner: 'a', seq, total: seq, high: false } })
    const poison = { topic: world.names.of(tallies), partition: 0, key: 'a', value: Buffer.from('{'), headers: {}, timestamp: 5 }
    await world.append(tallies, [tally(1)])
    await world.log.publish([poison])
    await world.append(tallies, [tally(2)])
    const scorers = [anyScorer(replier)]
    const instance = startInstance(world, 'i', scorers)
    await drained(world, scorers)
    await instance.stop()
    expect(await sql.query('SELECT owner, seq FROM replies')).toEqual([{ owner: 'a', seq: 2 }])
    const letters = (await readTopic(world, deadLetters)).map(({ value }) => value)
    expect(letters).toMatchObject([
      { processor: 'replier', offset: 1, code: 'json_invalid', value: Buffer.from('{').toString('base64') },
    ])
  })

  test('that meets a bug of its own stops at that record, says so, and goes on from there once it is mended', async () => {
    let broken = true
    const brittle: Fold<Beat | Line | { type: 'recount'; owner: string }, never> = {
      ...(counter as never as Fold<Beat | Line | { type: 'recount'; owner: string }, never>),
      fold(state, event, at) {
        if (broken && event.type === 'beat' && event.id === 'poison') throw new Error('a bug')
        return counter.fold(state, event, at) as never
      },
    }
    await world.append(beats, [beat('a', '1'), beat('a', 'poison'), beat('a', '3')])
    const instance = startInstance(world, 'i', [anyFold(brittle)])
    await systemClock.sleep(200)
    expect((await sql.query('SELECT total FROM counters'))[0]?.total ?? 0).toBeLessThan(2)
    broken = false
    await drained(world, counting)
    await instance.stop()
    expect(await sql.query('SELECT total, seq FROM counters')).toEqual([{ total: 3, seq: 3 }])
  })

  test('refuses to go on with a log that ends before what it has read, instead of skipping what comes', async () => {
    await world.append(beats, [beat('a', '1')])
    const instance = startInstance(world, 'i', counting)
    await drained(world, counting)
    await instance.stop()
    await sql.query('UPDATE ownership SET next = 100')
    const worker = new FoldWorker(engine('late'), anyFold(counter))
    const status = newStatus()
    await expect(runWorker(engine('late'), worker, status, new AbortController().signal)).rejects.toThrow(LogReset)
  })

  test('tells of a partition it cannot take until it has it, more and more seldom, while its other partitions go on', async () => {
    world = await newWorld(sql, 2)
    await world.append(beats, [beat('a', '1'), beat('b', '1'), beat('c', '1'), beat('d', '1')])
    const worker = new FoldWorker(engine('i'), anyFold(counter))
    const take = worker.take.bind(worker)
    const tries: number[] = []
    let broken = true
    worker.take = async partition => {
      if (partition === 0) tries.push(systemClock.monotonic())
      if (partition === 0 && broken) throw new Error('its rows cannot be read')
      return take(partition)
    }
    const status = newStatus()
    const over = new AbortController()
    const running = runWorker({ ...engine('i'), clock: systemClock }, worker, status, over.signal)
    const told: (string | undefined)[] = []
    while (tries.length < 3) {
      await systemClock.sleep(50)
      if (tries.length > 0) told.push(status.trouble)
    }
    expect(new Set(told)).toEqual(new Set(['its rows cannot be read']))
    expect(tries[2]! - tries[1]!).toBeGreaterThan(tries[1]! - tries[0]!)
    expect((await sql.query('SELECT count(*) AS counters FROM counters'))[0]!.counters).toBeGreaterThan(0)
    broken = false
    await expect.poll(() => status.trouble, { timeout: 20_000 }).toBeUndefined()
    over.abort()
    await running
  })

  test('a record that the fold refuses becomes a dead letter with the reason, and its neighbours are counted', async () => {
    const strict: Fold<Beat | Line, object> = {
      ...(counter as unknown as Fold<Beat | Line, object>),
      fold: (state, event, at) =>
        event.type === 'beat' && event.id === 'too much'
          ? { refused: { code: 'number_out_of_range', message: 'too much' } }
          : (counter as unknown as Fold<Beat | Line, object>).fold(state, event, at),
    }
    await world.append(beats, [beat('a', '1'), beat('a', 'too much'), beat('a', '3')])
    const instance = startInstance(world, 'i', [anyFold(strict)])
    await drained(world, counting)
    await instance.stop()
    expect(await sql.query('SELECT total, seq FROM counters')).toEqual([{ total: 2, seq: 2 }])
    expect((await readTopic(world, deadLetters)).map(({ value }) => [value.code, value.message, value.offset])).toEqual([
      ['number_out_of_range', 'too much', 1],
    ])
  })

  test('that takes over goes on in the generation whose state the tables have', async () => {
    await new FoldWorker({ ...engine('one'), generation: 2 }, anyFold(counter)).take(0)
    const later = new FoldWorker(engine('two'), anyFold(counter))
    for (const partition of [0, 1]) await later.take(partition)
    expect(await sql.query('SELECT owner, generation FROM ownership ORDER BY partition')).toEqual([
      { owner: 'two', generation: 2 },
      { owner: 'two', generation: 2 },
    ])
  })

  test('that ticks does not tick again before the last tick is folded by whoever it is for: one that is behind would have ever more to go through', async () => {
    const lines = async () => (await readTopic(world, beats)).filter(({ value }) => (value as Beat | Line).type === 'line').length
    const one = startInstance(world, 'one', [anyFold(averaging)])
    for (let seq = 1; seq <= 6; seq++) {
      await world.append(sums, [{ key: 'a', value: { type: 'sum', owner: 'a', seq, total: 10 * seq } }])
      await systemClock.sleep(150)
    }
    expect(await lines()).toBe(1)
    const two = startInstance(world, 'two', [anyFold(counter)])
    await vi.waitFor(async () => expect(await lines()).toBe(2), 20_000)
    await Promise.all([one.stop(), two.stop()])
  })

  describe('in the middle of a sweep of several pages', () => {
    const OWNERS = 4500
    const owners = Array.from({ length: OWNERS }, (_, i) => `o${i}`)
    const all = [anyFold(counter), anyFold(audit)]
    let calm: unknown[]

    /** Everybody has 1; then a line is drawn at 1, and everybody is swept. */
    async function swept(mishaps: Mishap[]): Promise<unknown[]> {
      world = await newWorld(sql, 1)
      await world.append(
        beats,
        owners.map(owner => beat(owner, '1')),
      )
      const before = startInstance(world, 'before', all)
      await drained(world, all)
      await before.stop()
      await world.append(beats, [{ key: 'all', value: { type: 'line', version: 1, at: 1 } }, beat('o7', '2')])
      const readers = startInstance(world, 'reader', [anyFold(audit)])
      for (let n = 0, instance = startInstance(world, 'i0', counting, { fate: new Fate(mishaps) }); ; ) {
        await drained(world, all, async () => {
          if (!instance.fate.dead) return
          await instance.stop()
          instance = startInstance(world, `i${++n}`, counting, { fate: new Fate(mishaps) })
        })
        await instance.stop()
        break
      }
      await readers.stop()
      expect(mishaps).toEqual([])
      expect(await sql.query('SELECT count(*) AS gaps FROM audits WHERE gaps > 0')).toEqual([{ gaps: 0 }])
      return [
        await sql.query('SELECT * FROM counters ORDER BY owner'),
        await sql.query('SELECT * FROM audits ORDER BY owner'),
        onceEach(await readTopic(world, tallies)).map(({ record, value }) => [record.headers, value]),
      ]
    }

    beforeAll(async () => {
      calm = await swept([])
      expect(await sql.query('SELECT count(*) AS high FROM counters WHERE high AND seq >= 2')).toEqual([{ high: OWNERS }])
    })

    for (const dies of [true, false])
      for (const place of ['folded', 'published', 'committing', 'committed', 'publish half', 'commit answer'] as const)
        test(`${dies ? 'dies' : 'fails'} at ${place}, goes on where it stood, and nobody is swept twice`, async () => {
          // The first commit is that of the line itself; the pages are the second to the fourth.
          expect(await swept([{ place, times: place === 'publish half' ? 2 : 3, dies }])).toEqual(calm)
        })
  })
})
