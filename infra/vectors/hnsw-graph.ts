import type { HierarchicalNSW } from 'hnswlib-node'

export type Hnsw = typeof HierarchicalNSW

/** How a graph is made, and how far a search looks. docs/models.md says why these. */
export interface GraphSettings {
  readonly dims: number
  /** Links of a point on each level, twice as many on the lowest. */
  readonly m: number
  readonly efConstruction: number
  readonly ef: number
}

/** Which point stands for what: by label, the slot or −1 where the point is dead, and the version of the vector it was made of. */
export interface Labels {
  readonly slots: Int32Array<ArrayBuffer>
  readonly versions: Float64Array<ArrayBuffer>
}

const LEAST_CAPACITY = 1024

/**
 * A navigable small-world graph (Malkov & Yashunin 2018, by hnswlib) over slots of a `VectorStore`.
 *
 * A point of the graph never moves: a changed vector is a new point under a new label, and the old point is marked dead. hnswlib can also move
 * a point, which costs twice as much and leaves others without a way to them. The dead go on showing the way, so recall does not suffer; they
 * cost time, and whoever owns the graph builds another before they are too many.
 */
export class HnswGraph {
  readonly #index: HierarchicalNSW
  readonly #settings: GraphSettings
  readonly #slots: number[] = []
  readonly #versions: number[] = []
  readonly #labels = new Map<number, number>()
  /** hnswlib takes plain arrays only. */
  readonly #point: number[]

  /** @param from a file that `write` made, and its labels */
  constructor(hnsw: Hnsw, settings: GraphSettings, from?: { readonly file: string; readonly labels: Labels }) {
    this.#settings = settings
    this.#point = new Array<number>(settings.dims).fill(0)
    this.#index = new hnsw('ip', settings.dims)
    if (from === undefined) this.#index.initIndex(LEAST_CAPACITY, settings.m, settings.efConstruction)
    else {
      this.#index.readIndexSync(from.file)
      if (this.#index.getCurrentCount() !== from.labels.slots.length)
        throw new Error(`the graph has ${this.#index.getCurrentCount()} points, its labels ${from.labels.slots.length}`)
      for (const [label, slot] of from.labels.slots.entries()) {
        this.#slots.push(slot)
        this.#versions.push(from.labels.versions[label]!)
        if (slot >= 0) this.#labels.set(slot, label)
      }
    }
  }

  get live(): number {
    return this.#labels.size
  }

  get tombstones(): number {
    return this.#slots.length - this.#labels.size
  }

  liveSlots(): number[] {
    return [...this.#labels.keys()]
  }

  /** A copy. */
  get labels(): Labels {
    return { slots: Int32Array.from(this.#slots), versions: Float64Array.from(this.#versions) }
  }

  /** The version of the vector that stands for a slot; undefined where none does. */
  versionOf(slot: number): number | undefined {
    const label = this.#labels.get(slot)
    return label === undefined ? undefined : this.#versions[label]
  }

  /** Of what a slot's vector is now: `vector` holds it from `offset` on. */
  upsert(slot: number, version: number, vector: Float32Array, offset: number): void {
    this.remove(slot)
    const label = this.#slots.length
    const room = this.#index.getMaxElements()
    if (label >= room) this.#index.resizeIndex(Math.ceil(Math.max(label + 1, room * 1.5)))
    this.#index.addPoint(this.#taken(vector, offset), label)
    this.#slots.push(slot)
    this.#versions.push(version)
    this.#labels.set(slot, label)
  }

  /** Nothing where the slot is not there. */
  remove(slot: number): void {
    const label = this.#labels.get(slot)
    if (label === undefined) return
    this.#index.markDelete(label)
    this.#labels.delete(slot)
    this.#slots[label] = -1
  }

  /** Slots, nearest first. */
  search(vector: Float32Array, offset: number, k: number, passes?: (slot: number) => boolean): number[] {
    const most = Math.min(k, this.live)
    if (most === 0) return []
    this.#index.setEf(Math.max(this.#settings.ef, 2 * most))
    const filter = passes === undefined ? undefined : (label: number) => passes(this.#slots[label]!)
    return this.#index.searchKnn(this.#taken(vector, offset), most, filter).neighbors.map(label => this.#slots[label]!)
  }

  /** Nothing may be added or removed until it is done. */
  async write(file: string): Promise<void> {
    await this.#index.writeIndex(file)
  }

  /** Gives its memory back now: the collector does not know how much there is outside its heap. It cannot be used afterwards. */
  free(): void {
    this.#index.initIndex(1)
  }

  #taken(vector: Float32Array, offset: number): number[] {
    const point = this.#point
    for (let i = 0; i < point.length; i++) point[i] = vector[offset + i]!
    return point
  }
}
