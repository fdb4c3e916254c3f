/** Somebody near: `similarity` is the cosine, 1 for the same direction. */
export interface Neighbour {
  readonly id: string
  readonly similarity: number
}

export interface Among {
  /** Ids that are never answered. */
  readonly exclude?: Iterable<string>
  /** The only ids that may be answered; null or absent for all. */
  readonly only?: Iterable<string> | null
}

export interface VectorIndexState {
  /** How searches are answered now: by comparing with everything, or by a graph that finds nearly all of the nearest. */
  readonly by: 'exact' | 'hnsw'
  readonly size: number
  /** Changed vectors that the graph has not taken in yet; searches compare with them one by one. */
  readonly pending: number
  /** Points of the graph that are no longer true. They cost time, and go when the graph is built anew. */
  readonly tombstones: number
  readonly rebuilding: boolean
  /** Ids let go because there was no room for more. */
  readonly evicted: number
  /** Mean share of the truly nearest among those answered, over the newest samples; undefined before the first. */
  readonly recall: number | undefined
  /** Why answers come slower than they should, as a sentence; they are right all the same. */
  readonly degraded: string | undefined
}

/**
 * Finds the vectors nearest to one by cosine. A vector counts from the search after its `upsert` on, a deleted one is gone from the search after.
 * Vectors are copied and scaled to length 1; of those found equally near, the lesser id comes first.
 */
export interface VectorIndex {
  readonly dims: number
  readonly size: number
  /** @throws {VectorRefused} */
  upsert(id: string, vector: Float32Array): void
  /** False where the id was not there. */
  delete(id: string): boolean
  /** A copy, of length 1. */
  get(id: string): Float32Array | undefined
  /** The `k` nearest, nearest first; fewer where there are not so many. Rejects with `VectorRefused`, or `IndexBusy`. */
  search(query: Float32Array, k: number, among?: Among): Promise<readonly Neighbour[]>
  /** Resolves when what was changed before is in the structure that answers. */
  flush(): Promise<void>
  state(): VectorIndexState
  close(): Promise<void>
}

/** A vector that cannot be compared: of another size, with something that is no number, or without a direction. */
export class VectorRefused extends Error {}

/** More searches wait than can be answered in time: ask again later. */
export class IndexBusy extends Error {}
