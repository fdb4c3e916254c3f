import { expect, test } from 'vitest'
import { Random } from '../../../models/random.ts'
import { learnText } from '../../../models/ranker/learn-text.ts'
import { addRow, entryOf, sparsify } from '../../../models/ranker/sparse-rows.ts'

test('a row keeps its largest entries by size, negative ones too, and gives them back', () => {
  const n = 40
  const random = new Random('rows', 1)
  const matrix = Float32Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 0 : random.float() * 2 - 1))
  const rows = sparsify(matrix, n, 7)
  for (let i = 0; i < n; i++) {
    const row = matrix.subarray(i * n, (i + 1) * n)
    const kept = new Set([...row.keys()].sort((a, b) => Math.abs(row[b]!) - Math.abs(row[a]!)).slice(0, 7))
    const sums = new Float64Array(n)
    addRow(rows, i, 2, sums)
    for (let j = 0; j < n; j++) {
      expect(entryOf(rows, i, j)).toBe(kept.has(j) ? row[j] : 0)
      expect(sums[j]).toBe(kept.has(j) ? 2 * row[j]! : 0)
    }
  }
})

test('what is narrower than asked is padded with nothing', () => {
  const rows = sparsify(Float32Array.of(0, 3, 0, 0), 2, 256)
  expect([rows.width, entryOf(rows, 0, 1), entryOf(rows, 1, 0), entryOf(rows, 1, 1)]).toEqual([2, 3, 0, 0])
})

test('texts are alike by the rare words they share, in Urdu as in English; one without text is like none', () => {
  const rows = learnText(['red tea pot', 'blue tea pot', 'چائے کی پتی', 'سبز چائے', undefined, 'pot'], 6)
  const red = (other: number) => entryOf(rows, 0, other)
  expect(red(0)).toBeCloseTo(1, 6)
  expect(red(1)).toBeGreaterThan(red(5))
  expect(red(2)).toBe(0)
  expect(entryOf(rows, 2, 3)).toBeGreaterThan(0.1)
  for (let other = 0; other < 6; other++) expect(entryOf(rows, 4, other)).toBe(0)
})
