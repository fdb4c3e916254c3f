/** What is known of one number of clusters. Undefined: it cannot be told, of one cluster or of as many as rows. */
export interface Evidence {
  readonly k: number
  readonly inertia: number
  readonly calinskiHarabasz: number | undefined
  readonly silhouette: { readonly mean: number; readonly standardError: number } | undefined
  readonly stability: { readonly mean: number; readonly deviation: number; readonly pairs: number } | undefined
}

export type Criterion = 'stability' | 'silhouette' | 'elbow' | 'calinski-harabasz'

/** One look at the numbers that were left: which one it would take by itself, and which it leaves to the next. */
export interface Reason {
  readonly criterion: Criterion
  readonly favours: number | undefined
  readonly left: readonly number[]
  /** In which way: `passed` some of them, `none_passed` and it left the best, `took` one, `no_word` and it left all. */
  readonly verdict: 'passed' | 'none_passed' | 'took' | 'no_word'
}

/** How much there is in it, by the silhouette (Kaufman & Rousseeuw 1990, table 4): below 0.26 none, 0.51 weak, 0.71 reasonable. */
export type Structure = 'none' | 'weak' | 'reasonable' | 'strong'

export interface Choice {
  readonly k: number
  readonly reasons: readonly Reason[]
  readonly structure: Structure
}

/** Clusterings of resamples that agree less than this tell of the sample rather than of the customers. */
const STABLE = 0.8
/** Stabilities and silhouettes nearer to the best than this are as good. */
const AS_STABLE = 0.05
const AS_GOOD = 0.02

/**
 * One number of clusters from four criteria, each narrowing what the one before left: what resamples agree on; of these, the best silhouettes; of
 * these, the elbow's, or else the best by Caliński and Harabasz. Resamples come first because a clustering that does not come again is no
 * finding; the silhouette before the elbow because it knows the points and the elbow only the curve.
 *
 * @param evidence ascending by k, from 2; without any, everybody is in one cluster
 * @param knee of the curve of inertia from k = 1, if it has one
 */
export function chooseK(evidence: readonly Evidence[], knee: number | undefined): Choice {
  const told = evidence.filter(({ silhouette }) => silhouette !== undefined)
  if (told.length === 0) return { k: 1, reasons: [], structure: 'none' }
  const reasons: Reason[] = []
  const stable = passing(
    told,
    'stability',
    one => one.stability?.mean,
    () => STABLE,
    AS_STABLE,
  )
  reasons.push(stable.reason)
  const good = passing(
    stable.left,
    'silhouette',
    one => one.silhouette?.mean,
    best => best - AS_GOOD,
    0,
  )
  reasons.push(good.reason)
  const elbow = good.left.filter(({ k }) => k === knee)
  const left = elbow.length > 0 ? elbow : good.left
  reasons.push({ criterion: 'elbow', favours: knee, left: ksOf(left), verdict: elbow.length > 0 ? 'took' : 'no_word' })
  const densest = best(left, one => one.calinskiHarabasz)!
  const favours = best(told, one => one.calinskiHarabasz)!.k
  reasons.push({ criterion: 'calinski-harabasz', favours, left: [densest.k], verdict: left.length > 1 ? 'took' : 'no_word' })
  return { k: densest.k, reasons, structure: structureOf(densest.silhouette!.mean) }
}

type Of = (one: Evidence) => number | undefined

/** Those that reach a mark; where none does, the best and those within `margin` of it. */
function passing(from: readonly Evidence[], criterion: Criterion, of: Of, markOf: (best: number) => number, margin: number) {
  const top = best(from, of)!
  const value = of(top)
  if (value === undefined)
    return { left: from, reason: { criterion, favours: undefined, left: ksOf(from), verdict: 'no_word' } as Reason }
  const reaching = (mark: number) => from.filter(one => (of(one) ?? Number.NEGATIVE_INFINITY) >= mark)
  const passed = reaching(markOf(value))
  const left = passed.length > 0 ? passed : reaching(value - margin)
  const verdict = passed.length > 0 ? 'passed' : 'none_passed'
  return { left, reason: { criterion, favours: top.k, left: ksOf(left), verdict } as Reason }
}

/** The one with the largest value, the first of several. */
const best = (from: readonly Evidence[], of: Of): Evidence | undefined =>
  from.reduce<Evidence | undefined>((top, one) => (top === undefined || (of(one) ?? -1) > (of(top) ?? -1) ? one : top), undefined)

const ksOf = (from: readonly Evidence[]): number[] => from.map(({ k }) => k)

function structureOf(silhouette: number): Structure {
  if (silhouette < 0.26) return 'none'
  if (silhouette < 0.51) return 'weak'
  return silhouette < 0.71 ? 'reasonable' : 'strong'
}
