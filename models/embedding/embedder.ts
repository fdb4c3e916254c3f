/**
 * Turns texts into vectors: near ones for texts that mean or look alike.
 *
 * A vector has length 1, or is zero for a text with nothing in it. The same text in the same space always has the same bytes, whatever
 * it is embedded together with; vectors of different spaces have nothing to say to each other.
 */
export interface Embedder {
  /** Names what makes the vectors, its version and all: `hashed-1`, `minilm-` and the digest of its files. */
  readonly space: string
  readonly dims: number
  /** One vector for each text, in order. @throws EmbedderUnavailable where a model cannot be asked now */
  embed(texts: readonly string[]): Promise<readonly Float32Array[]>
}

/** No vectors of this kind for now: the model is missing, broken, or being started again. What others embed goes on. */
export class EmbedderUnavailable extends Error {
  override readonly name = 'EmbedderUnavailable'
}
