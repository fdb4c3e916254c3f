import { Random } from '../../models/random.ts'

/** Groups of alike customers; the largest has some 17 % of all, as in a Zipf distribution. */
const CLUSTERS = 200
/** Directions in which vectors really differ: estimates for embeddings of sentences lie between 10 and 30. */
const INTRINSIC = 24
const WITHIN = 0.6
const NOISE = 0.02

/**
 * Seeded vectors as embeddings are, which uniform ones are not: a mixture of Gaussians in 24 dimensions whose sizes follow Zipf's law, turned
 * into the wanted number of dimensions by a random linear map, with a little noise in all of them. Every call of `next` gives another vector.
 */
export function clusteredVectors(dims: number, seed: string | number): { next(): Float32Array } {
  const fixed = new Random('clusters', dims)
  const centres = Array.from({ length: CLUSTERS }, () => normals(fixed, INTRINSIC))
  const map = Array.from({ length: INTRINSIC }, () => normals(fixed, dims))
  const sizes = centres.map((_, i) => 1 / (i + 1))
  const ends = sizes.map((_, i) => sizes.slice(0, i + 1).reduce((a, b) => a + b))
  const random = new Random('vectors', seed)
  return {
    next() {
      const at = random.float() * ends.at(-1)!
      const centre = centres[ends.findIndex(end => at < end)]!
      const vector = normals(random, dims).map(x => x * NOISE * Math.sqrt(INTRINSIC))
      for (const [i, row] of map.entries()) {
        const x = centre[i]! + WITHIN * normal(random)
        for (let d = 0; d < dims; d++) vector[d]! += x * row[d]!
      }
      return vector
    },
  }
}

const normals = (random: Random, n: number): Float32Array => Float32Array.from({ length: n }, () => normal(random))

/** Box and Muller 1958. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.float())) * Math.cos(2 * Math.PI * random.float())
}
