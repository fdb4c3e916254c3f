import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../../streams/clock.ts'
import { Held, Ownership } from '../../../streams/ownership.ts'
import { type AnyFold, type AnyScorer, anyFold, anyScorer } from '../../../streams/processor.ts'
import { type RebuildOptions, rebuild } from '../../../streams/rebuild/rebuild.ts'
import { abandon, RebuildBusy } from '../../../streams/rebuild/rebuild-row.ts'
import type { Sql } from '../../../streams/sql.ts'
import { mishapsOf, type Sent, sentUpTo } from '../../support/arbitraries.ts'
import { audit, beats, counter, replier, replies, tallies, timelessProcessors } from '../../support/counting-topology.ts'
import { countingSql, drained, engineOf, type Instance, newWorld, startInstance, type World } from '../../support/engine.ts'
import { Died, Fate, type Meeting, type Mishap, mortalLog, mortalSql } from '../../support/mishaps.ts'
import { readTopic } from '../../support/read-topic.ts'

const PARTITIONS = 3

const sent = sentUpTo(90)
const mishaps = mishapsOf(12, { maxLength: 4 })

let version = 0
async function send(world: World, all: readonly Sent[]): Promise<void> {
  for (const one of all) {
    if ('line' in one) await world.appendEverywhere(beats, { type: 'line', version: ++version, at: one.line })
    else
      await world.append(beats, [
        { key: one.owner, value: { type: 'beat', id: `${one.n}`, owner: one.owner, amount: one.amount } },
      ])
  }
}

/** Everything that lasts of the state. */
async function state({ sql }: World) {
  const all = (table: string, columns = '*') => sql.query(`SELECT ${columns} FROM ${table} ORDER BY 1, 2, 3`)
  return {
    counters: await all('counters'),
    lines: await all('counter_lines'),
    audits: await all('audits'),
    readers: await all('readers'),
    seen: await all('seen_events', 'processor, partition, hash, appended_at'),
    next: await sql.query("SELECT partition, next FROM ownership WHERE processor = 'counter' ORDER BY 1"),
  }
}

/** What outsiders are told, each once. */
const told = async (world: World) =>
  [...new Set((await readTopic(world, tallies)).map(({ value }) => JSON.stringify(value)))].sort()

/** An instance that is replaced when it dies, until it is stopped. */
function keepAlive(world: World, processors: readonly (AnyFold | AnyScorer)[], meeting: () => Partial<Meeting> = () => ({})) {
  let [born, over] = [0, false]
  const life = (async () => {
    while (!over) {
      const instance: Instance = startInstance(world, `i${++born}`, processors, meeting())
      while (!over && !instance.fate.dead) await systemClock.sleep(5)
      await instance.stop()
    }
  })()
  return {
    async stop() {
      over = true
      await life
    },
  }
}

const options = (
  world: World,
  processors: readonly (AnyFold | AnyScorer)[],
  more: Partial<RebuildOptions> = {},
): RebuildOptions => ({
  engine: engineOf(world, 'rebuild'),
  processors,
  code: 'test',
  ...more,
})

/** Rebuilds, as often as it takes: a rebuilder that dies is followed by another, once its lease is over. */
async function rebuiltByMortals(world: World, name: string, processors: readonly (AnyFold | AnyScorer)[], planned: Mishap[]) {
  for (let n = 1; ; n++) {
    const fate = new Fate(planned)
    const meeting = { fate, atomic: true, batch: () => 7 }
    const engine = engineOf(world, `r${n}`, {
      sql: mortalSql(world.sql, fate),
      log: mortalLog(world.log, world.sql, meeting),
      at: point => fate.meet(point),
    })
    try {
      return await rebuild(name, options(world, processors, { engine }))
    } catch (error) {
      if (!(error instanceof Died) && !(error instanceof Error && error.message.startsWith('failed at'))) throw error
      await world.sql.query('UPDATE rebuilds SET lease_until = 0') // as if its time had passed
    }
  }
}

describe('a rebuild', { timeout: 240_000 }, () => {
  let sql: Sql
  beforeAll(async () => {
    sql = await countingSql()
  })
  afterAll(() => sql.close())

  async function calm(all: readonly Sent[], processors = timelessProcessors) {
    version = 0
    const world = await newWorld(sql, PARTITIONS)
    await send(world, all)
    const live = keepAlive(world, processors)
    await drained(world, processors)
    await live.stop()
    return { state: await state(world), told: await told(world) }
  }

  test('under load, with whoever serves and whoever rebuilds dying on the way, ends in the state and the words of a run without', async () => {
    await fc.assert(
      fc.asyncProperty(sent, mishaps, mishaps, fc.boolean(), fc.nat(), async (all, ofServer, ofRebuilder, atomic, cut) => {
        const still = await calm(all)
        version = 0
        const world = await newWorld(sql, PARTITIONS)
        const before = all.slice(0, cut % all.length)
        const coming = [...ofServer]
        await send(world, before)
        const live = keepAlive(world, timelessProcessors, () => ({ fate: new Fate(coming), atomic }))
        const sending = send(world, all.slice(before.length))
        const rebuilt = await rebuiltByMortals(world, 'counter', timelessProcessors, [...ofRebuilder])
        expect(rebuilt).toMatchObject({ processors: ['counter', 'audit', 'replier'], complete: true })
        await sending
        await drained(world, timelessProcessors)
        await live.stop()
        expect(await state(world)).toEqual(still.state)
        expect(await told(world)).toEqual(still.told)
        expect(await sql.query('SELECT owner FROM audits WHERE gaps > 0')).toEqual([])
        expect(await sql.query('SELECT DISTINCT processor FROM ownership WHERE generation > 1 ORDER BY 1')).toHaveLength(3)
        expect(await sql.query("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'rebuild%'")).toEqual([])
      }),
      { numRuns: 12, endOnFailure: true },
    )
  })

  const doubled = anyFold({
    ...counter,
    fold: (state, event, at) => counter.fold(state, event.type === 'beat' ? { ...event, amount: event.amount * 2 } : event, at),
  })
  const some: Sent[] = Array.from({ length: 200 }, (_, i) =>
    i % 60 === 59 ? { line: (i * 7) % 90 } : { owner: 'abcdefgh'[i % 8]!, n: Math.floor(i / 8), amount: 1 + (i % 5) },
  )
  const changed = [doubled, anyFold(audit), anyScorer(replier)]

  test('with a changed fold ends in what that fold makes of the whole log, and the old state serves until it is there', async () => {
    const still = await calm(some, changed)
    version = 0
    const world = await newWorld(sql, PARTITIONS)
    const old = keepAlive(world, timelessProcessors)
    await send(world, some.slice(0, 150))
    await drained(world, timelessProcessors)
    await old.stop()
    const served = async () => (await sql.query('SELECT sum(total)::bigint AS total, count(*) AS owners FROM counters'))[0]!
    const before = await served()
    const live = keepAlive(world, changed)
    let [seen, over] = [new Set<string>(), false]
    const watching = (async () => {
      while (!over) seen.add(JSON.stringify(await served()))
    })()
    await rebuild('counter', options(world, changed))
    over = true
    await watching
    const after = await served()
    expect([...seen].filter(one => one !== JSON.stringify(after))).toEqual([JSON.stringify(before)])
    expect(after).toEqual({ total: 2 * (before.total as number), owners: before.owners })
    await send(world, some.slice(150))
    await drained(world, changed)
    await live.stop()
    const { counters, audits, readers } = await state(world)
    expect({ counters, audits, readers }).toEqual({
      counters: still.state.counters,
      audits: still.state.audits,
      readers: still.state.readers,
    })
  })

  test('tells the world nothing: no topic has a record more than before, and recorded answers stay as they are', async () => {
    const world = await newWorld(sql, PARTITIONS)
    const live = keepAlive(world, timelessProcessors)
    await send(world, some)
    await drained(world, timelessProcessors)
    const everything = async () => ({
      ends: await sql.query('SELECT topic, partition, next FROM log_heads ORDER BY 1, 2'),
      replies: await sql.query('SELECT owner, seq, total, batch FROM replies ORDER BY 1'),
    })
    const before = await everything()
    await rebuild('counter', options(world, timelessProcessors))
    // Scorers publish their last committed batch again when they take a partition: a repeat under the same numbers.
    const after = await everything()
    const withoutReplies = ({ ends }: typeof before) => ends.filter(({ topic }) => topic !== world.names.of(replies))
    expect(withoutReplies(after)).toEqual(withoutReplies(before))
    expect(after.replies).toEqual(before.replies)
    await live.stop()
  })

  test('of a processor in the middle rebuilds only what is downstream of it', async () => {
    const world = await newWorld(sql, PARTITIONS)
    const live = keepAlive(world, timelessProcessors)
    await send(world, some)
    await drained(world, timelessProcessors)
    const before = await state(world)
    await sql.query('UPDATE audits SET tallies = 0')
    expect(await rebuild('audit', options(world, timelessProcessors))).toMatchObject({ processors: ['audit'], complete: true })
    await live.stop()
    expect(await state(world)).toEqual(before)
  })

  test('stopped goes on where it was; given up it leaves no trace; begun by other code it must begin anew', async () => {
    const world = await newWorld(sql, PARTITIONS)
    await send(world, some)
    const live = keepAlive(world, timelessProcessors)
    await drained(world, timelessProcessors)
    const before = await state(world)
    await live.stop() // nobody comes to rest, so it cannot come to an end
    const stop = new AbortController()
    const stopped = await rebuild(
      'counter',
      options(world, timelessProcessors, { signal: AbortSignal.any([stop.signal, AbortSignal.timeout(10)]) }),
    )
    expect(stopped.complete).toBe(false)
    await expect(rebuild('audit', options(world, timelessProcessors))).rejects.toThrow(/A rebuild of counter is unfinished/)
    await expect(rebuild('counter', options(world, timelessProcessors, { code: 'other' }))).rejects.toThrow(/--from-start/)
    await sql.query("UPDATE rebuilds SET lease_until = 9e15 WHERE status = 'running'")
    await expect(rebuild('counter', options(world, timelessProcessors))).rejects.toThrow(RebuildBusy)
    await sql.query('UPDATE rebuilds SET lease_until = 0')
    await expect(rebuild('audit', options(world, timelessProcessors, { fromStart: true }))).rejects.toThrow(
      /of counter is unfinished/,
    )
    await expect(abandon(sql, 'audit', 0)).rejects.toThrow(/of counter is unfinished/)
    expect(await abandon(sql, 'counter', 0)).toBe(true)
    expect(await abandon(sql, 'counter', 0)).toBe(false)
    expect(await state(world)).toEqual(before)
    const resumed: boolean[] = []
    const onBegin: RebuildOptions['onBegin'] = begun => resumed.push(begun.resumed)
    await rebuild('counter', options(world, timelessProcessors, { onBegin, signal: AbortSignal.timeout(10) }))
    await rebuild('counter', options(world, timelessProcessors, { onBegin }))
    expect(resumed).toEqual([false, true])
    const again = keepAlive(world, timelessProcessors)
    await drained(world, timelessProcessors)
    await again.stop()
    expect(await state(world)).toEqual(before)
  })

  test('is refused where history is gone, or is of another generation than the state that serves', async () => {
    const world = await newWorld(sql, PARTITIONS)
    const live = keepAlive(world, timelessProcessors)
    await send(world, some)
    await drained(world, timelessProcessors)
    await rebuild('counter', options(world, timelessProcessors))
    await expect(rebuild('audit', options(world, timelessProcessors))).rejects.toThrow(
      /What audit was told before counter was rebuilt is of an older generation: rebuild counter instead/,
    )
    await live.stop()
    await sql.query('UPDATE log_heads SET start = 1 WHERE topic = $1 AND partition = 1', [world.names.of(beats)])
    await expect(rebuild('counter', options(world, timelessProcessors))).rejects.toThrow(
      /The history of counter is gone: test\.beats\.v1\/1 does not begin at its first record any more\./,
    )
  })

  test('is refused where a view of somebody else hangs on a table that would be replaced; grants come along', async () => {
    const world = await newWorld(sql, PARTITIONS)
    const live = keepAlive(world, timelessProcessors)
    await send(world, some)
    await sql.script('CREATE VIEW watchers AS SELECT count(*) FROM counters')
    await expect(rebuild('counter', options(world, timelessProcessors))).rejects.toThrow(/read by views \(watchers\)/)
    await sql.script('DROP VIEW watchers')
    await sql.script('CREATE ROLE analyst; GRANT SELECT ON counters TO analyst')
    await rebuild('counter', options(world, timelessProcessors))
    await live.stop()
    const [row] = await sql.query("SELECT has_table_privilege('analyst', 'counters', 'SELECT') AS may")
    expect(row).toEqual({ may: true })
    await sql.script('DROP OWNED BY analyst; DROP ROLE analyst')
  })

  test('that dies while it holds partitions gives them back when its time has passed', async () => {
    const world = await newWorld(sql, PARTITIONS)
    const ownership = new Ownership('counter', 'me', 1)
    await ownership.take(world.sql, 0, 0)
    await sql.query("UPDATE ownership SET owner = 'a rebuild', held_by = 'a rebuild', held_until = 9e15")
    await expect(ownership.take(world.sql, 0, 0)).rejects.toThrow(Held)
    await sql.query('UPDATE ownership SET held_until = 1')
    expect(await ownership.take(world.sql, 0, 0)).toMatchObject({ partition: 0, epoch: 2 })
  })
})
