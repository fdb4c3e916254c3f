import { expect, test } from 'vitest'
import { knownOf, userKnn } from '../../../models/evaluation/baselines.ts'
import { ratingNeighbours, ratingSgd, ratingsOf } from '../../../models/evaluation/rating-baselines.ts'
import { Random } from '../../../models/random.ts'
import { HistoriesBuilder } from '../../../models/ranker/histories.ts'
import { pastOf } from '../../../models/ranker/past.ts'

/** Users of two tastes, who rate what they like 5 and the rest 1 or 2; nobody rated everything. */
const random = new Random('rated')
const rows = Array.from({ length: 80 * 12 }, (_, k) => {
  const [user, item] = [k % 80, random.int(0, 19)]
  return { user: `u${user}`, item: `i${item}`, at: k, rating: user % 2 === item % 2 ? 5 : random.int(1, 2) }
})
const builder = new HistoriesBuilder()
for (const { user, item, at, rating } of rows) builder.add(user, item, at, rating >= 4 ? 'bought' : 'disliked')
const histories = builder.build()
const known = knownOf(histories)
const given = ratingsOf(histories, known, rows)

test.each([ratingSgd(known, given), ratingNeighbours(known, given), userKnn(known)])(
  '$name puts what a user has not rated and those of their taste like before the rest',
  ({ score }) => {
    let [right, all] = [0, 0]
    for (const [c, past] of known.pasts.entries()) {
      const had = new Set(given[c]!.items)
      const scores = score(past)
      const open = [...scores.keys()].filter(item => !had.has(item)).sort((a, b) => scores[b]! - scores[a]!)
      const taste = Number(histories.customers[c]!.slice(1)) % 2
      for (const item of open.slice(0, 2)) {
        all++
        if (Number(known.products[item]!.slice(1)) % 2 === taste) right++
      }
    }
    expect(right / all).toBeGreaterThan(0.9)
  },
)

test('of several ratings of one product the last counts', () => {
  const twice = ratingsOf(histories, known, [...rows, { user: 'u1', item: 'i1', rating: 3 }])
  const c = histories.customers.indexOf('u1')
  const at = twice[c]!.items.indexOf(known.products.indexOf('i1'))
  expect(twice[c]!.weights[at]).toBe(3)
})

test('somebody never met gets what everybody likes, in numbers', () => {
  const nobody = pastOf(histories, 0, histories.starts[0]!, known.numbers)
  for (const { score } of [ratingSgd(known, given), ratingNeighbours(known, given), userKnn(known)])
    expect([...score(nobody)].every(Number.isFinite)).toBe(true)
})
