import type { RebuildPolicy } from './graph-messages.ts'

/** What an id, its slot and its version take in the maps of the main thread. */
const STORED = 200
/** What a label takes in the maps of hnswlib and of the worker. */
const LABELLED = 200

/**
 * The most memory that one vector takes, in bytes: in the store; in the graph, with as many dead points as are let be; and in the graph that is
 * built beside it. A point has 2m links on the lowest level, m on each of 1 / (m − 1) levels more on average, of four bytes each.
 */
export function bytesPerVector(dims: number, m: number, { share }: RebuildPolicy): number {
  const vector = dims * Float32Array.BYTES_PER_ELEMENT
  const point = vector + 4 * (2 * m + 1) + (4 * (m + 1)) / (m - 1) + LABELLED
  return vector + STORED + (1 + share) * point + point
}
