import type { GraphStats, RebuildPolicy } from './graph-messages.ts'
import { type GraphSettings, type Hnsw, HnswGraph, type Labels } from './hnsw-graph.ts'

/** Points moved into a new graph for each change that is taken in meanwhile. */
const MOVES_A_CHANGE = 3

/** Where the vector of a slot is. */
export type VectorOf = (slot: number) => { readonly vector: Float32Array; readonly offset: number }

/**
 * A graph kept up with changes in small steps, between which it answers. With too many dead points another is built beside it, by the same
 * steps, and takes its place when it has everything; changes go into both meanwhile.
 */
export class GraphKeeper {
  readonly #make: (from?: { file: string; labels: Labels }) => HnswGraph
  readonly #policy: RebuildPolicy
  readonly #vectorOf: VectorOf
  #graph: HnswGraph
  #next: { readonly graph: HnswGraph; readonly slots: number[]; moves: number } | undefined
  /** Versions by slot, in order. */
  readonly #queue = new Map<number, number>()
  /** While the graph is written nothing may change in it: what is dead meanwhile. */
  #held: Set<number> | undefined

  constructor(hnsw: Hnsw, settings: GraphSettings, policy: RebuildPolicy, vectorOf: VectorOf) {
    this.#make = from => new HnswGraph(hnsw, settings, from)
    this.#policy = policy
    this.#vectorOf = vectorOf
    this.#graph = this.#make()
  }

  get stats(): GraphStats {
    return { live: this.#graph.live, tombstones: this.#graph.tombstones, rebuilding: this.#next !== undefined }
  }

  /** Whether changes wait. */
  get behind(): boolean {
    return this.#queue.size > 0 || this.#held !== undefined
  }

  /** Whether a step would do something. */
  get busy(): boolean {
    return this.#held === undefined && (this.#queue.size > 0 || this.#next !== undefined)
  }

  enqueue(slot: number, version: number): void {
    this.#queue.delete(slot)
    this.#queue.set(slot, version)
  }

  /** The slot is not what it was: from now on it is not found, until what is enqueued after this is taken in. */
  stale(slot: number): void {
    this.#queue.delete(slot)
    if (this.#held !== undefined) this.#held.add(slot)
    else this.#forget(slot)
  }

  search(vector: Float32Array, offset: number, k: number, passes?: (slot: number) => boolean): number[] {
    const held = this.#held
    if (held === undefined || held.size === 0) return this.#graph.search(vector, offset, k, passes)
    return this.#graph.search(vector, offset, k, slot => !held.has(slot) && (passes === undefined || passes(slot)))
  }

  /** Takes in one change, or moves one point; answers the slot that was taken in. */
  step(): { slot: number; version: number } | undefined {
    const next = this.#next
    if (next !== undefined && (this.#queue.size === 0 || next.moves < MOVES_A_CHANGE)) {
      this.#move(next)
      return undefined
    }
    if (next !== undefined) next.moves = 0
    const [first] = this.#queue
    if (first === undefined) return undefined
    const [slot, version] = first
    this.#queue.delete(slot)
    const { vector, offset } = this.#vectorOf(slot)
    this.#graph.upsert(slot, version, vector, offset)
    this.#next?.graph.upsert(slot, version, vector, offset)
    this.#rebuildWhereDue()
    return { slot, version }
  }

  /** Writes the graph, which goes on answering; changes wait. */
  async write(file: string): Promise<Labels> {
    this.#held = new Set()
    try {
      await this.#graph.write(file)
      return this.#graph.labels
    } finally {
      const held = this.#held
      this.#held = undefined
      for (const slot of held) this.#forget(slot)
    }
  }

  /** Takes a written graph instead of the present one. @throws when it cannot be read */
  read(file: string, labels: Labels): void {
    const graph = this.#make({ file, labels })
    this.#graph.free()
    this.#graph = graph
  }

  #forget(slot: number): void {
    this.#graph.remove(slot)
    this.#next?.graph.remove(slot)
    this.#rebuildWhereDue()
  }

  #rebuildWhereDue(): void {
    const { live, tombstones } = this.#graph
    const { share, least } = this.#policy
    if (this.#next !== undefined || tombstones <= Math.max(least, share * live)) return
    this.#next = { graph: this.#make(), slots: this.#graph.liveSlots(), moves: 0 }
  }

  /** Moves the next point that neither went nor changed meanwhile. */
  #move(next: { readonly graph: HnswGraph; readonly slots: number[]; moves: number }): void {
    next.moves++
    for (let slot = next.slots.pop(); slot !== undefined; slot = next.slots.pop()) {
      const version = this.#graph.versionOf(slot)
      if (version === undefined || next.graph.versionOf(slot) !== undefined) continue
      const { vector, offset } = this.#vectorOf(slot)
      next.graph.upsert(slot, version, vector, offset)
      return
    }
    this.#swap(next.graph)
  }

  #swap(graph: HnswGraph): void {
    this.#graph.free()
    this.#graph = graph
    this.#next = undefined
  }
}
