import { historiesOf, LISTED, type Question, type Result, resultOf } from '../../infra/evaluation/compare.ts'
import type { Histories } from '../../models/ranker/histories.ts'
import { learn, type Snapshot } from '../../models/ranker/learn.ts'
import { pastOf } from '../../models/ranker/past.ts'
import { Ranker } from '../../models/ranker/rank.ts'
import type { SparseRows } from '../../models/ranker/sparse-rows.ts'
import { train } from '../../models/ranker/train.ts'
import type { Interaction } from '../../producers/files/interactions.ts'

/** Products never bought that are ranked, as production does. */
const FRESH = 120

const nothing: SparseRows = { width: 0, columns: new Uint16Array(0), weights: new Float32Array(0) }
const withoutRows =
  (...names: (keyof Snapshot['rows'])[]) =>
  (snapshot: Snapshot): Snapshot => ({
    ...snapshot,
    rows: { ...snapshot.rows, ...Object.fromEntries(names.map(name => [name, nothing])) },
  })
const withoutFacts =
  (...names: ('newcomers' | 'acquired' | 'company')[]) =>
  (snapshot: Snapshot): Snapshot => ({
    ...snapshot,
    facts: { ...snapshot.facts, ...Object.fromEntries(names.map(name => [name, new Float64Array(snapshot.n)])) },
  })

/** What is left out, and how: of everything that is learnt at an instant. */
const ABLATIONS: readonly { readonly without: string; readonly leave: (snapshot: Snapshot) => Snapshot }[] = [
  { without: 'nothing', leave: snapshot => snapshot },
  { without: 'together (EASE)', leave: withoutRows('together') },
  { without: 'sequence (EASE on gaps)', leave: withoutRows('sequence') },
  { without: 'baskets (EASE on sittings)', leave: withoutRows('baskets') },
  { without: 'next (transitions)', leave: withoutRows('next') },
  { without: 'text (TF-IDF)', leave: withoutRows('text') },
  { without: 'factors (ALS)', leave: snapshot => ({ ...snapshot, factors: undefined }) },
  {
    without: 'demand 7, 28, 90',
    leave: snapshot => ({
      ...snapshot,
      facts: { ...snapshot.facts, demand: snapshot.facts.demand.map(() => new Float64Array(snapshot.n)) },
    }),
  },
  { without: 'demand of newcomers', leave: withoutFacts('newcomers') },
  { without: 'first purchases lately', leave: withoutFacts('acquired') },
  { without: 'purchases in its sittings', leave: withoutFacts('company') },
]

export interface Ablated {
  readonly without: string
  readonly fresh: Result
  readonly all: Result
}

/** Trains the ranker anew without each part in turn, and judges the lists of it alone. */
export function* ablations(
  rows: readonly Interaction[],
  questions: { readonly fresh: Question; readonly all: Question },
  texts: ReadonlyMap<string, string>,
  k: number,
): Generator<Ablated> {
  const histories = historiesOf(rows)
  const told = histories.products.map(product => texts.get(product))
  for (const { without, leave } of ABLATIONS) {
    const trained = train({ histories, texts: told, present: undefined, say: () => {} }, (...args) => leave(learn(...args)))
    if (trained === undefined) throw new Error('there is too little to learn from')
    const ranker = new Ranker(trained.model)
    const result = (question: Question) =>
      resultOf(without, lists(ranker, histories, question), question, histories.products.length, k)
    yield { without, fresh: result(questions.fresh), all: result(questions.all) }
  }
}

function lists(ranker: Ranker, histories: Histories, { taken, seen, includeSeen }: Question): Map<string, string[]> {
  const numbers = Int32Array.from(histories.products, product => ranker.numberOf(product) ?? -1)
  const customers = new Map(histories.customers.map((customer, c) => [customer, c]))
  const found = new Map<string, string[]>()
  for (const user of taken.keys()) {
    const c = customers.get(user)
    const past = pastOf(histories, c ?? 0, c === undefined ? histories.starts[0]! : histories.starts[c + 1]!, numbers)
    const { items, scores } = ranker.rank(past, FRESH, ranker.model.asOf)
    const order = [...items.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b)
    const had = includeSeen ? undefined : seen.get(user)
    found.set(
      user,
      order
        .map(row => ranker.model.products[items[row]!]!)
        .filter(product => !had?.has(product))
        .slice(0, LISTED),
    )
  }
  return found
}
