import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ItemIndex } from '../../models/item-index.ts'
import { similarity, weightOf } from '../../models/item-similarity.ts'
import { dueness, findLive, liveGrounds } from '../../models/live-strategies.ts'
import { recommend, recommendTrending } from '../../models/recommend.ts'
import { answerOf } from '../../models/recommendation-answer.ts'
import { type Bought, bought, clicked, noTaste, type Taste } from '../../models/taste.ts'
import type { ItemState, RecommendedItem } from '../../schemas/records.ts'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 0, 1)
const TODAY = weightOf(NOW)

interface Product {
  readonly id: string
  /** With whom, and how many customers of today both share. */
  readonly shares?: Readonly<Record<string, number>>
  readonly customers?: number
  readonly trend?: number
  readonly available?: boolean
  readonly name?: string
  readonly price?: string
}

const stateOf = ({ id, shares = {}, customers = 100, trend = 0, available = true, name, price }: Product): ItemState => ({
  productId: id,
  version: 1,
  ...(name === undefined ? {} : { name }),
  ...(price === undefined ? {} : { price }),
  available,
  trend: { value: trend, at: NOW },
  norm: customers * TODAY,
  pairs: Object.entries(shares).map(([productId, value]) => ({ productId, value: value * TODAY })),
})

function shop(...products: readonly Product[]): ItemIndex {
  const index = new ItemIndex()
  for (const product of products) index.apply(stateOf(product))
  return index
}

const buys = (...productIds: readonly string[]): Taste =>
  bought(noTaste, { lines: productIds.map(productId => ({ productId, quantity: 1, unitPrice: '1' })) }, NOW)
const looksAt = (...productIds: readonly string[]): Taste =>
  productIds.reduce((taste, id) => clicked(taste, id, 'wishlist', NOW), noTaste)
const ids = (items: readonly RecommendedItem[]) => items.map(({ productId }) => productId)

describe('what is recommended', () => {
  test('what customers of the same products share comes first, and says because of which', () => {
    const items = shop(
      { id: 'tea' },
      { id: 'milk' },
      { id: 'cup', name: 'Cup', shares: { tea: 40, milk: 20 } },
      { id: 'pot', shares: { tea: 10 } },
    )
    const [first, second, ...rest] = recommend(looksAt('tea', 'milk'), items, NOW)
    expect(first).toMatchObject({
      productId: 'cup',
      name: 'Cup',
      score: 0.3,
      reasons: [{ strategy: 'collaborative', score: 1, because: ['tea', 'milk'] }],
    })
    expect(second).toMatchObject({ productId: 'pot', reasons: [{ strategy: 'collaborative', because: ['tea'] }] })
    expect(second!.score).toBeCloseTo(0.3 * (10 / (40 + 20)), 4)
    expect(rest).toEqual([])
  })

  test('what was touched longer ago points less', () => {
    const items = shop({ id: 'old' }, { id: 'new' }, { id: 'a', shares: { old: 40 } }, { id: 'b', shares: { new: 40 } })
    const taste = clicked(clicked(noTaste, 'old', 'wishlist', NOW - 7 * DAY), 'new', 'wishlist', NOW)
    expect(recommend(taste, items, NOW).map(({ productId, score }) => [productId, score])).toEqual([
      ['b', 0.3],
      ['a', 0.15],
    ])
  })

  test('who is not known gets what trends, hottest first', () => {
    const items = shop({ id: 'a', trend: 1 }, { id: 'b', trend: 4 }, { id: 'c', trend: 2 }, { id: 'd' })
    const list = recommendTrending(items)
    expect(list.map(({ productId, score, reasons }) => [productId, score, reasons])).toEqual([
      ['b', 0.15, [{ strategy: 'trending', score: 1 }]],
      ['c', 0.075, [{ strategy: 'trending', score: 0.5 }]],
      ['a', 0.0375, [{ strategy: 'trending', score: 0.25 }]],
    ])
    expect(recommendTrending(shop())).toEqual([])
  })

  test('what the customer has comes last and is marked, also when it is due again', () => {
    const items = shop({ id: 'tea', trend: 9 }, { id: 'cup', shares: { tea: 5 } })
    const taste = [0, 10, 20].reduce(
      (all, day) => bought(all, { lines: [{ productId: 'tea', quantity: 1, unitPrice: '1' }] }, NOW - (30 - day) * DAY),
      noTaste,
    )
    const list = recommend(taste, items, NOW)
    expect(list.map(({ productId, purchased }) => [productId, purchased])).toEqual([
      ['cup', undefined],
      ['tea', true],
    ])
    expect(list[1]!.reasons.map(({ strategy, score }) => [strategy, score])).toEqual([
      ['repurchase', 1],
      ['trending', 1],
    ])
    expect(list[1]!.score).toBe(0.15)
  })

  test('ties go by id, whatever order products became known in', () => {
    const products = ['d', 'b', 'a', 'c'].map(id => ({ id, shares: { tea: 10 } }))
    for (const order of [products, [...products].reverse()])
      expect(ids(recommend(looksAt('tea'), shop({ id: 'tea' }, ...order), NOW))).toEqual(['a', 'b', 'c', 'd'])
  })

  test('twenty that are new and twenty that the customer has are kept, the best of each', () => {
    const items = shop({ id: 'tea' }, ...Array.from({ length: 60 }, (_, n) => ({ id: `p${10 + n}`, shares: { tea: 60 - n } })))
    const taste = { ...looksAt('tea'), bought: buys(...Array.from({ length: 25 }, (_, n) => `p${10 + 2 * n}`)).bought }
    const list = recommend(taste, items, NOW)
    const all = Array.from({ length: 60 }, (_, n) => `p${10 + n}`)
    expect(ids(list)).toEqual([
      ...all.filter(id => !taste.bought.has(id)).slice(0, 20),
      ...all.filter(id => taste.bought.has(id)).slice(0, 20),
    ])
  })

  test('one scoring leaves nothing behind for the next', () => {
    const items = shop({ id: 'tea' }, { id: 'cup', shares: { tea: 9 } }, { id: 'hot', trend: 3 })
    const before = recommendTrending(items)
    recommend(looksAt('tea'), items, NOW)
    expect(recommendTrending(items)).toEqual(before)
  })
})

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
const name = fc.constantFrom(...names)
const anyShop = fc
  .record({
    shares: fc.array(fc.tuple(name, name, fc.integer({ min: 1, max: 20 })), { maxLength: 20 }),
    trends: fc.dictionary(name, fc.integer({ min: 1, max: 9 })),
    gone: fc.subarray(names, { maxLength: 3 }),
    unknown: fc.subarray(names, { maxLength: 1 }),
    says: fc.dictionary(name, fc.subarray(['green', 'black', 'tea', 'cup'], { minLength: 1 })),
    prices: fc.dictionary(name, fc.integer({ min: 1, max: 50 })),
  })
  .map(({ shares, trends, gone, unknown, says, prices }) =>
    names
      .filter(id => !unknown.includes(id))
      .map((id): Product => {
        const with_ = Object.fromEntries(shares.filter(([p, q]) => p === id && q !== id).map(([, q, n]) => [q, n]))
        const words = says[id]
        const price = prices[id]
        return {
          id,
          shares: with_,
          trend: trends[id] ?? 0,
          available: !gone.includes(id),
          customers: 30,
          ...(words === undefined ? {} : { name: words.join(' ') }),
          ...(price === undefined ? {} : { price: String(price) }),
        }
      }),
  )
const anyTaste = fc
  .record({ bought: fc.array(name, { maxLength: 6 }), seen: fc.array(name, { maxLength: 6 }) })
  .map(({ bought: products, seen }): Taste => {
    const had = products.reduce(
      (taste, id, n) => bought(taste, { lines: [{ productId: id, quantity: 1, unitPrice: '1' }] }, NOW - (20 - n) * DAY),
      noTaste,
    )
    return seen.reduce((taste, id) => clicked(taste, id, 'view', NOW), had)
  })

describe('whatever the shop and the taste', () => {
  test('the list is that of a plain computation over all products', () => {
    fc.assert(
      fc.property(anyShop, anyTaste, (products, taste) => {
        const list = recommend(taste, shop(...products), NOW)
        expect(list.map(({ productId, score }) => ({ productId, score }))).toEqual(plainly(products, taste))
      }),
      { numRuns: 500 },
    )
  })

  test('what the strategies add is all of the score that they leave', () => {
    fc.assert(
      fc.property(anyShop, anyTaste, (products, taste) => {
        const items = shop(...products)
        const findings = findLive(taste, items, NOW)
        for (const product of items.sums.touched) {
          const { adds } = liveGrounds(product, findings, items)
          expect(adds.reduce((sum, one) => sum + one, 0)).toBeCloseTo(items.sums.of(product), 12)
        }
        items.clear()
      }),
    )
  })

  test('asking some products one by one finds of them what asking for all does', () => {
    fc.assert(
      fc.property(anyShop, anyTaste, (products, taste) => {
        const items = shop(...products)
        const scores = (among?: readonly number[]) => {
          findLive(taste, items, NOW, among)
          const found = products.map(({ id }) => items.sums.of(items.numberOf(id)!))
          items.clear()
          return found
        }
        const all = scores()
        const each = scores(products.map(({ id }) => items.numberOf(id)!))
        for (const [n, score] of all.entries()) expect(each[n]).toBeCloseTo(score, 9)
      }),
    )
  })

  test('what is not available never comes, what the customer has only marked, and confidence is more than nothing and less than all', () => {
    fc.assert(
      fc.property(anyShop, anyTaste, (products, taste) => {
        for (const item of recommend(taste, shop(...products), NOW)) {
          expect(products.find(({ id }) => id === item.productId)!.available).toBe(true)
          expect(item.purchased ?? false).toBe(taste.bought.has(item.productId))
          expect(item.confidence).toBeGreaterThan(0)
          expect(item.confidence).toBeLessThan(1)
          expect(item.reasons.length).toBeGreaterThan(0)
        }
      }),
    )
  })
})

/** The definition over every product, with sorts and no index: score, then id; first what is new, then what the customer has. */
function plainly(products: readonly Product[], taste: Taste) {
  const round = (value: number) => Math.round(value * 1e4) / 1e4
  const touched = taste.recent.flatMap(({ productId, value, at }) => {
    const own = products.find(({ id }) => id === productId)
    return own === undefined ? [] : [{ own, interest: Math.min(1, value) * 2 ** (-(NOW - at) / (7 * DAY)) }]
  })
  const scaled = (scores: readonly number[]) => {
    const most = Math.max(...scores)
    return scores.map(score => (most > 0 ? score / most : 0))
  }
  const collaborative = scaled(products.map(p => sum(touched.map(t => t.interest * similarityOf(t.own, p)))))
  const content = scaled(products.map(p => (touched.some(({ own }) => own === p) ? 0 : alike(p, touched, products))))
  const boughtOnes = touched.filter(({ own }) => taste.bought.has(own.id))
  const crossSell = scaled(products.map(p => sum(boughtOnes.map(t => t.interest * beyond(t.own, p, products)))))
  // By logarithms as the index has it, for scores are compared to the last digit.
  const heat = ({ trend = 0 }: Product) => Math.log2(trend) + NOW / (7 * DAY)
  const hottest = Math.max(...products.map(heat))
  const known = touched.filter(({ own }) => own.price !== undefined)
  const weight = sum(known.map(({ interest }) => interest))
  const mean = sum(known.map(({ own, interest }) => interest * Math.log(Number(own.price)))) / weight
  const variance = sum(known.map(({ own, interest }) => interest * (Math.log(Number(own.price)) - mean) ** 2)) / weight
  const scored = products.map((p, n) => {
    const history = taste.bought.get(p.id)
    const due = history === undefined ? 0 : dueness(history, NOW)
    const temporal = Math.max(due > 0.1 ? due : 0, (p.trend ?? 0) === 0 ? 0 : 2 ** (heat(p) - hottest))
    const found = 0.3 * collaborative[n]! + 0.25 * content[n]! + 0.2 * crossSell[n]! + 0.15 * temporal
    const off = (Math.log(Number(p.price)) - mean) / Math.max(0.35, Math.sqrt(variance))
    const near = weight > 0 && p.price !== undefined ? Math.exp(-0.5 * off ** 2) : 0
    const score = found > 0 ? found + 0.1 * near : 0
    return { productId: p.id, score: round(score), available: p.available, had: history !== undefined, found: score > 0 }
  })
  const all = scored
    .filter(({ available, found }) => available && found)
    .sort((p, q) => q.score - p.score || (p.productId < q.productId ? -1 : 1))
    .map(({ productId, score, had }) => ({ productId, score, had }))
  const varied = withVariety(
    all.filter(({ had }) => !had),
    (a, b) => cosine(a, b, products),
  )
  return [...varied, ...all.filter(({ had }) => had)].map(({ productId, score }) => ({ productId, score: round(score) }))
}

type Scored = { readonly productId: string; readonly score: number }

/** Maximal marginal relevance as it is written, place by place. */
function withVariety(all: readonly Scored[], alike: (a: string, b: string) => number): Scored[] {
  const shown: Scored[] = []
  for (let left = [...all]; left.length > 0; left = left.filter(({ productId }) => productId !== shown.at(-1)!.productId)) {
    const worth = left.map(({ productId, score }) => ({
      productId,
      logit: Math.log(score / (1 - score)) - 0.1 * Math.max(0, ...shown.map(other => alike(productId, other.productId))),
    }))
    const [best] = worth.sort((a, b) => b.logit - a.logit || (a.productId < b.productId ? -1 : 1))
    shown.push({ productId: best!.productId, score: 1 / (1 + Math.exp(-best!.logit)) })
  }
  return shown
}

const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0)

const sharedBy = (p: Product, q: Product) => ((p.shares?.[q.id] ?? 0) + (q.shares?.[p.id] ?? 0)) * TODAY
const similarityOf = (p: Product, q: Product) => (p === q ? 0 : similarity(sharedBy(p, q), 30 * TODAY, 30 * TODAY, TODAY))

/** TF-IDF vectors of names. */
function vectors(products: readonly Product[]) {
  const wordsOf = ({ name: text }: Product) => (text === undefined ? [] : text.split(' '))
  const count = products.filter(one => wordsOf(one).length > 0).length
  const rarity = (word: string) => Math.log(count / products.filter(one => wordsOf(one).includes(word)).length)
  return (one: Product) => new Map(wordsOf(one).map(word => [word, rarity(word)]))
}
const length = (all: ReadonlyMap<string, number>) => Math.sqrt(sum([...all.values()].map(value => value ** 2)))
const dotOf = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>) =>
  sum([...a].map(([word, value]) => value * (b.get(word) ?? 0)))

function cosine(a: string, b: string, products: readonly Product[]): number {
  const [one, other] = [a, b].map(id => vectors(products)(products.find(product => product.id === id)!))
  const dot = dotOf(one!, other!)
  return dot === 0 ? 0 : dot / length(one!) / length(other!)
}

/** Cosine of a product with the sum of what was touched. */
function alike(p: Product, touched: readonly { own: Product; interest: number }[], products: readonly Product[]): number {
  const vector = vectors(products)
  const profile = new Map<string, number>()
  for (const { own, interest } of touched)
    for (const [word, value] of vector(own))
      if (length(vector(own)) > 0) profile.set(word, (profile.get(word) ?? 0) + (interest * value) / length(vector(own)))
  const dot = dotOf(vector(p), profile)
  const cosine = dot === 0 ? 0 : dot / length(profile) / length(vector(p))
  return cosine < 0.25 ? 0 : cosine
}

/** How much more often two products meet than by chance, of all that products share. */
function beyond(p: Product, q: Product, products: readonly Product[]): number {
  const all = [...products, ...names.filter(id => !products.some(one => one.id === id)).map((id): Product => ({ id }))]
  const company = (one: Product) => sum(all.map(other => sharedBy(one, other)))
  const confidence = sharedBy(p, q) / company(p)
  const chance = company(q) / sum(all.map(company))
  return p === q || !(confidence > chance) ? 0 : confidence - chance
}

describe('confidence', () => {
  const confidence = (taste: Taste, items: ItemIndex) =>
    recommend(taste, items, NOW).find(({ productId }) => productId === 'cup')!.confidence

  test('evidence worth thirty customers is half of being sure, three a tenth or so, and thousands not everything', () => {
    const of = (customers: number) =>
      confidence(buys('tea'), shop({ id: 'tea', customers: 1e6 }, { id: 'cup', customers: 1e6, shares: { tea: customers } }))
    expect([3, 30, 300, 3000].map(of)).toEqual([0.0909, 0.5, 0.9091, 0.9901])
  })

  test('it grows with every product of the customer that points to the item', () => {
    const items = shop({ id: 'tea' }, { id: 'milk' }, { id: 'cup', shares: { tea: 15, milk: 15 } })
    expect(confidence(buys('tea'), items)).toBe(0.3333)
    expect(confidence(buys('tea', 'milk'), items)).toBe(0.5)
  })

  test('it grows when another strategy agrees', () => {
    const alone = confidence(buys('tea'), shop({ id: 'tea' }, { id: 'cup', shares: { tea: 15 } }))
    expect(confidence(buys('tea'), shop({ id: 'tea' }, { id: 'cup', shares: { tea: 15 }, trend: 50 }))).toBeGreaterThan(alone)
  })

  test('who is hardly drawn to the product that points is told with less of it', () => {
    const items = shop({ id: 'tea' }, { id: 'cup', shares: { tea: 30 } })
    expect(confidence(clicked(noTaste, 'tea', 'view', NOW), items)).toBe(0.0909)
  })

  test('that it trends alone makes little sure', () => {
    expect(recommendTrending(shop({ id: 'cup', trend: 30 }))[0]!.confidence).toBe(0.0909)
  })
})

describe('how due a product is', () => {
  const every = (days: number, times: number): Bought => ({ times, sittings: [NOW - (times - 1) * days * DAY, NOW] })

  test('most when its mean interval has passed, less to both sides, alike for half and double', () => {
    const due = (days: number) => dueness(every(30, 4), NOW + days * DAY)
    expect(due(30)).toBe(1)
    expect(due(15)).toBeCloseTo(due(60), 12)
    expect(due(5)).toBeLessThan(due(15))
    expect(due(90)).toBeLessThan(due(60))
  })

  test('not at all after one purchase, on the day itself, or when all came within a day each', () => {
    expect(dueness(every(30, 1), NOW + 30 * DAY)).toBe(0)
    expect(dueness(every(30, 4), NOW)).toBe(0)
    expect(dueness(every(0.5, 4), NOW + DAY)).toBe(0)
  })
})

describe('the answer that is sent', () => {
  const items = [
    { productId: 'a', score: 0.2, confidence: 0.5, reasons: [] },
    { productId: 'b', score: 0.1, confidence: 0.5, reasons: [] },
    { productId: 'x', score: 0.3, confidence: 0.5, reasons: [], purchased: true },
    { productId: 'w', score: 0.2, confidence: 0.5, reasons: [], purchased: true },
    ...['c', 'd', 'e', 'f'].map(productId => ({ productId, score: 0.05, confidence: 0.5, reasons: [] })),
  ]
  const list = {
    customerId: 'ada',
    recommendationId: 'rec_1',
    seq: 4,
    asOf: '2026-01-01T00:00:00.000Z',
    variant: 'default',
    versions: { items: 1, cuts: 1 },
    coldStart: false,
    items,
  }
  const usual = { limit: 5, explain: true, includePurchased: false }

  test('five items that the customer does not have, with reasons, and none of our numbering', () => {
    const answer = answerOf(list)
    expect(answer.items.map(({ productId }) => productId)).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(answer.items.every(item => 'reasons' in item)).toBe(true)
    expect(answer).not.toHaveProperty('seq')
    expect(answer.campaigns).toEqual([])
  })

  test('with what they have, all come by score, ties by id', () => {
    expect(answerOf(list, { ...usual, limit: 4, includePurchased: true }).items.map(({ productId }) => productId)).toEqual([
      'x',
      'a',
      'w',
      'b',
    ])
  })

  test('without explanations, and as many as asked for', () => {
    const { items: some } = answerOf(list, { ...usual, limit: 1, explain: false })
    expect(some).toEqual([{ productId: 'a', score: 0.2, confidence: 0.5 }])
  })
})
