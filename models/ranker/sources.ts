import { affinities, type Factors, foldIn } from '../factorisation.ts'
import type { ItemFacts } from './item-facts.ts'
import type { Past } from './past.ts'
import { addRow, type SparseRows } from './sparse-rows.ts'
import { weighings } from './weighing.ts'

/** Rows of item–item weights that sources read. */
export interface Rows {
  readonly together: SparseRows
  readonly sequence: SparseRows
  readonly baskets: SparseRows
  readonly next: SparseRows
  readonly text: SparseRows
  readonly touched?: SparseRows
}

/** Each source: which rows it reads, and how much each product of a past counts. */
const READ = [
  ['together', 'together', 'even'],
  ['together-recent', 'together', 'recent'],
  ['together-latest', 'together', 'latest'],
  ['together-sitting', 'together', 'sitting'],
  ['sequence', 'sequence', 'recent'],
  ['sequence-latest', 'sequence', 'latest'],
  ['baskets', 'baskets', 'recent'],
  ['next', 'next', 'latest'],
  ['text', 'text', 'recent'],
  ['touched', 'touched', 'touched'],
] as const satisfies readonly (readonly [string, keyof Rows, keyof typeof weighings])[]

/** Below this a product of the past is as good as none. */
const FORGOTTEN = 1e-3
const FACTORED = READ.length

/** Every source by its name, in the order of the scores. */
export const SOURCES = [...READ.map(([name]) => name), 'factors', 'demand-7', 'demand-28', 'demand-90'] as const

export interface Learnt {
  readonly n: number
  readonly rows: Rows
  readonly factors: Factors | undefined
  readonly facts: ItemFacts
}

/** What each source says of each item, and of that the mean and the spread: room that is used again for every customer. */
export class SourceScores {
  readonly scores: readonly Float64Array[]
  readonly mean = new Float64Array(SOURCES.length)
  readonly spread = new Float64Array(SOURCES.length)

  private readonly learnt: Learnt

  constructor(learnt: Learnt) {
    this.learnt = learnt
    this.scores = SOURCES.map(() => new Float64Array(learnt.n))
    // Demand is the same whoever asks.
    for (const [d, demand] of learnt.facts.demand.entries()) this.scores[FACTORED + 1 + d]!.set(demand)
    this.measure(SOURCES.length)
  }

  /** Asks every source. A source with nothing to say gives every item the same. */
  ask(past: Past): void {
    const { rows, factors } = this.learnt
    const weights = weigh(past)
    for (const [s, [, from, weighing]] of READ.entries()) this.read(rows[from], past.items, weights[weighing], this.scores[s]!)
    if (factors !== undefined) affinities(factors, foldIn(factors, known(past)), this.scores[FACTORED]!)
    this.measure(FACTORED + 1)
  }

  /** A source's score of an item, in spreads from its mean; 0 where it tells nothing apart. */
  standard(source: number, item: number): number {
    const spread = this.spread[source]!
    return spread === 0 ? 0 : (this.scores[source]![item]! - this.mean[source]!) / spread
  }

  private read(rows: SparseRows | undefined, items: Int32Array, weights: Float64Array, sums: Float64Array): void {
    sums.fill(0)
    if (rows === undefined) return
    for (let k = 0; k < items.length; k++)
      if (items[k]! >= 0 && weights[k]! > FORGOTTEN) addRow(rows, items[k]!, weights[k]!, sums)
  }

  /** Of the first sources, four beside each other: each addition waits for the one before, and other sums need not. */
  private measure(sources: number): void {
    for (let first = 0; first < sources; first += 4) this.measureFour(Math.min(first, sources - 4))
  }

  private measureFour(first: number): void {
    const [a, b, c, d] = this.scores.slice(first, first + 4) as [Float64Array, Float64Array, Float64Array, Float64Array]
    let [sumA, sumB, sumC, sumD] = [0, 0, 0, 0]
    let [squaresA, squaresB, squaresC, squaresD] = [0, 0, 0, 0]
    for (let i = 0; i < a.length; i++) {
      const [x, y, z, u] = [a[i]!, b[i]!, c[i]!, d[i]!]
      sumA += x
      sumB += y
      sumC += z
      sumD += u
      squaresA += x * x
      squaresB += y * y
      squaresC += z * z
      squaresD += u * u
    }
    this.note(first, sumA, squaresA)
    this.note(first + 1, sumB, squaresB)
    this.note(first + 2, sumC, squaresC)
    this.note(first + 3, sumD, squaresD)
  }

  private note(source: number, sum: number, squares: number): void {
    const { n } = this.learnt
    const mean = sum / n
    const variance = squares / n - mean * mean
    this.mean[source] = mean
    this.spread[source] = variance > 1e-12 ? Math.sqrt(variance) : 0
  }
}

const weigh = (past: Past) =>
  Object.fromEntries(Object.entries(weighings).map(([name, weighing]) => [name, weighing(past)])) as Record<
    keyof typeof weighings,
    Float64Array
  >

function known({ items, times }: Past) {
  const bought = items.filter((item, k) => item >= 0 && times[k]! > 0)
  return { items: bought, weights: new Float64Array(bought.length).fill(1) }
}
