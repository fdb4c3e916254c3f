/** Slots of a slab, as a power of two: 1.5 MiB of 384 dimensions. */
const SLAB_BITS = 10
export const SLAB_SLOTS = 1 << SLAB_BITS

/**
 * Vectors of length 1 by id, each in a slot of its own, in memory that other threads can read. A slot keeps its id until that is deleted; a
 * version that grows with every write tells whether a slot is still what it was.
 *
 * With `most`, the id written longest ago makes room for a new one.
 */
export class VectorStore {
  readonly dims: number
  /** SLAB_SLOTS vectors each; one more when all are full, never one less. */
  readonly slabs: SharedArrayBuffer[] = []
  /** By slot; undefined where it is free. */
  readonly ids: (string | undefined)[] = []
  /** By slot. */
  readonly versions: number[] = []
  evicted = 0
  readonly #most: number
  readonly #views: Float32Array[] = []
  /** In order of the last write. */
  readonly #slots = new Map<string, number>()
  #free: number[] = []
  #version = 0

  constructor(dims: number, most = Number.POSITIVE_INFINITY) {
    this.dims = dims
    this.#most = most
  }

  get size(): number {
    return this.#slots.size
  }

  slotOf(id: string): number | undefined {
    return this.#slots.get(id)
  }

  /** Every slot in use, the one written longest ago first. */
  slots(): IterableIterator<number> {
    return this.#slots.values()
  }

  /** Takes a vector of length 1; answers its slot, or undefined where it was there already, so that what follows the store has nothing to do. */
  put(id: string, unit: Float32Array): number | undefined {
    let slot = this.#slots.get(id)
    if (slot === undefined) {
      if (this.#slots.size >= this.#most) this.#evict()
      slot = this.#free.pop() ?? this.ids.length
    } else if (this.#holds(slot, unit)) {
      this.#slots.delete(id)
      this.#slots.set(id, slot)
      return undefined
    }
    this.#place(slot, id, unit, this.#version + 1)
    return slot
  }

  /** Puts what a snapshot holds where it was. Of two that claim a slot or an id the higher version stays, whatever comes first. */
  restore(slot: number, id: string, unit: Float32Array, version: number): void {
    const [there, elsewhere] = [this.ids[slot], this.#slots.get(id)]
    if (there !== undefined && this.versions[slot]! >= version) return
    if (elsewhere !== undefined && elsewhere !== slot) {
      if (this.versions[elsewhere]! >= version) return
      this.remove(id)
    }
    if (there !== undefined && there !== id) this.remove(there)
    this.#place(slot, id, unit, version)
  }

  /** After `restore`: slots that stayed empty can be taken. */
  findFree(): void {
    this.#free = []
    for (let slot = this.ids.length - 1; slot >= 0; slot--) if (this.ids[slot] === undefined) this.#free.push(slot)
  }

  /** The slot that is free now; undefined where the id was not there. */
  remove(id: string): number | undefined {
    const slot = this.#slots.get(id)
    if (slot === undefined) return undefined
    this.#slots.delete(id)
    this.ids[slot] = undefined
    this.#free.push(slot)
    return slot
  }

  /** A copy. */
  vector(slot: number): Float32Array {
    const offset = this.offset(slot)
    return this.slab(slot).slice(offset, offset + this.dims)
  }

  /** The cosine of a vector of length 1 with the one in a slot. */
  similarity(slot: number, unit: Float32Array): number {
    return dot(unit, this.slab(slot), this.offset(slot), this.dims)
  }

  slab(slot: number): Float32Array {
    return this.#views[slot >> SLAB_BITS]!
  }

  /** Where the slot's vector begins in its slab. */
  offset(slot: number): number {
    return (slot & (SLAB_SLOTS - 1)) * this.dims
  }

  #place(slot: number, id: string, unit: Float32Array, version: number): void {
    while (this.slabs.length <= slot >> SLAB_BITS) {
      const slab = new SharedArrayBuffer(SLAB_SLOTS * this.dims * Float32Array.BYTES_PER_ELEMENT)
      this.slabs.push(slab)
      this.#views.push(new Float32Array(slab))
    }
    while (this.ids.length <= slot) {
      this.ids.push(undefined)
      this.versions.push(0)
    }
    this.slab(slot).set(unit, this.offset(slot))
    this.ids[slot] = id
    this.versions[slot] = version
    this.#version = Math.max(this.#version, version)
    this.#slots.delete(id)
    this.#slots.set(id, slot)
  }

  #holds(slot: number, unit: Float32Array): boolean {
    const [slab, offset] = [this.slab(slot), this.offset(slot)]
    return unit.every((x, i) => x === slab[offset + i])
  }

  #evict(): void {
    const [oldest] = this.#slots.keys()
    this.remove(oldest!)
    this.evicted++
  }
}

/** Four sums at once, so that an addition need not wait for the one before it. */
function dot(unit: Float32Array, slab: Float32Array, offset: number, dims: number): number {
  let [a, b, c, d] = [0, 0, 0, 0]
  const whole = dims & ~3
  for (let i = 0; i < whole; i += 4) {
    a += unit[i]! * slab[offset + i]!
    b += unit[i + 1]! * slab[offset + i + 1]!
    c += unit[i + 2]! * slab[offset + i + 2]!
    d += unit[i + 3]! * slab[offset + i + 3]!
  }
  for (let i = whole; i < dims; i++) a += unit[i]! * slab[offset + i]!
  return a + b + (c + d)
}
