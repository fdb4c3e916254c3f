import { type Factors, foldIn } from '../factorisation.ts'
import { type Clusters, kMeans, nearestCentre } from '../k-means.ts'
import { groupsOf, type Known, SegmentCounts, type SegmentPopularity, segmentLean } from '../segment-popularity.ts'
import type { Past } from './past.ts'

/** Who touched at most so many products is hardly known: what they are like tells as much as what they did. */
const HARDLY_KNOWN = 2
/** Customers of a cluster, on the mean, and clusters at most. */
const CLUSTER_SIZE = 100
const MOST_CLUSTERS = 32
/** Products somebody must have bought for their interests to be told. */
const TELLING = 3

/** What groups of customers buy more of than others: those of one city, age or segment, and those of like interests. */
export interface Leanings {
  readonly popular: SegmentPopularity
  /** Centres of customers by their vectors, of length 1; without factors there are none. */
  readonly interests: Pick<Clusters, 'dimensions' | 'centres'> | undefined
}

/** @param known of each customer of the pasts */
export function learnLeanings(
  pasts: readonly Past[],
  n: number,
  factors: Factors | undefined,
  known: (customer: number) => Known,
): Leanings {
  const vectors = pasts.map(past =>
    factors === undefined || past.items.length < TELLING ? undefined : interestsOf(past, factors),
  )
  const told = vectors.filter(vector => vector !== undefined)
  const clusters =
    factors === undefined || told.length === 0
      ? undefined
      : kMeans(Float64Array.from(told.flatMap(vector => [...vector])), factors.dimensions, {
          k: Math.max(1, Math.min(MOST_CLUSTERS, Math.floor(told.length / CLUSTER_SIZE))),
          rounds: 30,
          seed: 1,
        })
  const counts = new SegmentCounts(n)
  for (const [customer, past] of pasts.entries()) {
    const groups = groupsOf(known(customer))
    const vector = vectors[customer]
    if (clusters !== undefined && vector !== undefined) groups.push(cluster(clusters, vector))
    counts.add(groups, purchasesOf(past))
  }
  return {
    popular: counts.learnt,
    interests: clusters && { dimensions: clusters.dimensions, centres: clusters.centres },
  }
}

/**
 * By how much each product is likelier to be bought by those who are like somebody hardly known than by everybody, as a logarithm: of
 * their segment, city, gender, language and age, and, after their first deeds, of the cluster of interests they stand nearest to.
 * Undefined for who is known by what they did, and for who is in no group that is known.
 */
export function leaningOf(
  { popular, interests }: Leanings,
  factors: Factors | undefined,
  past: Past,
  known: Known,
): Float64Array | undefined {
  if (past.items.length > HARDLY_KNOWN) return undefined
  const groups = groupsOf(known)
  const vector = interests === undefined || factors === undefined ? undefined : interestsOf(past, factors)
  if (interests !== undefined && vector !== undefined) groups.push(cluster(interests, vector))
  return groups.some(name => Object.hasOwn(popular.groups, name)) ? segmentLean(popular, groups) : undefined
}

const cluster = (clusters: Pick<Clusters, 'dimensions' | 'centres'>, vector: Float64Array): string =>
  `interest:${nearestCentre(clusters, vector)}`

/** Where a customer stands, by what they touched: a vector of length 1; undefined where nothing of it is known. */
function interestsOf({ items }: Past, factors: Factors): Float64Array | undefined {
  const touched = items.filter(item => item >= 0)
  if (touched.length === 0) return undefined
  const vector = foldIn(factors, { items: touched, weights: new Float64Array(touched.length).fill(1) })
  const length = Math.sqrt(vector.reduce((sum, one) => sum + one * one, 0))
  return length === 0 ? undefined : vector.map(one => one / length)
}

function* purchasesOf({ items, times }: Past): Iterable<number> {
  for (let k = 0; k < items.length; k++) if (items[k]! >= 0 && times[k]! > 0) yield items[k]!
}
