import { describe, expect, test, vi } from 'vitest'
import { askForest } from '../../../models/forest.ts'
import { Random } from '../../../models/random.ts'
import { FEATURES } from '../../../models/ranker/features.ts'
import { type Histories, HistoriesBuilder } from '../../../models/ranker/histories.ts'
import { learn } from '../../../models/ranker/learn.ts'
import type { OutsideTrees } from '../../../models/ranker/outside-trees.ts'
import { pastOf } from '../../../models/ranker/past.ts'
import { Ranker } from '../../../models/ranker/rank.ts'
import { rankedStandings } from '../../../models/ranker/ranked-standings.ts'
import { decodeRanker, encodeRanker } from '../../../models/ranker/ranker-model.ts'
import { splits } from '../../../models/ranker/splits.ts'
import { lessonsOf, train } from '../../../models/ranker/train.ts'
import { addExamples, Examples } from '../../../models/ranker/train-judges.ts'

// Training takes a core for some seconds, and a busy machine takes its time.
vi.setConfig({ testTimeout: 180_000 })

const DAY = 86_400_000
const GROUPS = 6
const PER_GROUP = 12

/** Customers who each buy of one group of products, and some thing of theirs again every month. */
function shop(customers: number): Histories {
  const builder = new HistoriesBuilder()
  const random = new Random('ranker', 1)
  for (let c = 0; c < customers; c++) {
    const group = c % GROUPS
    const staple = `${group}-${random.int(0, PER_GROUP - 1)}`
    for (let day = random.int(0, 29); day < 300; day += 30) {
      builder.add(`c${c}`, staple, day * DAY, 'bought')
      const product = random.float() < 0.9 ? `${group}-${random.int(0, PER_GROUP - 1)}` : `${random.int(0, GROUPS - 1)}-0`
      builder.add(`c${c}`, product, day * DAY, 'bought')
    }
  }
  return builder.build()
}

const quiet = { present: undefined, say: () => {} }

describe('a ranker learnt from a shop of groups', () => {
  const histories = shop(360)
  const trained = train({ histories, texts: histories.products.map(() => undefined), ...quiet })!
  const ranker = new Ranker(decodeRanker(encodeRanker(trained.model)))
  const numbers = Int32Array.from(histories.products, product => ranker.numberOf(product) ?? -1)
  const rankedFor = (c: number) => {
    const past = pastOf(histories, c, histories.starts[c + 1]!, numbers)
    const { items, scores, places } = ranker.rank(past, 20, trained.model.asOf)
    return [...items.keys()]
      .sort((a, b) => scores[b]! - scores[a]!)
      .map(row => ({ product: trained.model.products[items[row]!]!, owned: places[row]! >= 0 }))
  }

  test('judges beat the plain sum of all sources for customers whom they never saw, and say so', () => {
    const { all, fresh, customers, products } = trained.report
    expect([customers, products]).toEqual([360, GROUPS * PER_GROUP])
    expect(all.kept).toBe('trained')
    expect(all.trained).toBeGreaterThan(all.plain)
    expect(all.heldBack).toBeGreaterThan(20)
    expect(fresh.trained ?? fresh.plain).toBeGreaterThan(0)
  })

  test('what is new to a customer is of their group; what they buy every month comes before it', () => {
    let [inGroup, all, stapleFirst] = [0, 0, 0]
    for (let c = 0; c < 60; c++) {
      const ranked = rankedFor(c)
      for (const { product } of ranked.filter(({ owned }) => !owned).slice(0, 3)) {
        all++
        if (product.startsWith(`${c % GROUPS}-`)) inGroup++
      }
      if (ranked[0]!.owned) stapleFirst++
    }
    expect(inGroup / all).toBeGreaterThan(0.9)
    expect(stapleFirst).toBeGreaterThan(50)
  })

  test('why products stand where they do is told by their judge, in whose order they stand, with a leaning on top', () => {
    for (let c = 0; c < 20; c++) {
      const past = pastOf(histories, c, histories.starts[c + 1]!, numbers)
      const { items, scores, places } = ranker.rank(past, 20, trained.model.asOf)
      const leaning = new Float64Array(trained.model.n).fill(0.5)
      const told = (lean?: Float64Array) => rankedStandings(trained.model.judges, ranker.last!, [...items], lean)
      const rows = [...items.keys()].sort((a, b) => scores[b]! - scores[a]!)
      for (const [by, those] of [
        ['new', rows.filter(row => places[row]! < 0)],
        ['all', rows.filter(row => places[row]! >= 0)],
      ] as const) {
        const standings = those.map(row => told().get(items[row]!)!)
        expect(standings.map(one => one.by)).toEqual(those.map(() => by))
        expect(standings.map(({ score }) => score)).toEqual(standings.map(({ score }) => score).sort((a, b) => b - a))
        expect(standings.every(({ strongest }) => strongest.length === 3)).toBe(true)
        for (const [k, row] of those.entries())
          expect(told(leaning).get(items[row]!)!.score).toBeCloseTo(standings[k]!.score + 0.5, 9)
      }
    }
  })

  test('judges that are no better than the present ones do not take their place', () => {
    const { report } = train({
      histories,
      texts: histories.products.map(() => undefined),
      present: trained.model.judges,
      say: () => {},
    })!
    expect([report.all.kept, report.fresh.kept === 'trained']).toEqual(['present', false])
  })
})

test('trees from elsewhere that order lists held back worse do not take the place of our own', () => {
  const histories = shop(200)
  const told = { histories, texts: histories.products.map(() => undefined), ...quiet }
  const { model } = train(told)!
  const own = model.judges.all.forest
  const trainedWith = (ask: OutsideTrees['ask']) => train({ ...told, outside: { digest: 'abc', ask } })!
  const backwards = trainedWith((_, values) => askForest(own, values, FEATURES.length).map(score => -score))
  expect([backwards.report.all.kept, backwards.model.judges.all.outside]).toEqual(['trained', undefined])
  expect(backwards.report.all.outside).toBeLessThan(backwards.report.all.trained!)
})

test('the same histories give the same bytes: else instances that train would disagree', () => {
  const bytes = () => {
    const histories = shop(150)
    return Buffer.from(encodeRanker(train({ histories, texts: histories.products.map(() => undefined), ...quiet })!.model))
  }
  expect(bytes().equals(bytes())).toBe(true)
})

test('trees from elsewhere that order them better do: those that know what was taken', () => {
  const histories = shop(40)
  const told = { histories, texts: histories.products.map(() => undefined), ...quiet }
  const { heldBack } = lessonsOf(told)
  const ask: OutsideTrees['ask'] = (judge, values) => {
    for (const example of heldBack[judge])
      if (example.values.length === values.length && example.values.every((one, at) => Object.is(one, values[at])))
        return Float64Array.from(example.taken, was => (was ? 1 : 0))
    return undefined
  }
  const { report, model } = train({ ...told, outside: { digest: 'abc', ask } })!
  expect(report.all.outside).toBeGreaterThan(report.all.plain)
  expect([report.all.kept, model.judges.all.outside]).toEqual(['outside', { digest: 'abc', name: 'all' }])
})

test('of too few customers nothing is judged, and the plain sum of sources stands', () => {
  const histories = shop(24)
  const { report } = train({ histories, texts: histories.products.map(() => undefined), ...quiet })!
  expect([report.all.kept, report.fresh.kept]).toEqual(['plain', 'plain'])
})

test('where nobody bought what others bought there is nothing to learn', () => {
  const builder = new HistoriesBuilder()
  for (let c = 0; c < 10; c++) builder.add(`c${c}`, `p${c}`, c * DAY, 'bought')
  const histories = builder.build()
  expect(train({ histories, texts: histories.products.map(() => undefined), ...quiet })).toBeUndefined()
})

test('of very many customers so many teach as are asked for, evenly: memory does not grow with the shop', () => {
  const histories = shop(300)
  const [split] = splits(histories)
  const { ends, now } = split!
  const snapshot = learn(histories, ends, now, [], { buyers: 5, most: 4000, factors: false })
  const lessons = { all: new Examples(), fresh: new Examples() }
  addExamples(snapshot, histories, split!, 20, () => lessons, 50)
  expect(lessons.all.size).toBeGreaterThan(30)
  expect(lessons.all.size).toBeLessThanOrEqual(50)
})
