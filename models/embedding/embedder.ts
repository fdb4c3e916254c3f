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
  /** One vector for each text, in order; zero for one that is refused. @throws EmbedderUnavailable where a model cannot be asked now */
  embed(texts: readonly string[]): Promise<readonly Float32Array[]>
  /** Why a text just embedded has no vector though there is something in it; undefined of all others. */
  refusal(text: string): RefusalCode | undefined
}

/** What comes of a model each time it is asked about a text: its process ends, or says nothing, or answers with what is no vector of its. */
export type RefusalCode = 'model_died' | 'model_silent' | 'vector_invalid'

/** No vectors of this kind for now: the model is missing, broken, or being started again. What others embed goes on. */
export class EmbedderUnavailable extends Error {
  override readonly name = 'EmbedderUnavailable'
}
