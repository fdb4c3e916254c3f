import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NO_SEGMENT } from '../../../models/analytics/rfm/rfm-table.ts'
import { type Moved, type Standing, segmentMovement } from '../../../models/analytics/segment-movement.ts'

const names = ['Champions', 'Loyal', 'Lost']
const standing: fc.Arbitrary<Standing> = fc
  .uniqueArray(fc.constantFrom(...names, 'New'), { minLength: 1 })
  .chain(own =>
    fc
      .array(fc.oneof(fc.integer({ min: 0, max: own.length - 1 }), fc.constant(NO_SEGMENT)), { maxLength: 40 })
      .map(segment => ({ names: own, segment: Uint8Array.from(segment) })),
  )
const sum = (moved: readonly Moved[]) => moved.reduce((all, { customers }) => all + customers, 0)
const at = ({ names: own, segment }: Standing, c: number) => own[segment[c] ?? NO_SEGMENT] ?? null

test('links are what walking customer by customer counts, and add up to the customers of either snapshot', () => {
  fc.assert(
    fc.property(standing, standing, (first, second) => {
      const many = Math.max(first.segment.length, second.segment.length)
      const walked = new Map<string, number>()
      for (let c = 0; c < many; c++) {
        const [from, to] = [at(first, c), at(second, c)]
        if (from === null && to === null) continue
        const key = JSON.stringify([from, to])
        walked.set(key, (walked.get(key) ?? 0) + 1)
      }
      const moved = segmentMovement(first, second)
      expect(new Map(moved.map(({ from, to, customers }) => [JSON.stringify([from, to]), customers]))).toEqual(walked)
      const customers = (one: Standing) => one.segment.filter((_, c) => at(one, c) !== null).length
      expect(sum(moved.filter(({ from }) => from !== null))).toBe(customers(first))
      expect(sum(moved.filter(({ to }) => to !== null))).toBe(customers(second))
    }),
  )
})

test('who is new or gone comes from nowhere or goes there; who was never a customer is not counted', () => {
  const first = { names, segment: Uint8Array.of(0, 1, NO_SEGMENT) }
  const second = { names, segment: Uint8Array.of(1, NO_SEGMENT, NO_SEGMENT, 2) }
  expect(segmentMovement(first, second)).toEqual([
    { from: 'Champions', to: 'Loyal', customers: 1 },
    { from: 'Loyal', to: null, customers: 1 },
    { from: null, to: 'Lost', customers: 1 },
  ])
})
