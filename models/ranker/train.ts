import { createHash } from 'node:crypto'
import { type Calibration, calibrate } from '../calibration.ts'
import { type Known, nobody } from '../segment-popularity.ts'
import type { Histories } from './histories.ts'
import { type Judge, type Judges, judge, plainJudge } from './judge.ts'
import { learnLeanings } from './leanings.ts'
import { type LearnOptions, learn, type Snapshot } from './learn.ts'
import type { JudgeName, OutsideTrees } from './outside-trees.ts'
import type { RankerModel } from './ranker-model.ts'
import { splits } from './splits.ts'
import { addExamples, Examples, type Lessons, ndcgOf, trainJudge } from './train-judges.ts'

const OPTIONS: LearnOptions = { buyers: 5, most: 4000, factors: true }
/** Products never bought that are ranked for each example. */
const FRESH = 120
/** How much the linear score counts beside the trees: as much for what is new, less where it matters that trees tell when something is due again. */
const LINEAR_SHARE = { fresh: 1, all: 0.5 } as const
/** Of so many customers one teaches nothing, and judges the judges. */
const HELD_BACK = 10
/** Lists below which there is nothing to be learnt. */
const LEAST_LISTS = 30

export interface Training {
  readonly histories: Histories
  /** Of each product of the histories: its name and the like. */
  readonly texts: readonly (string | undefined)[]
  /** The judges in place, to be beaten. */
  readonly present: Judges | undefined
  readonly say: (what: string) => void
  /** What is known of a customer besides what they did. */
  readonly known?: (customerId: string) => Known | undefined
  /** Trees from elsewhere that may do better than our own. */
  readonly outside?: OutsideTrees | undefined
}

/** NDCG@10 over the lists of customers held back, and which judge came of it. */
export interface JudgeReport {
  readonly lists: number
  readonly heldBack: number
  /** The sources alone, added up. */
  readonly plain: number
  readonly present: number | undefined
  readonly trained: number | undefined
  /** Trees from elsewhere in the place of the best judge's own. */
  readonly outside: number | undefined
  readonly kept: 'trained' | 'present' | 'plain' | 'outside'
}

export interface TrainingReport {
  readonly customers: number
  readonly products: number
  readonly fresh: JudgeReport
  readonly all: JudgeReport
}

/**
 * Learns from all histories: judges from moments of the past and what came after, rows from everything. New judges take the place of
 * the present ones only where they put lists of customers they never saw into a better order. Undefined where no product has buyers
 * enough.
 * @param from what is learnt at an instant: an ablation leaves some of it out
 */
export function train(
  { histories, texts, present, say, outside, known }: Training,
  from: typeof learn = learn,
): { model: RankerModel; report: TrainingReport } | undefined {
  const { taught, heldBack } = lessonsOf({ histories, texts, say }, from)
  const fresh = choose('fresh', taught, heldBack, present, outside)
  say(`judges of ${taught.all.size} lists`)
  const all = choose('all', taught, heldBack, present, outside)
  const snapshot = from(histories, histories.starts.slice(1), newest(histories), texts, OPTIONS)
  if (snapshot.n === 0) return undefined
  const calibration = calibrated(heldBack.all, all.judge, outside)
  const leanings = learnLeanings(snapshot.pasts, snapshot.n, snapshot.factors, c => known?.(histories.customers[c]!) ?? nobody)
  return {
    model: { ...modelOf(snapshot, histories, { fresh: fresh.judge, all: all.judge }, calibration), leanings },
    report: { customers: histories.customers.length, products: snapshot.n, fresh: fresh.report, all: all.report },
  }
}

/** Lists of moments of the past with what became of them: those that teach, and those of customers held back, of the latest moment. */
export function lessonsOf(
  { histories, texts, say }: Pick<Training, 'histories' | 'texts' | 'say'>,
  from: typeof learn = learn,
): { readonly taught: Lessons; readonly heldBack: Lessons } {
  const taught: Lessons = { all: new Examples(), fresh: new Examples() }
  const heldBack: Lessons = { all: new Examples(), fresh: new Examples() }
  for (const [k, split] of splits(histories).entries()) {
    const snapshot = from(histories, split.ends, split.now, texts, OPTIONS)
    addExamples(snapshot, histories, split, FRESH, c =>
      isHeldBack(histories.customers[c]!) ? (k === 0 ? heldBack : undefined) : taught,
    )
    say(`${snapshot.n} products as of ${new Date(split.now).toISOString().slice(0, 10)}, ${taught.all.size} lists so far`)
  }
  return { taught, heldBack }
}

function choose(
  name: JudgeName,
  { [name]: taught }: Lessons,
  { [name]: heldBack }: Lessons,
  before: Judges | undefined,
  outside: OutsideTrees | undefined,
): { judge: Judge; report: JudgeReport } {
  const present = before?.[name]
  const trained = taught.size < LEAST_LISTS ? undefined : trainJudge(taught, LINEAR_SHARE[name])
  const judges: Record<JudgeReport['kept'], Judge | undefined> = { plain: plainJudge, present, trained, outside: undefined }
  const worth = (one: Judge | undefined) => (one === undefined ? undefined : ndcgOf(heldBack, one, outside))
  const ndcg = { plain: ndcgOf(heldBack, plainJudge), present: worth(present), trained: worth(trained) }
  let kept: JudgeReport['kept'] = 'plain'
  for (const one of ['present', 'trained'] as const) if ((ndcg[one] ?? 0) > ndcg[kept]!) kept = one
  if (outside !== undefined) judges.outside = { ...judges[kept]!, outside: { digest: outside.digest, name } }
  const foreign = worth(judges.outside)
  if ((foreign ?? 0) > ndcg[kept]!) kept = 'outside'
  return {
    judge: judges[kept]!,
    report: { lists: taught.size, heldBack: heldBack.size, ...ndcg, outside: foreign, kept },
  }
}

/** On lists that the judge did not learn from. */
function calibrated(lists: Examples, one: Judge, outside: OutsideTrees | undefined): Calibration | undefined {
  if (lists.size < LEAST_LISTS) return undefined
  const scores: number[] = []
  const happened: boolean[] = []
  for (const { values, taken } of lists) {
    scores.push(...judge(one, values, outside))
    happened.push(...taken)
  }
  return calibrate(scores, happened)
}

/** By a hash, so that a customer held back once always is. */
const isHeldBack = (customerId: string): boolean =>
  createHash('sha256').update(`held back\u001f${customerId}`).digest().readUInt32BE() % HELD_BACK === 0

const newest = ({ at }: Histories): number => at.reduce((a, b) => Math.max(a, b), 0)

const modelOf = (
  { n, rows, factors, facts, products, numbers, now }: Snapshot,
  histories: Histories,
  judges: Judges,
  calibration: Calibration | undefined,
): RankerModel => ({
  n,
  rows,
  factors,
  facts,
  products: Array.from(products, product => histories.products[product]!),
  passedOver: histories.products.filter((_, product) => numbers[product]! < 0),
  judges,
  calibration,
  asOf: now,
})
