import { type BoostingOptions, bin, boost } from '../boosted-trees.ts'
import { forestOf } from '../forest.ts'
import { fitListwise, type Lists } from '../listwise.ts'
import { logistic } from '../ranking-loss.ts'
import { candidates } from './candidates.ts'
import { FEATURES, features } from './features.ts'
import { DEED, type Histories } from './histories.ts'
import { type Judge, judge } from './judge.ts'
import type { Snapshot } from './learn.ts'
import type { OutsideTrees } from './outside-trees.ts'
import { SourceScores } from './sources.ts'
import type { Split } from './splits.ts'

/** Lists that one moment teaches, and that it judges by: each takes 20 KB, and more of them teach little. */
const MOST_LISTS = 5000
const BOOSTING: BoostingOptions = { trees: 150, leaves: 15, rate: 0.05, leafRows: 50, lambda: 1 }

export interface Example {
  /** Row-major, candidates × features. */
  readonly values: Float32Array
  readonly taken: readonly boolean[]
  /** How many candidates, the first ones, were never bought. */
  readonly fresh: number
}

/** Lists with what became of them. */
export class Examples {
  private readonly examples: Example[] = []

  get size(): number {
    return this.examples.length
  }

  /** Adds a list, unless nothing of it was taken: then there is nothing to put first. */
  add(example: Example): void {
    if (example.taken.includes(true)) this.examples.push(example)
  }

  [Symbol.iterator](): Iterator<Example> {
    return this.examples.values()
  }

  /** All rows one after the other. */
  get together(): Lists {
    const starts = Int32Array.from([0, ...this.examples.map(({ taken }) => taken.length)])
    for (let list = 1; list < starts.length; list++) starts[list]! += starts[list - 1]!
    const rows = starts[starts.length - 1]!
    const values = new Float32Array(rows * FEATURES.length)
    const labels = new Uint8Array(rows)
    for (const [list, example] of this.examples.entries()) {
      values.set(example.values, starts[list]! * FEATURES.length)
      labels.set(example.taken.map(Number), starts[list])
    }
    return { values, features: FEATURES.length, labels, starts }
  }
}

/** Lists of all candidates, and lists of those only that were never bought. */
export interface Lessons {
  readonly all: Examples
  readonly fresh: Examples
}

/**
 * For each customer who bought something after the split: the candidates of before, and which of them were bought. `into` says where a customer's
 * go; of very many customers some go there.
 */
export function addExamples(
  snapshot: Snapshot,
  histories: Histories,
  { ends, until, now }: Split,
  newOnes: number,
  into: (customer: number) => Lessons | undefined,
  most = MOST_LISTS,
): void {
  const scores = new SourceScores(snapshot)
  const sums = new Float64Array(snapshot.n)
  for (const [lessons, customers] of buyersAfter(histories, { ends, until }, into))
    for (const c of evenlyFrom(customers, most)) {
      const past = snapshot.pasts[c]!
      const bought = new Set<number>()
      for (let k = ends[c]!; k < until[c]!; k++)
        if (histories.deed[k] === DEED.bought) bought.add(snapshot.numbers[histories.product[k]!]!)
      scores.ask(past)
      const found = candidates(scores, past, newOnes, sums)
      const values = features(found, scores, snapshot.facts, past, now)
      const taken = Array.from(found.items, item => bought.has(item))
      const { fresh } = found
      lessons.all.add({ values, taken, fresh })
      lessons.fresh.add({ values: values.subarray(0, fresh * FEATURES.length), taken: taken.slice(0, fresh), fresh })
    }
}

function buyersAfter(
  { starts, deed }: Histories,
  { ends, until }: Pick<Split, 'ends' | 'until'>,
  into: (customer: number) => Lessons | undefined,
): Map<Lessons, number[]> {
  const buyers = new Map<Lessons, number[]>()
  for (let c = 0; c + 1 < starts.length; c++) {
    const lessons = into(c)
    if (lessons === undefined || !deed.subarray(ends[c], until[c]).includes(DEED.bought)) continue
    const those = buyers.get(lessons)
    if (those === undefined) buyers.set(lessons, [c])
    else those.push(c)
  }
  return buyers
}

const evenlyFrom = <T>(all: readonly T[], most: number): readonly T[] =>
  all.length <= most ? all : Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)]!)

/** Learns a judge of what was taken. */
export function trainJudge(taught: Examples, linearShare: number): Judge {
  const lists = taught.together
  return {
    forest: forestOf(boost(bin(lists.values, lists.features), logistic(lists.labels), BOOSTING)),
    linear: fitListwise(lists, { rounds: 150, lambda: 1e-3 }),
    linearShare,
  }
}

/** Mean NDCG@10 (Järvelin & Kekäläinen 2002) of the lists as a judge puts them. */
export function ndcgOf(lists: Examples, one: Judge, outside?: OutsideTrees): number {
  let sum = 0
  for (const { values, taken } of lists) {
    const scores = judge(one, values, outside)
    const order = [...taken.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, 10)
    let [gain, ideal] = [0, 0]
    for (const [place, row] of order.entries()) if (taken[row]) gain += 1 / Math.log2(place + 2)
    for (let place = Math.min(10, taken.filter(Boolean).length) - 1; place >= 0; place--) ideal += 1 / Math.log2(place + 2)
    sum += gain / ideal
  }
  return lists.size === 0 ? 0 : sum / lists.size
}
