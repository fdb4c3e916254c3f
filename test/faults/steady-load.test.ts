import fc from 'fast-check'
import { expect, test } from 'vitest'
import { slope } from './slope.ts'
import { judge, type Look } from './steady-load.ts'

const SECONDS = 600

/** Ten minutes of a process whose heap fills and is collected, and which now and then is behind for a moment. */
const looks = (more: (second: number) => Partial<Look> = () => ({})): Look[] =>
  Array.from({ length: SECONDS }, (_, second) => ({
    at: second * 1000,
    heap: 200 + (second % 17) * 8,
    resident: 600 + (second % 5),
    handles: 60 + (second % 3),
    behind: second % 50 === 0 ? 2 : 0.01,
    ...more(second),
  }))

test('a process that breathes is not taken for one that grows', () => {
  expect(() => judge(looks())).not.toThrow()
})

test.each<[string, (second: number) => Partial<Look>]>([
  ['heap', second => ({ heap: 200 + (second % 17) * 8 + second / 10 })],
  ['resident', second => ({ resident: 600 + second / 4 })],
  ['handles', second => ({ handles: 60 + Math.floor(second / 20) })],
  ['behind', second => ({ behind: second / 60 })],
])('a leak of %s is seen, however much the rest breathes', (what, more) => {
  expect(() => judge(looks(more))).toThrow(`${what} grows`)
})

test('the slope of a line is that of the line, and outliers do not move it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -50, max: 50 }),
      fc.integer({ min: -100, max: 100 }),
      fc.integer({ min: 1, max: 3 }),
      (a, b, wild) => {
        const points = Array.from({ length: 20 }, (_, x): [number, number] => [x, x % 7 === 3 && x < wild * 7 ? 1e6 : a * x + b])
        expect(slope(points)).toBeCloseTo(a, 6)
      },
    ),
  )
})
