import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Tables } from '../../streams/processor.ts'
import type { Sql, Tx } from '../../streams/sql.ts'
import { State } from '../../streams/state.ts'
import { countingSql } from '../support/engine.ts'

interface Entry {
  readonly met: number
}
const spec: Tables<string, { reader: Entry }> = {
  tables: {
    reader: {
      name: 'readers',
      key: ['owner'],
      columns: [{ name: 'met', type: 'bigint', value: e => e.met }],
      entry: row => ({ met: row.met as number }),
      empty: () => ({ met: 0 }),
    },
  },
  keys: owner => ({ reader: [owner] }),
}

/** Bytes of state, where not they but the number of entries is what bounds it. */
const PLENTY = 1 << 30

let sql: Sql
beforeAll(async () => {
  sql = await countingSql()
})
afterAll(() => sql.close())
beforeEach(() => sql.script('TRUNCATE readers, average'))

/** Counts the rows that each question asked for. */
function watched(): { tx: Tx; loads: number[] } {
  const loads: number[] = []
  const tx: Tx = {
    query(text, values) {
      if (text.startsWith('SELECT')) loads.push((values![0] as readonly string[]).length)
      return sql.query(text, values)
    },
    script: text => sql.script(text),
  }
  return { tx, loads }
}

const need = (owners: readonly string[], partition = 0) => owners.map(event => ({ event, partition }))
const met = async () => Object.fromEntries((await sql.query('SELECT owner, met FROM readers')).map(row => [row.owner, row.met]))

async function meet(state: State<string, { reader: Entry }>, owners: readonly string[], partition = 0): Promise<void> {
  for (const place of await state.prepare(sql, need(owners, partition))) {
    const { reader } = state.get(place)
    state.set(place, { reader: { met: reader.met + 1 } })
  }
}

const entryOf = async (state: State<string, { reader: Entry }>, owner: string): Promise<Entry> =>
  state.get((await state.prepare(sql, need([owner])))[0]!).reader

test('a batch asks once for what is missing, and not again for what it knows', async () => {
  const { tx, loads } = watched()
  const state = new State(spec, PLENTY)
  await state.prepare(tx, need(['a', 'b', 'a', 'b', 'c']))
  await state.prepare(tx, need(['a', 'b', 'c']))
  await state.prepare(tx, need(['c', 'd']))
  expect(loads).toEqual([3, 1])
})

test('what changed is written once, and written again only when it changes again', async () => {
  const state = new State(spec, PLENTY)
  await meet(state, ['a', 'b', 'a'])
  await state.save(sql)
  state.saved()
  expect(await met()).toEqual({ a: 2, b: 1 })
  await sql.script('UPDATE readers SET met = 100')
  await state.save(sql)
  expect(await met()).toEqual({ a: 100, b: 100 })
  await meet(state, ['a'])
  const [b] = await state.prepare(sql, need(['b']))
  state.set(b!, state.get(b!))
  await state.save(sql)
  expect(await met()).toEqual({ a: 3, b: 100 })
})

test('a save whose commit failed is made again by the next', async () => {
  const state = new State(spec, PLENTY)
  await meet(state, ['a'])
  await sql
    .transaction(async tx => {
      await state.save(tx)
      throw new Error('failed')
    })
    .catch(() => {})
  expect(await met()).toEqual({})
  await state.save(sql)
  expect(await met()).toEqual({ a: 1 })
})

test('what is forgotten comes from the table again, also what was not saved', async () => {
  const state = new State(spec, PLENTY)
  await meet(state, ['a', 'b'])
  await state.save(sql)
  state.saved()
  await meet(state, ['a'], 0)
  state.forget()
  await state.save(sql)
  expect(await met()).toEqual({ a: 1, b: 1 })
  expect(await entryOf(state, 'a')).toEqual({ met: 1 })
})

test('forgetting one partition leaves the others as they are, with what they have not saved', async () => {
  const state = new State(spec, PLENTY)
  await meet(state, ['a'], 0)
  await meet(state, ['b'], 1)
  state.forget([0])
  await state.save(sql)
  expect(await met()).toEqual({ b: 1 })
})

test('memory is bounded, and neither the batch at hand nor what is not saved is lost to that', async () => {
  const state = new State(spec, PLENTY)
  await meet(state, ['dirty'])
  const many = (from: number, count: number) => Array.from({ length: count }, (_, i) => `o${from + i}`)
  await state.prepare(sql, need(many(0, 100_000)))
  const { tx, loads } = watched()
  await state.prepare(tx, need(['o0', 'o99999', 'fresh']))
  expect(loads).toEqual([1])
  expect(await entryOf(state, 'dirty')).toEqual({ met: 1 })
  await state.prepare(tx, need(many(200_000, 100_000)))
  await state.prepare(tx, need(['o0', 'o200000']))
  await state.prepare(tx, need(many(1, 100))) // these were not needed since
  expect(loads).toEqual([1, 100_000, 100])
  expect(await entryOf(state, 'dirty')).toEqual({ met: 1 })
})

test('memory is bounded in bytes too: of entries that grew large fewer are kept', async () => {
  interface Long {
    readonly text: string
  }
  const state = new State<string, { reader: Long }>(
    {
      tables: {
        reader: {
          name: 'readers',
          key: ['owner'],
          columns: [{ name: 'met', type: 'bigint', value: () => 0 }],
          entry: () => ({ text: 'x'.repeat(100_000) }),
          empty: () => ({ text: 'x'.repeat(100_000) }),
        },
      },
      keys: owner => ({ reader: [owner] }),
    },
    64 << 20,
  )
  const { tx, loads } = watched()
  for (let batch = 0; batch < 30; batch++)
    await state.prepare(tx, need(Array.from({ length: 100 }, (_, i) => `o${batch * 100 + i}`)))
  await state.prepare(tx, need(['o2999', 'o0', 'o1']))
  expect(loads.slice(30)).toEqual([2])
})

test('what is held as a whole is loaded when its partition is taken, and saved with the rest', async () => {
  interface Total {
    sum: number
  }
  const whole = new State<string, { total: Total }>(
    {
      tables: {},
      wholes: {
        total: {
          tables: [],
          told: [],
          load: async tx => ({ sum: ((await tx.query('SELECT sum FROM average'))[0]?.sum as number | undefined) ?? 0 }),
          save: async (tx, { sum }) => {
            await tx.query(
              'INSERT INTO average VALUES (true, $1, 0, false, 0, 0) ON CONFLICT (one) DO UPDATE SET sum = excluded.sum',
              [sum],
            )
          },
        },
      },
      keys: () => ({}),
    },
    PLENTY,
  )
  await whole.own(sql, 0)
  const [place] = await whole.prepare(sql, need(['x']))
  whole.get(place!).total.sum += 5
  await whole.save(sql)
  whole.get(place!).total.sum += 5
  whole.forget([0])
  await whole.own(sql, 0)
  expect(whole.wholeOf(0)).toEqual({ total: { sum: 5 } })
})
