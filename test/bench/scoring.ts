import { cpuUsage } from 'node:process'
import { itemKnn, type Known, knownOf } from '../../models/evaluation/baselines.ts'
import { weightOf } from '../../models/item-similarity.ts'
import { Random } from '../../models/random.ts'
import { Ranker } from '../../models/ranker/rank.ts'
import { train } from '../../models/ranker/train.ts'
import { recommend } from '../../models/recommend.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import type { Bench } from './bench.ts'
import { type Round, resultOf } from './result.ts'
import { type ScoredShop, scoredShop } from './scored-shop.ts'

const PRODUCTS = 5000
const CUSTOMERS = 10_000
const MANY_PRODUCTS = 100_000

/**
 * Lists a second on one core, by everything that production scores with: live strategies, and a ranker learnt from the same shop.
 * Compared with item-kNN alone, the least that a recommender does: rows of what was bought, added up over all products.
 */
export const scoring: Bench = async ({ rounds, seconds, say }) => {
  say(`scoring: folding a shop of ${PRODUCTS} products`)
  const shop = await scoredShop(PRODUCTS, CUSTOMERS)
  const trained = train({ ...shop, present: undefined, say: what => say(`scoring: learning: ${what}`) })
  const ranker = trained === undefined ? undefined : new Ranker(trained.model)
  const known = knownOf(shop.histories)
  const cases = [
    { name: 'live strategies alone', products: PRODUCTS, ranker: undefined },
    { name: 'with the ranker', products: PRODUCTS, ranker },
    { name: 'live strategies alone', products: MANY_PRODUCTS, ranker: undefined },
    { name: 'with the ranker', products: MANY_PRODUCTS, ranker },
  ]
  const results = []
  for (const one of cases) {
    if (shop.index.size < one.products) stock(shop, one.products)
    const [measured, baselines]: [Round[], Round[]] = [[], []]
    for (let round = 0; round <= rounds; round++) {
      say(`scoring: ${one.name}, ${one.products} products, round ${round} of ${rounds}`)
      const [ours, theirs] = [
        during(seconds, shop, c =>
          recommend(shop.tastes[c]!, shop.index, shop.now, one.ranker, undefined, undefined, undefined, new Map()),
        ),
        during(seconds, shop, knnLists(known)),
      ]
      if (round === 0) continue
      measured.push(ours)
      baselines.push(theirs)
    }
    const memory = Math.round(process.memoryUsage().rss / 2 ** 20)
    results.push(
      resultOf(
        {
          bench: 'scoring',
          case: `${one.name}, ${one.products.toLocaleString('en-US')} products, of which it knows ${one.ranker?.model.n ?? 0} (process: ${memory} MiB)`,
          unit: 'customers/s',
          baseline_of: `item-kNN over ${known.products.length} products`,
        },
        measured,
        baselines,
      ),
    )
  }
  return results
}

/** One customer after the other for so long: rate by the CPU it took, so that what else runs on the machine does not count. */
function during(seconds: number, { tastes }: ScoredShop, list: (customer: number) => unknown): Round {
  const until = clock.monotonic() + seconds * 1000
  const begun = cpuUsage()
  const latencies: number[] = []
  for (let c = 0; clock.monotonic() < until; c = (c + 1) % tastes.length) {
    const from = clock.monotonic()
    list(c)
    latencies.push(clock.monotonic() - from)
  }
  const { user, system } = cpuUsage(begun)
  const cpuSeconds = (user + system) / 1e6
  return { rate: latencies.length / cpuSeconds, latencies, cpuSeconds }
}

function knnLists(known: Known): (customer: number) => unknown {
  const { score } = itemKnn(known)
  return customer => {
    const scores = score(known.pasts[customer % known.pasts.length]!)
    return [...scores.keys()].sort((a, b) => scores[b]! - scores[a]!).slice(0, 20)
  }
}

/** Adds products, each with a name and neighbours like those that are there. */
function stock({ index, now }: ScoredShop, products: number): void {
  const random = new Random('stock', products)
  const names = ['red', 'blue', 'large', 'small', 'cotton', 'steel', 'classic', 'new', 'daily', 'gift']
  for (let n = index.size; n < products; n++)
    index.apply({
      productId: `more-${n}`,
      version: 1,
      name: `${random.pick(names)} ${random.pick(names)} article ${random.int(0, 9999)}`,
      category: `shelf ${random.int(0, 99)}`,
      price: String(random.int(100, 9999)),
      available: true,
      trend: { value: random.float(), at: now },
      norm: 20 * weightOf(now),
      pairs: Array.from({ length: 32 }, () => ({
        productId: `more-${random.int(PRODUCTS, products - 1)}`,
        value: random.float() * weightOf(now),
      })),
    })
}
