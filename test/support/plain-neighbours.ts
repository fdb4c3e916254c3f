/** The oracle: all cosines in full precision, sorted. */
export class PlainNeighbours {
  readonly #vectors = new Map<string, Float32Array>()

  get size(): number {
    return this.#vectors.size
  }

  set(id: string, vector: Float32Array): void {
    this.#vectors.set(id, Float32Array.from(vector))
  }

  delete(id: string): boolean {
    return this.#vectors.delete(id)
  }

  nearest(query: Float32Array, k: number): string[] {
    return [...this.#vectors]
      .map(([id, vector]) => ({ id, cosine: cosine(query, vector) }))
      .sort((a, b) => b.cosine - a.cosine || (a.id < b.id ? -1 : 1))
      .slice(0, k)
      .map(({ id }) => id)
  }
}

function cosine(a: Float32Array, b: Float32Array): number {
  let [ab, aa, bb] = [0, 0, 0]
  for (const [i, x] of a.entries()) {
    ab += x * b[i]!
    aa += x * x
    bb += b[i]! * b[i]!
  }
  return ab / Math.sqrt(aa * bb)
}
