import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Sql } from '../../streams/sql.ts'
import { keyText, loadEntries, saveEntries, type Table } from '../../streams/table.ts'
import { countingSql } from '../support/engine.ts'

interface Shelf {
  readonly count: number
  readonly weight: number
  readonly label: string | null
  readonly bag: unknown
  readonly open: boolean | null
}

const shelves: Table<Shelf> = {
  name: 'shelves',
  key: ['house', 'room'],
  columns: [
    { name: 'count', type: 'bigint', value: s => s.count },
    { name: 'weight', type: 'double precision', value: s => s.weight },
    { name: 'label', type: 'text', value: s => s.label },
    { name: 'bag', type: 'jsonb', value: s => (s.bag === undefined ? null : JSON.stringify(s.bag)) },
    { name: 'open', type: 'boolean', value: s => s.open },
  ],
  entry: row => ({
    count: row.count as number,
    weight: row.weight as number,
    label: row.label as string | null,
    bag: row.bag === null ? undefined : row.bag,
    open: row.open as boolean | null,
  }),
  empty: () => ({ count: 0, weight: 0, label: null, bag: undefined, open: null }),
}

let sql: Sql
beforeAll(async () => {
  sql = await countingSql()
  await sql.script(
    'CREATE TABLE shelves (house text, room text, partition integer NOT NULL, count bigint, weight double precision, label text, bag jsonb, open boolean, PRIMARY KEY (house, room))',
  )
})
afterAll(() => sql.close())
beforeEach(() => sql.script('TRUNCATE shelves'))

/** What Postgres keeps as it is: text without NUL and lone surrogates. */
const text = fc.string({ unit: 'grapheme-composite', minLength: 1, maxLength: 12 }).filter(s => !/\p{Cc}/u.test(s))
const shelf: fc.Arbitrary<Shelf> = fc.record({
  count: fc.maxSafeInteger(),
  weight: fc.double({ noNaN: true, noDefaultInfinity: true }).map(x => x + 0 || 0), // Postgres keeps −0, JSON does not
  label: fc.option(text),
  bag: fc
    .oneof(fc.constant(undefined), fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean())))
    .map(bag => (bag === undefined ? bag : { ...bag })),
  open: fc.option(fc.boolean()),
})

test('what was saved comes back, whether it was inserted or replaced, and absent keys stay absent', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.tuple(text, text, shelf, shelf), { selector: ([a, b]) => keyText([a, b]), maxLength: 20 }),
      async all => {
        await sql.script('TRUNCATE shelves')
        for (const turn of [2, 3] as const) {
          await saveEntries(
            sql,
            shelves,
            all.map(one => ({ key: [one[0], one[1]] as const, partition: 1, entry: one[turn] })),
          )
          const found = await loadEntries(sql, shelves, [...all.map(([a, b]) => [a, b] as const), ['nobody', 'nowhere']])
          expect(found).toEqual(new Map(all.map(one => [keyText([one[0], one[1]]), one[turn]])))
        }
      },
    ),
    { numRuns: 30 },
  )
})

test('a null in a jsonb column is no value, not the JSON null', async () => {
  await saveEntries(sql, shelves, [{ key: ['a', 'b'], partition: 0, entry: shelves.empty(['a', 'b']) }])
  expect(await sql.query('SELECT bag IS NULL AS absent FROM shelves')).toEqual([{ absent: true }])
})

test('keys of two parts are told apart', async () => {
  const entry = { ...shelves.empty(['', '']), count: 1 }
  await saveEntries(sql, shelves, [{ key: ['ab', 'c'], partition: 0, entry }])
  expect(
    (
      await loadEntries(sql, shelves, [
        ['a', 'bc'],
        ['c', 'ab'],
      ])
    ).size,
  ).toBe(0)
  expect(keyText(['ab', 'c'])).not.toBe(keyText(['a', 'bc']))
})

test('where rows are only inserted the first owner of a key stays', async () => {
  const once = { ...shelves, insertOnly: true }
  const entry = (count: number) => ({ ...shelves.empty(['', '']), count })
  await saveEntries(sql, once, [{ key: ['a', 'b'], partition: 1, entry: entry(1) }])
  await saveEntries(sql, once, [
    { key: ['a', 'b'], partition: 2, entry: entry(2) },
    { key: ['c', 'd'], partition: 2, entry: entry(3) },
  ])
  expect(await sql.query('SELECT house, partition, count FROM shelves ORDER BY house')).toEqual([
    { house: 'a', partition: 1, count: 1 },
    { house: 'c', partition: 2, count: 3 },
  ])
})
