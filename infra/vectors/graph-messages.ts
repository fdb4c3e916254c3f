import type { GraphSettings, Labels } from './hnsw-graph.ts'

/** What a worker is started with. */
export interface GraphWorkerData {
  readonly settings: GraphSettings
  readonly rebuild: RebuildPolicy
  /** The package that brings hnswlib. */
  readonly library: string
}

/** A graph is built anew when its dead points are more than a share of the living, and more than so many. */
export interface RebuildPolicy {
  readonly share: number
  readonly least: number
}

/** Which slots may be answered, or which may not. */
export interface SlotFilter {
  readonly slots: Int32Array
  readonly pass: boolean
}

/** One of a batch of searches; its vector stands in the batch's `queries` at its place. */
export interface GraphQuery {
  readonly id: number
  readonly k: number
  readonly filter: SlotFilter | undefined
}

/** Main thread → worker. Slots and versions go side by side. */
export type GraphRequest =
  | { readonly type: 'slabs'; readonly slabs: readonly SharedArrayBuffer[] }
  | { readonly type: 'stale'; readonly slots: Int32Array }
  | { readonly type: 'upsert'; readonly slots: Int32Array; readonly versions: Float64Array }
  | { readonly type: 'search'; readonly batch: readonly GraphQuery[]; readonly queries: Float32Array }
  | { readonly type: 'settle'; readonly id: number }
  | { readonly type: 'write'; readonly id: number; readonly file: string }
  | { readonly type: 'read'; readonly id: number; readonly file: string; readonly sum: number; readonly labels: Labels }

/** Worker → main thread. */
export type GraphAnswer =
  | { readonly type: 'unavailable'; readonly reason: string }
  | {
      readonly type: 'found'
      readonly ids: Float64Array
      /** How many slots each search found; they follow each other in `slots`. */
      readonly counts: Int32Array
      readonly slots: Int32Array
    }
  | { readonly type: 'applied'; readonly slots: Int32Array; readonly versions: Float64Array }
  | { readonly type: 'stats'; readonly stats: GraphStats }
  | { readonly type: 'settled'; readonly id: number }
  | { readonly type: 'written'; readonly id: number; readonly labels: Labels; readonly sum: number }
  | { readonly type: 'read'; readonly id: number }
  | { readonly type: 'failed'; readonly id: number; readonly reason: string }

export interface GraphStats {
  readonly live: number
  readonly tombstones: number
  readonly rebuilding: boolean
}
