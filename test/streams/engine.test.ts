import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../streams/clock.ts'
import type { AnyFold, AnyScorer } from '../../streams/processor.ts'
import type { Sql } from '../../streams/sql.ts'
import { mishapsOf, type Sent, sentUpTo } from '../support/arbitraries.ts'
import { beats, countingProcessors, rawBeats, replies, tallies, timelessProcessors } from '../support/counting-topology.ts'
import { countingSql, drained, type Instance, newWorld, startInstance, type World } from '../support/engine.ts'
import { Fate, type Meeting } from '../support/mishaps.ts'
import { onceEach, readTopic } from '../support/read-topic.ts'

const PARTITIONS = 3

const sent = sentUpTo(120)
const mishaps = mishapsOf(4, { minLength: 1, maxLength: 6 })
const batches = fc.infiniteStream(fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 60 })))

/** Everything that lasts. Offsets of the output topics are not part of it: repeats take some. */
async function lasting({ sql, ...world }: World) {
  const all = (table: string, columns = '*') => sql.query(`SELECT ${columns} FROM ${table} ORDER BY 1, 2, 3`)
  return {
    counters: await all('counters'),
    lines: await all('counter_lines'),
    readers: await all('readers'),
    replies: await all('replies', 'owner, seq, total'),
    seen: await all('seen_events', 'processor, partition, hash, appended_at'),
    audits: await all('audits'),
    next: await sql.query("SELECT partition, next FROM ownership WHERE processor = 'counter' ORDER BY 1"),
    tallies: onceEach(await readTopic(world, tallies)).map(({ record, value }) => [record.partition, record.headers, value]),
  }
}

/** The highest number of each owner on the scorer's topic. */
async function newestReplies(world: World) {
  const newest = new Map<string, { owner: string; seq: number; total: number }>()
  for (const { value } of await readTopic(world, replies))
    if (value.seq > (newest.get(value.owner)?.seq ?? 0)) newest.set(value.owner, value)
  return [...newest.values()].sort((a, b) => (a.owner < b.owner ? -1 : 1))
}

async function send(world: World, all: readonly Sent[]): Promise<void> {
  let version = 0
  for (const one of all) {
    if ('line' in one) await world.appendEverywhere(beats, { type: 'line', version: ++version, at: one.line })
    else
      await world.append(beats, [
        { key: one.owner, value: { type: 'beat', id: `${one.n}`, owner: one.owner, amount: one.amount } },
      ])
  }
}

/** Instances of which the dead are replaced. */
class Crew {
  private readonly instances: Instance[] = []
  private readonly world: World
  private readonly processors: readonly (AnyFold | AnyScorer)[]
  private readonly meeting: () => Partial<Meeting>
  private born = 0

  constructor(world: World, processors: readonly (AnyFold | AnyScorer)[], meeting: () => Partial<Meeting>) {
    this.world = world
    this.processors = processors
    this.meeting = meeting
  }

  async keep(count: number): Promise<void> {
    for (const [i, instance] of this.instances.entries()) {
      if (!instance.fate.dead) continue
      this.instances.splice(i, 1)
      await instance.stop()
    }
    while (this.instances.length > count) await this.instances.shift()!.stop()
    while (this.instances.length < count)
      this.instances.push(startInstance(this.world, `i${++this.born}`, this.processors, this.meeting()))
  }

  /** Ends all. An heir takes over from them: it tells what those that died had committed and told nobody. */
  async stop(): Promise<void> {
    await this.keep(0)
    const heir = startInstance(this.world, 'heir', this.processors)
    const others = () => this.world.sql.query("SELECT FROM ownership WHERE owner <> 'heir'")
    while ((await others()).length > 0) await systemClock.sleep(5)
    await heir.stop()
  }
}

describe('the engine', { timeout: 180_000 }, () => {
  let sql: Sql
  beforeAll(async () => {
    sql = await countingSql()
  })
  afterAll(() => sql.close())

  async function calm(all: readonly Sent[]) {
    const world = await newWorld(sql, PARTITIONS)
    await send(world, all)
    const crew = new Crew(world, timelessProcessors, () => ({}))
    await drained(world, timelessProcessors, () => crew.keep(1))
    await crew.stop()
    return { state: await lasting(world), replies: await newestReplies(world) }
  }

  test('a run that crashes, in time or far behind, ends in the same state as one that does not, and whoever reads it counts the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        sent,
        mishaps,
        batches,
        fc.boolean(),
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        async (all, planned, sizes, atomic, count, late) => {
          const still = await calm(all)
          const world = await newWorld(sql, PARTITIONS)
          const coming = [...planned]
          const batch = () => sizes.next().value
          const crew = new Crew(world, timelessProcessors, () => ({ fate: new Fate(coming), atomic, batch, late }))
          await crew.keep(count)
          await send(world, all)
          await drained(world, timelessProcessors, () => crew.keep(count))
          await crew.stop()
          expect({ state: await lasting(world), replies: await newestReplies(world) }).toEqual(still)
          expect(await sql.query('SELECT owner FROM audits WHERE gaps > 0 OR tallies <> last')).toEqual([])
          expect(await newestReplies(world)).toEqual(await sql.query('SELECT owner, seq, total FROM replies ORDER BY owner'))
        },
      ),
      { numRuns: 15, endOnFailure: true }, // a run takes seconds: the first counterexample must do
    )
  })

  test('instances that join and leave all the time lose nothing and count nothing twice', async () => {
    const all: Sent[] = Array.from({ length: 400 }, (_, i) =>
      i % 60 === 59 ? { line: (i * 7) % 90 } : { owner: 'abcdefgh'[i % 8]!, n: Math.floor(i / 12), amount: 1 + (i % 5) },
    )
    const still = await calm(all)
    for (const atomic of [true, false]) {
      const world = await newWorld(sql, PARTITIONS)
      const crew = new Crew(world, timelessProcessors, () => ({ atomic, batch: () => 7, late: atomic }))
      let over = false
      const sending = send(world, all).finally(() => {
        over = true
      })
      for (let i = 0; !over || i < 20; i++) {
        await crew.keep(1 + (i % 3))
        await systemClock.sleep(10)
      }
      await sending
      await drained(world, timelessProcessors, () => crew.keep(2))
      await crew.stop()
      expect({ state: await lasting(world), replies: await newestReplies(world) }).toEqual(still)
    }
  })

  test('ticks, broadcast and sweeps come to the one end there is, however many instances there are and however they crash', async () => {
    await fc.assert(
      fc.asyncProperty(sent, mishaps, fc.boolean(), fc.integer({ min: 1, max: 3 }), async (all, planned, atomic, count) => {
        const world = await newWorld(sql, PARTITIONS)
        const coming = [...planned]
        const crew = new Crew(world, countingProcessors, () => ({ fate: new Fate(coming), atomic }))
        await crew.keep(count)
        const mine = all.flatMap(one => ('line' in one ? [] : [one]))
        await world.append(
          rawBeats,
          mine.map(({ owner, n, amount }, i) => ({
            key: `${i}`,
            value: { id: `${n}`, owner, amount, more: 'unknown fields are left out' },
          })),
        )
        await drained(world, countingProcessors, () => crew.keep(count))
        await crew.stop()
        const [line] = await sql.query('SELECT sum / owners AS at, owners FROM average')
        const [plain] = await sql.query('SELECT floor(avg(total))::bigint AS at, count(*) AS owners FROM counters')
        expect(line).toEqual(plain)
        expect(await sql.query('SELECT DISTINCT at FROM counter_lines')).toEqual([{ at: plain!.at }])
        expect(await sql.query('SELECT owner FROM counters WHERE high <> (total >= $1::bigint)', [plain!.at as number])).toEqual(
          [],
        )
        expect(
          await sql.query('SELECT owner FROM audits a JOIN counters c USING (owner) WHERE gaps > 0 OR a.tallies <> c.seq'),
        ).toEqual([])
        const counted = new Map<string, number>()
        for (const { owner, n, amount } of mine) if (!counted.has(`${owner}/${n}`)) counted.set(`${owner}/${n}`, amount)
        const [{ total }] = (await sql.query('SELECT sum(total)::bigint AS total FROM counters')) as [{ total: number }]
        expect(amountsFit(total, mine)).toBe(true)
      }),
      { numRuns: 8, endOnFailure: true },
    )
  })
})

/** Through three partitions of raw beats any of the duplicates may have come first: the total lies between the least and the most. */
function amountsFit(total: number, all: readonly { owner: string; n: number; amount: number }[]): boolean {
  const least = new Map<string, number>()
  const most = new Map<string, number>()
  for (const { owner, n, amount } of all) {
    const id = `${owner}/${n}`
    least.set(id, Math.min(least.get(id) ?? amount, amount))
    most.set(id, Math.max(most.get(id) ?? amount, amount))
  }
  const sum = (of: Map<string, number>) => [...of.values()].reduce((a, b) => a + b, 0)
  return sum(least) <= total && total <= sum(most)
}
