type Column = Float64Array | Int32Array | Uint8Array

const BITS = 16
const CHUNK = 1 << BITS

/** A column whose length nobody knows before: numbers stand in chunks, so that growing copies nothing. */
export class GrowingColumn<C extends Column> {
  length = 0
  private readonly make: (length: number) => C
  private chunks: C[] = []

  /** @param make a column of so many zeros */
  constructor(make: (length: number) => C) {
    this.make = make
  }

  push(value: number): void {
    const at = this.length++
    if ((at & (CHUNK - 1)) === 0) this.chunks.push(this.make(CHUNK))
    this.chunks[at >> BITS]![at & (CHUNK - 1)] = value
  }

  at(place: number): number {
    return this.chunks[place >> BITS]![place & (CHUNK - 1)]!
  }

  set(place: number, value: number): void {
    this.chunks[place >> BITS]![place & (CHUNK - 1)] = value
  }

  /** All of it in one piece. Chunks go as they are copied, so the column is empty then. */
  whole(): C {
    const all = this.make(this.length)
    for (const [chunk, values] of this.chunks.entries()) {
      const from = chunk << BITS
      all.set(values.subarray(0, Math.min(CHUNK, this.length - from)), from)
      this.chunks[chunk] = this.make(0)
    }
    this.chunks = []
    this.length = 0
    return all
  }
}

export const doubles = (length: number): Float64Array => new Float64Array(length)
export const integers = (length: number): Int32Array => new Int32Array(length)
export const bytes = (length: number): Uint8Array => new Uint8Array(length)
