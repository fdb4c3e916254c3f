import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Sql } from '../../streams/sql.ts'
import { openView, type View, type ViewSpec } from '../../streams/view.ts'
import { type Line, lines } from '../support/counting-topology.ts'
import { countingSql, engineOf, newWorld, type World } from '../support/engine.ts'

interface Newest {
  line: Line | undefined
  applied: number
}

/** The newest line that was drawn; the table has it too. */
const newest: ViewSpec<Newest> = {
  topic: lines,
  writer: 'averaging',
  async load(tx) {
    const [row] = await tx.query('SELECT version, at FROM average')
    return { line: row && { type: 'line', version: row.version as number, at: row.at as number }, applied: 0 }
  },
  apply(view, value) {
    const line = value as Line
    view.applied++
    if (line.version > (view.line?.version ?? 0)) view.line = line
  },
}

describe('a view', { timeout: 60_000 }, () => {
  let sql: Sql
  let world: World
  let following: { stop: () => Promise<void> }[]
  beforeAll(async () => {
    sql = await countingSql()
  })
  afterAll(() => sql.close())
  beforeEach(async () => {
    world = await newWorld(sql, 2)
    following = []
    return async () => {
      for (const { stop } of following) await stop()
    }
  })

  const line = (version: number, at = version * 10): { key: string; value: Line } => ({
    key: 'line',
    value: { type: 'line', version, at },
  })
  const written = async () => (await world.log.offsets(world.names.of(lines)))[0]!.end

  /** What the writer would have committed: its table, and how far its outputs reach. */
  async function commit(version: number, reaches: number): Promise<void> {
    await sql.query(
      'INSERT INTO average VALUES (true, 0, 0, false, $1, $2) ON CONFLICT (one) DO UPDATE SET version = excluded.version, at = excluded.at',
      [version, version * 10],
    )
    await sql.query(
      `INSERT INTO ownership (processor, partition, owner, epoch, generation, next, committed_at, ends) VALUES ('averaging', 0, 'o', 1, 1, 0, 0, $1::jsonb)
       ON CONFLICT (processor, partition) DO UPDATE SET ends = excluded.ends`,
      [JSON.stringify({ [world.names.of(lines)]: { 0: reaches } })],
    )
  }

  function follow(view: View<Newest>): () => Promise<void> {
    const stopping = new AbortController()
    const done = view.follow(stopping.signal)
    const stop = async () => {
      stopping.abort()
      await done
    }
    following.push({ stop })
    return stop
  }

  const reached = (view: View<Newest>, end: number) => expect.poll(() => view.reached({ 0: end }), { timeout: 5000 }).toBe(true)

  test('starts from its table and reads on where the table ends, not from the beginning', async () => {
    await world.append(lines, [line(1), line(2), line(3)])
    await commit(3, 3)
    const view = await openView(engineOf(world, 'i'), newest)
    expect(view.current().line?.version).toBe(3)
    expect(view.reached({ 0: 3 })).toBe(true)
    expect(view.reached({ 0: 4 })).toBe(false)
    follow(view)
    await world.append(lines, [line(4)])
    await reached(view, 4)
    expect(view.current()).toEqual({ line: line(4).value, applied: 1 })
    expect(view.version()).toBe(4)
    expect(view.position(0)).toBe(4)
  })

  test('applies by version: what is out of order or comes again changes nothing', async () => {
    const view = await openView(engineOf(world, 'i'), newest)
    follow(view)
    await world.append(lines, [line(2), line(1), line(2, 99), line(3), line(2), line(3, 99), line(1)])
    await reached(view, 7)
    expect(view.current()).toEqual({ line: line(3).value, applied: 7 })
  })

  test('that was away reads on where it stopped', async () => {
    const view = await openView(engineOf(world, 'i'), newest)
    const stop = follow(view)
    await world.append(lines, [line(1)])
    await reached(view, 1)
    await stop()
    await world.append(lines, [line(2), line(3)])
    follow(view)
    await reached(view, 3)
    expect(view.current()).toEqual({ line: line(3).value, applied: 3 })
  })

  test('that was away while the log let go of what it had not read begins from the table again', async () => {
    const view = await openView(engineOf(world, 'i'), newest)
    const stop = follow(view)
    await world.append(lines, [line(1)])
    await reached(view, 1)
    await stop()
    await world.append(lines, [line(2), line(3)])
    await commit(3, await written())
    await world.log.prune(() => Number.MAX_SAFE_INTEGER)
    expect((await world.log.offsets(world.names.of(lines)))[0]).toEqual({ start: 3, end: 3 })
    follow(view)
    await reached(view, 3)
    expect(view.current().line).toEqual(line(3).value)
  })

  test('of all instances that are as far says the same', async () => {
    await world.append(lines, [line(1), line(2)])
    await commit(2, 2)
    const early = await openView(engineOf(world, 'a'), newest)
    follow(early)
    await world.append(lines, [line(3), line(4)])
    await commit(4, 4)
    const late = await openView(engineOf(world, 'b'), newest)
    follow(late)
    await world.append(lines, [line(5)])
    for (const view of [early, late]) await reached(view, 5)
    expect(early.current().line).toEqual(late.current().line)
    expect(early.version()).toBe(late.version())
  })
})
