import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Marks, markHeaders, markOf, passed, sourceName } from '../../streams/marks.ts'

test('of repeats in every order of crashes the first reading stands, and nothing new is taken for one', () => {
  const sequence = fc.array(fc.record({ offset: fc.integer({ min: 0, max: 9 }), n: fc.integer({ min: 0, max: 3 }) }), {
    minLength: 1,
  })
  fc.assert(
    fc.property(sequence, fc.array(fc.tuple(fc.nat(), fc.nat())), (places, cuts) => {
      const all = [...new Map(places.map(p => [p.offset * 10 + p.n, p])).values()].sort(
        (a, b) => a.offset - b.offset || a.n - b.n,
      )
      // What incarnations that died and began again wrote: each begins at or before where the one before ended.
      const written = [...all]
      for (const [from, length] of cuts) written.splice(all.length, 0, ...all.slice(from % all.length).slice(0, length))
      const marks: Marks = {}
      const read = (offset: number, n: number) => markOf(markHeaders(sourceName('p', 't', 1, 0), offset, n))
      expect(written.filter(({ offset, n }) => !passed(marks, read(offset, n)))).toEqual(all)
    }),
  )
})

test('sources do not stand in for each other', () => {
  const marks: Marks = {}
  expect(passed(marks, markOf(markHeaders(sourceName('a', 't', 1, 0), 5, 0)))).toBe(false)
  for (const other of [
    sourceName('a', 't', 1, 1),
    sourceName('a', 't', 2, 0),
    sourceName('a', 'u', 1, 0),
    sourceName('b', 't', 1, 0),
  ])
    expect(passed(marks, markOf(markHeaders(other, 5, 0)))).toBe(false)
  expect(passed(marks, markOf(markHeaders(sourceName('a', 't', 1, 0), 5, 0)))).toBe(true)
})

test('records of outsiders are never taken for repeats', () => {
  const marks: Marks = {}
  for (const headers of [{}, { ce_id: '1.0' }, { ce_source: 'shop' }, { ce_source: 'shop', ce_id: 'no-number' }])
    for (let i = 0; i < 2; i++) expect(passed(marks, markOf(headers))).toBe(false)
  expect(marks).toEqual({})
})

test('an outsider whose CloudEvents ids look like numbers keeps all of its records', () => {
  const marks: Marks = {}
  const ids = ['10.2', '9.9', '9.10', '10.2']
  expect(ids.map(ce_id => passed(marks, markOf({ ce_source: 'https://shop.example', ce_id })))).toEqual([
    false,
    false,
    false,
    false,
  ])
})
