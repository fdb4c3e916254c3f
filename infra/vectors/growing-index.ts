import { type Allowed, allowedOf, allows } from '../../models/vectors/allowed.ts'
import { exactSearch } from '../../models/vectors/exact-search.ts'
import { Nearest } from '../../models/vectors/nearest.ts'
import { scan } from '../../models/vectors/scan.ts'
import { unitVector } from '../../models/vectors/unit-vector.ts'
import {
  type Among,
  IndexBusy,
  type Neighbour,
  type VectorIndex,
  type VectorIndexState,
} from '../../models/vectors/vector-index.ts'
import type { VectorStore } from '../../models/vectors/vector-store.ts'
import type { Clock } from '../../streams/clock.ts'
import type { FollowedGraph } from './followed-graph.ts'
import { GraphGone } from './graph-client.ts'
import type { SlotFilter } from './graph-messages.ts'
import { RecallSamples } from './recall-samples.ts'
import { Turns } from './turns.ts'

/** Searches that may wait for the worker, and for exact answers of the main thread, before others are turned away. */
const [MOST_SEARCHES, MOST_EXACT] = [5000, 64]
/** So few ids, or so small a share, are compared one by one sooner than a graph finds its way among those that do not count. */
const [FEW, FEW_SHARE] = [2000, 0.1]
/** So few ids not wanted are asked for on top and dropped; more are kept out by the graph itself, which costs it a call for each point it meets. */
const FEW_EXCLUDED = 100

export interface GrowingIndexSettings {
  readonly clock: Clock
  /** The size from which on a graph is kept. */
  readonly graphFrom: number
  readonly begin: () => FollowedGraph
  /** How often, at most, an answer is compared with the exact one, in ms. */
  readonly sampleMs: number
  /** Hears the share of the truly nearest in a sampled answer. */
  readonly onRecall: (recall: number) => void
}

/**
 * Exact while it is small; from `graphFrom` vectors on it keeps a graph beside them. Whatever the graph lacks, because it is being built, has
 * not heard of a change yet, or is gone, is compared exactly, so answers are as fresh as the vectors.
 */
export class GrowingIndex implements VectorIndex {
  readonly #store: VectorStore
  readonly #settings: GrowingIndexSettings
  readonly #turns = new Turns(MOST_EXACT)
  readonly #recall = new RecallSamples()
  #graph: FollowedGraph | undefined
  #sampledAt = Number.NEGATIVE_INFINITY

  /** @param graph of a store that has been large before */
  constructor(store: VectorStore, settings: GrowingIndexSettings, graph?: FollowedGraph) {
    this.#store = store
    this.#settings = settings
    this.#graph = graph
    this.#grow()
  }

  get dims(): number {
    return this.#store.dims
  }

  get size(): number {
    return this.#store.size
  }

  get graph(): FollowedGraph | undefined {
    return this.#graph
  }

  upsert(id: string, vector: Float32Array): void {
    const slot = this.#store.put(id, unitVector(vector, this.dims))
    if (this.#graph === undefined) this.#grow()
    else if (slot !== undefined) this.#graph.changed(slot)
  }

  delete(id: string): boolean {
    const slot = this.#store.remove(id)
    if (slot !== undefined) this.#graph?.removed(slot)
    return slot !== undefined
  }

  get(id: string): Float32Array | undefined {
    const slot = this.#store.slotOf(id)
    return slot === undefined ? undefined : this.#store.vector(slot)
  }

  async search(query: Float32Array, k: number, among: Among = {}): Promise<readonly Neighbour[]> {
    const unit = unitVector(query, this.dims)
    const allowed = allowedOf(this.#store, among)
    const graph = this.#graph
    if (graph === undefined || !graph.ready || k < 1 || this.#areFew(allowed)) return this.#exact(unit, k, allowed)
    if (graph.waiting >= MOST_SEARCHES) throw new IndexBusy(`${graph.waiting} searches wait for the graph; ask again later`)
    try {
      const found = await graph.search(unit, wanted(k, allowed), this.#filterOf(allowed))
      const answer = await this.#completed(found, graph, unit, k, allowed)
      this.#sample(unit, k, allowed, answer)
      return answer
    } catch (error) {
      if (error instanceof GraphGone) return this.#exact(unit, k, allowed)
      throw error
    }
  }

  async flush(): Promise<void> {
    await this.#graph?.flush()
  }

  state(): VectorIndexState {
    const graph = this.#graph
    return {
      by: graph?.ready ? 'hnsw' : 'exact',
      size: this.size,
      pending: graph?.pending.size ?? 0,
      tombstones: graph?.stats.tombstones ?? 0,
      rebuilding: graph?.stats.rebuilding ?? false,
      evicted: this.#store.evicted,
      recall: this.#recall.mean,
      degraded: graph?.degraded,
    }
  }

  async close(): Promise<void> {
    await this.#graph?.close()
  }

  #grow(): void {
    if (this.#graph === undefined && this.size >= this.#settings.graphFrom) this.#graph = this.#settings.begin()
  }

  #exact(unit: Float32Array, k: number, allowed: Allowed): Promise<readonly Neighbour[]> {
    return this.#turns.run(exactSearch(this.#store, unit, k, allowed))
  }

  /** What the graph found, without what is not true any more, and with what it does not have. */
  async #completed(
    found: Int32Array,
    graph: FollowedGraph,
    unit: Float32Array,
    k: number,
    allowed: Allowed,
  ): Promise<readonly Neighbour[]> {
    const { pending } = graph
    const { ids } = this.#store
    const only = [...pending.keys()].filter(slot => ids[slot] !== undefined && allows(allowed, ids[slot]!))
    for (const slot of found) if (!pending.has(slot)) only.push(slot)
    if (only.length > FEW) return this.#exact(unit, k, { ...allowed, only })
    const nearest = new Nearest(k)
    for (const _pause of scan(this.#store, unit, nearest, { ...allowed, only }));
    return nearest.list()
  }

  #areFew({ only }: Allowed): boolean {
    return only !== undefined && only.length <= Math.max(FEW, FEW_SHARE * this.size)
  }

  #filterOf({ only, excluded }: Allowed): SlotFilter | undefined {
    if (only !== undefined) return { slots: Int32Array.from(only), pass: true }
    if (excluded.size <= FEW_EXCLUDED) return undefined
    const slots = [...excluded].map(id => this.#store.slotOf(id)).filter(slot => slot !== undefined)
    return { slots: Int32Array.from(slots), pass: false }
  }

  #sample(unit: Float32Array, k: number, allowed: Allowed, answer: readonly Neighbour[]): void {
    const now = this.#settings.clock.monotonic()
    if (now - this.#sampledAt < this.#settings.sampleMs || !this.#turns.idle) return
    this.#sampledAt = now
    void this.#exact(unit, k, allowed).then(nearest => this.#settings.onRecall(this.#recall.add(answer, nearest)))
  }
}

const wanted = (k: number, { only, excluded }: Allowed): number =>
  only === undefined && excluded.size <= FEW_EXCLUDED ? k + excluded.size : k
