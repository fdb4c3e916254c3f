import { expect, test } from 'vitest'
import { affinities, foldIn } from '../../../models/factorisation.ts'
import { Random } from '../../../models/random.ts'
import { CHOOSING, candidates } from '../../../models/ranker/candidates.ts'
import { type Histories, HistoriesBuilder } from '../../../models/ranker/histories.ts'
import { learn, type Snapshot } from '../../../models/ranker/learn.ts'
import { SOURCES, SourceScores } from '../../../models/ranker/sources.ts'
import { entryOf } from '../../../models/ranker/sparse-rows.ts'
import { weighings } from '../../../models/ranker/weighing.ts'

const DAY = 86_400_000
const PRODUCTS = 70

function shop(): Histories {
  const builder = new HistoriesBuilder()
  const random = new Random('sources', 1)
  for (let c = 0; c < 120; c++)
    for (let k = 0; k < 12; k++) {
      const product = `p${(c + random.int(0, 20)) % PRODUCTS}`
      builder.add(`c${c}`, product, (k + random.int(0, 9) / 10) * DAY, random.chance(0.2) ? 'looked' : 'bought')
    }
  return builder.build()
}

const histories = shop()
const learnt: Snapshot = learn(
  histories,
  histories.starts.slice(1),
  13 * DAY,
  histories.products.map((_, n) => `thing of shelf ${n % 9}`),
  { buyers: 5, most: 4000, factors: true },
)
const { n, rows, facts, pasts } = learnt

/** What a source says of each item, item by item: of each product of the past its row's entry, and how much the product counts. */
const plainly = (from: keyof typeof rows, weighing: keyof typeof weighings, c: number): number[] => {
  const weights = weighings[weighing](pasts[c]!)
  return Array.from({ length: n }, (_, item) => {
    let sum = 0
    for (const [k, mine] of pasts[c]!.items.entries())
      if (mine >= 0 && weights[k]! > 1e-3) sum += weights[k]! * entryOf(rows[from]!, mine, item)
    return sum
  })
}

test('each source says to the last bit what its rows say of the past, one customer after the other', () => {
  const scores = new SourceScores(learnt)
  expect(n).toBeGreaterThan(60)
  for (const c of [0, 1, 60, 119]) {
    scores.ask(pasts[c]!)
    const said = (name: (typeof SOURCES)[number]) => [...scores.scores[SOURCES.indexOf(name)]!]
    expect(said('together')).toEqual(plainly('together', 'even', c))
    expect(said('together-latest')).toEqual(plainly('together', 'latest', c))
    expect(said('sequence')).toEqual(plainly('sequence', 'recent', c))
    expect(said('touched')).toEqual(plainly('touched', 'touched', c))
    expect(said('demand-28')).toEqual([...facts.demand[1]!])
    for (const [s, of] of scores.scores.entries()) {
      const mean = of.reduce((sum, one) => sum + one, 0) / n
      const variance = of.reduce((sum, one) => sum + one * one, 0) / n - mean * mean
      expect([scores.mean[s], scores.spread[s]]).toEqual([mean, variance > 1e-12 ? Math.sqrt(variance) : 0])
    }
  }
})

test('a customer is drawn to each item as the product of both vectors says, to the last bit', () => {
  const factors = learnt.factors!
  const customer = foldIn(factors, { items: Int32Array.of(1, 5), weights: Float64Array.of(1, 1) })
  for (const many of [0, 1, 3, 4, 6, n]) {
    const out = new Float64Array(many)
    affinities(factors, customer, out)
    const { dimensions: d, items } = factors
    expect([...out]).toEqual(Array.from(out, (_, i) => customer.reduce((sum, value, p) => sum + value * items[i * d + p]!, 0)))
  }
})

test('candidates are the largest sums of what was never bought, largest first, ties by number, and then all that was bought', () => {
  const scores = new SourceScores(learnt)
  const sums = new Float64Array(n)
  for (const c of [0, 7, 90]) {
    const past = pasts[c]!
    scores.ask(past)
    for (const fresh of [0, 5, 30, 500]) {
      const found = candidates(scores, past, fresh, sums)
      const all = Array.from({ length: n }, (_, item) => {
        let sum = 0
        for (const { source, share } of CHOOSING)
          if (scores.spread[source]! > 0)
            sum += (share * (scores.scores[source]![item]! - scores.mean[source]!)) / scores.spread[source]!
        return sum
      })
      const mine = [...past.items].filter((item, k) => item >= 0 && past.times[k]! > 0)
      const others = all.map((_, item) => item).filter(item => !mine.includes(item))
      const chosen = others.sort((a, b) => all[b]! - all[a]! || a - b).slice(0, fresh)
      expect([...found.items]).toEqual([...chosen, ...mine])
      expect(found.fresh).toBe(chosen.length)
      expect([...found.sums]).toEqual([...chosen, ...mine].map(item => all[item]))
      expect([...found.places]).toEqual([...chosen, ...mine].map(item => past.items.indexOf(item)))
    }
  }
})
