/**
 * How far clusters lie apart for how wide they are, each per degree of freedom (Caliński & Harabasz 1974): larger is better.
 * Undefined where there is one cluster, or as many as points; 1 where no cluster has any width, as in scikit-learn.
 *
 * @param total squared distances of all points from their common mean, added up
 * @param inertia squared distances of all points from the means of their clusters, added up
 */
export function calinskiHarabasz(total: number, inertia: number, points: number, k: number): number | undefined {
  if (k < 2 || k >= points) return undefined
  return inertia === 0 ? 1 : ((total - inertia) * (points - k)) / (inertia * (k - 1))
}
