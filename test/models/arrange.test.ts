import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Arrangeable, arrange } from '../../models/arrange.ts'

const plain = { nats: 0, alike: () => 0, share: () => 0 }
const ids = (shown: readonly { one: Arrangeable }[]) => shown.map(({ one }) => one.id)
const some = fc.uniqueArray(
  fc.record({
    id: fc.string({ minLength: 1 }),
    score: fc.double({ min: 0, max: 1, noNaN: true }),
    lean: fc.double({ min: -1, max: 1, noNaN: true }),
    category: fc.constantFrom('bags', 'cups', undefined),
  }),
  { selector: ({ id }) => id, maxLength: 12 },
)

test('without rules and variety the order is that of the scores, ties by id, and scores stay as they are', () => {
  const all = [0.2, 0.9, 0.5, 0.5].map((score, i) => ({ id: 'dabc'[i]!, score, lean: 0 }))
  const shown = arrange(all, 3, plain)
  expect(ids(shown)).toEqual(['a', 'b', 'c'])
  for (const { one, score } of shown) expect(score).toBeCloseTo(one.score)
})

test('a rule moves what it leans to before what was nearly as good, not before what was far better', () => {
  const shown = arrange(
    [
      { id: 'best', score: 0.9, lean: 0 },
      { id: 'good', score: 0.5, lean: 0 },
      { id: 'leant to', score: 0.49, lean: 0.1 },
    ],
    3,
    plain,
  )
  expect(ids(shown)).toEqual(['best', 'leant to', 'good'])
})

test('what is the same as something already shown makes room for what is not', () => {
  const all = ['red bag', 'blue bag', 'cup'].map((id, i) => ({ id, score: 0.9 - i / 100, lean: 0 }))
  const bags = (a: Arrangeable, b: Arrangeable) => (a.id.endsWith('bag') && b.id.endsWith('bag') ? 1 : 0)
  expect(ids(arrange(all, 3, { ...plain, nats: 1, alike: bags }))).toEqual(['red bag', 'cup', 'blue bag'])
})

test('a category that is none of the customer’s gives way to others before it fills the list, one that is all theirs does not', () => {
  const all = ['bags', 'bags', 'bags', 'cups'].map((category, i) => ({
    id: `${category}${i}`,
    score: 0.9 - i / 100,
    lean: 0,
    category,
  }))
  const byShare = (bags: number) =>
    ids(arrange(all, 4, { ...plain, nats: 1, share: category => (category === 'bags' ? bags : 0) }))
  expect(byShare(0)).toEqual(['bags0', 'cups3', 'bags1', 'bags2'])
  expect(byShare(0.5)).toEqual(['bags0', 'bags1', 'cups3', 'bags2'])
  expect(byShare(1)).toEqual(['bags0', 'bags1', 'bags2', 'cups3'])
})

test('scores come out falling, between 0 and 1, and everything there is room for is shown once', () => {
  fc.assert(
    fc.property(some, fc.nat(15), fc.double({ min: 0, max: 2, noNaN: true }), (all, most, nats) => {
      const alike = (a: Arrangeable, b: Arrangeable) => (a.id[0] === b.id[0] ? 1 : 0.2)
      const shown = arrange(all, most, { nats, alike, share: category => (category === 'bags' ? 0.7 : 0) })
      expect(new Set(ids(shown)).size).toBe(Math.min(most, all.length))
      for (const [i, { score }] of shown.entries()) {
        expect(score).toBeGreaterThanOrEqual(0)
        expect(score).toBeLessThanOrEqual(shown[i - 1]?.score ?? 1)
      }
    }),
  )
})
