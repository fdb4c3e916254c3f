import {
  type Baseline,
  easeWithDecay,
  implicitAls,
  itemKnn,
  type Known,
  knownOf,
  ownHistory,
  popularity,
  userKnn,
} from '../../models/evaluation/baselines.ts'
import { bootstrap, gini, type Interval, meanOf, type UserMetrics, userMetrics } from '../../models/evaluation/metrics.ts'
import { ratingNeighbours, ratingSgd, ratingsOf } from '../../models/evaluation/rating-baselines.ts'
import { type Histories, HistoriesBuilder } from '../../models/ranker/histories.ts'
import { type Past, pastOf } from '../../models/ranker/past.ts'
import type { Interaction } from '../../producers/files/interactions.ts'
import { meaningOf } from './history-events.ts'

/** Items a list is asked for, whatever k is. */
export const LISTED = 20

/** What is asked: lists for these users, and what they then took. */
export interface Question {
  /** What each test user took later that counts: without what they had before, unless that is asked for. */
  readonly taken: ReadonlyMap<string, ReadonlySet<string>>
  /** What each had to do with before, of whatever kind. */
  readonly seen: ReadonlyMap<string, ReadonlySet<string>>
  readonly includeSeen: boolean
}

export function questionOf(train: readonly Interaction[], test: readonly Interaction[], includeSeen: boolean): Question {
  const seen = gathered(train)
  const taken = new Map<string, Set<string>>()
  for (const [user, items] of gathered(test.filter(row => meaningOf(row) === 'bought'))) {
    const before = seen.get(user)
    const counted = includeSeen || before === undefined ? items : new Set([...items].filter(item => !before.has(item)))
    if (counted.size > 0) taken.set(user, counted)
  }
  return { taken, seen, includeSeen }
}

function gathered(rows: readonly Interaction[]): Map<string, Set<string>> {
  const all = new Map<string, Set<string>>()
  for (const { user, item } of rows) {
    const items = all.get(user)
    if (items === undefined) all.set(user, new Set([item]))
    else items.add(item)
  }
  return all
}

/** A recommender's row of the table. */
export interface Result {
  readonly name: string
  readonly users: number
  readonly ndcg: Interval
  readonly hitRate: number
  readonly precision: number
  readonly recall: number
  readonly f1: number
  readonly recall20: number
  /** Share of the products of the history that some list of k names. */
  readonly coverage: number
  readonly gini: number
  /** Of each user, in the order of the question. */
  readonly each: readonly UserMetrics[]
}

export function resultOf(
  name: string,
  lists: ReadonlyMap<string, readonly string[]>,
  { taken }: Question,
  catalogue: number,
  k: number,
): Result {
  const each = [...taken].map(([user, items]) => userMetrics(lists.get(user) ?? [], items, k))
  const counts = new Map<string, number>()
  for (const user of taken.keys())
    for (const item of (lists.get(user) ?? []).slice(0, k)) counts.set(item, (counts.get(item) ?? 0) + 1)
  const never = new Array<number>(Math.max(0, catalogue - counts.size)).fill(0)
  const mean = (of: (metrics: UserMetrics) => number) => meanOf(each.map(of))
  return {
    name,
    users: each.length,
    ndcg: bootstrap(each.map(({ ndcg }) => ndcg)),
    hitRate: mean(({ hit }) => hit),
    precision: mean(({ precision }) => precision),
    recall: mean(({ recall }) => recall),
    f1: mean(({ f1 }) => f1),
    recall20: mean(({ recall20 }) => recall20),
    coverage: catalogue === 0 ? 0 : counts.size / catalogue,
    gini: gini([...counts.values(), ...never]),
    each,
  }
}

/** By how much one is better than another for the same users: the bootstrap of the differences. */
export const difference = (one: Result, other: Result): Interval =>
  bootstrap(one.each.map((metrics, user) => metrics.ndcg - other.each[user]!.ndcg))

export function historiesOf(rows: readonly Interaction[]): Histories {
  const builder = new HistoriesBuilder()
  for (const row of rows) builder.add(row.user, row.item, row.at, meaningOf(row))
  return builder.build()
}

/** The lists of well-known recommenders, learnt from the same history; where it has ratings, of those that foretell them too. */
export function* baselineLists(
  histories: Histories,
  question: Question,
  rows: readonly Interaction[],
): Generator<{ name: string; lists: Map<string, readonly string[]> }> {
  const known = knownOf(histories)
  const customers = new Map(histories.customers.map((customer, c) => [customer, c]))
  const nobody: Past = pastOf(histories, 0, histories.starts[0]!, known.numbers)
  const makers: ((from: Known) => Baseline)[] = [popularity, itemKnn, userKnn, easeWithDecay, implicitAls]
  if (question.includeSeen) makers.push(ownHistory)
  if (rows.some(({ rating }) => rating !== undefined)) {
    const given = ratingsOf(histories, known, rows)
    makers.push(
      from => ratingSgd(from, given),
      from => ratingNeighbours(from, given),
    )
  }
  for (const make of makers) {
    const baseline = make(known)
    const lists = new Map<string, readonly string[]>()
    for (const user of question.taken.keys()) {
      const customer = customers.get(user)
      const past = customer === undefined ? nobody : known.pasts[customer]!
      lists.set(user, best(baseline, past, known.products, question.includeSeen ? undefined : question.seen.get(user)))
    }
    yield { name: baseline.name, lists }
  }
}

function best(
  { score }: Baseline,
  past: Past,
  products: readonly string[],
  without: ReadonlySet<string> | undefined,
): readonly string[] {
  const scores = score(past)
  const order = Int32Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b)
  const list: string[] = []
  for (const item of order) {
    if (!without?.has(products[item]!)) list.push(products[item]!)
    if (list.length === LISTED) break
  }
  return list
}
