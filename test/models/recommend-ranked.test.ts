import { expect, test } from 'vitest'
import { ItemIndex } from '../../models/item-index.ts'
import { weightOf } from '../../models/item-similarity.ts'
import { Random } from '../../models/random.ts'
import { HistoriesBuilder } from '../../models/ranker/histories.ts'
import { plainJudge } from '../../models/ranker/judge.ts'
import { learn } from '../../models/ranker/learn.ts'
import { Ranker } from '../../models/ranker/rank.ts'
import { forEachDeed } from '../../models/ranker/taste-deeds.ts'
import { recommend } from '../../models/recommend.ts'
import { bought, noTaste, type Taste } from '../../models/taste.ts'
import type { ItemState, RecommendedItem } from '../../schemas/records.ts'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 0, 1)
const TODAY = weightOf(NOW)
const LEARNT = 40

const stateOf = (id: string, shares: Readonly<Record<string, number>> = {}): ItemState => ({
  productId: id,
  version: 1,
  available: true,
  trend: { value: 0, at: NOW },
  norm: 100 * TODAY,
  pairs: Object.entries(shares).map(([productId, value]) => ({ productId, value: value * TODAY })),
})

function tastes(): Taste[] {
  const random = new Random('ranked', 1)
  return Array.from({ length: 60 }, () => {
    let taste = noTaste
    for (let day = 30; day > 0; day -= 5) {
      const productId = `p${random.int(0, LEARNT - 1)}`
      taste = bought(taste, { lines: [{ productId, quantity: 1, unitPrice: '1' }] }, NOW - day * DAY)
    }
    return taste
  })
}

function rankerOf(all: readonly Taste[]): Ranker {
  const builder = new HistoriesBuilder()
  for (const [c, taste] of all.entries()) forEachDeed(taste, (productId, at, deed) => builder.add(`c${c}`, productId, at, deed))
  const histories = builder.build()
  const learnt = learn(histories, histories.starts.slice(1), NOW, [], { buyers: 1, most: 4000, factors: true })
  return new Ranker({
    ...learnt,
    products: Array.from(learnt.products, product => histories.products[product]!),
    passedOver: [],
    judges: { fresh: plainJudge, all: plainJudge },
    calibration: undefined,
    asOf: NOW,
  })
}

/** Products that were learnt of, and some that came since, of which a few go with what there was. */
function indexOf(since: number): ItemIndex {
  const index = new ItemIndex()
  const random = new Random('shares', 1)
  for (let n = 0; n < LEARNT; n++)
    index.apply(stateOf(`p${n}`, n === 0 ? {} : { [`p${random.int(0, n - 1)}`]: random.int(1, 9) }))
  for (let n = 0; n < since; n++)
    index.apply(stateOf(`since${n}`, n < 12 ? { [`p${3 * n}`]: random.int(10, 90), [`p${3 * n + 1}`]: random.int(10, 90) } : {}))
  return index
}

test('what came since the ranker learnt is shown to those whom it suits, be it few products or thousands that suit nobody', () => {
  const all = tastes()
  const ranker = rankerOf(all)
  const [few, many, more] = [indexOf(12), indexOf(600), indexOf(1500)]
  const since = (list: readonly RecommendedItem[]) => list.filter(({ productId }) => productId.startsWith('since'))
  let shown = 0
  for (const taste of all) {
    const list = recommend(taste, many, NOW, ranker)
    expect(recommend(taste, more, NOW, ranker)).toEqual(list)
    shown += since(list).length
    expect(since(list).length > 0).toBe(since(recommend(taste, few, NOW, ranker)).length > 0)
    for (const { score } of list) expect(score).toBeGreaterThan(0)
  }
  expect(shown).toBeGreaterThan(all.length)
})
