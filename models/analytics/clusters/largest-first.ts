import type { Clusters } from '../../k-means.ts'

/** The same clusters numbered by how many points they have, most first, ties as they came; those without any are left out. */
export function largestFirst({ dimensions, centres, of, inertia }: Clusters): Clusters {
  const sizes = new Int32Array(centres.length / dimensions)
  for (const c of of) sizes[c]!++
  const order = [...sizes.keys()].filter(c => sizes[c]! > 0).sort((a, b) => sizes[b]! - sizes[a]! || a - b)
  const place = new Int32Array(sizes.length)
  const sorted = new Float64Array(order.length * dimensions)
  for (const [at, c] of order.entries()) {
    place[c] = at
    sorted.set(centres.subarray(c * dimensions, (c + 1) * dimensions), at * dimensions)
  }
  return { dimensions, centres: sorted, of: of.map(c => place[c]!), inertia }
}
