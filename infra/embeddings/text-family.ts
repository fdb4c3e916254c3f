import type { Embedder } from '../../models/embedding/embedder.ts'
import { hashedEmbedder } from '../../models/embedding/hashed-embedder.ts'
import { readsAsEnglish, type TextKind } from '../../models/embedding/reads-as-english.ts'

/** One way of making vectors, whatever its present version. Each text goes to every family that takes it; their spaces are never mixed. */
export interface TextFamily {
  readonly name: 'hashed' | 'minilm'
  readonly takes: (kind: TextKind, text: string) => boolean
  /** The embedder of now: another one, with another space, once its model is another. @throws EmbedderUnavailable */
  current(): Promise<Embedder>
  close(): Promise<void>
}

/** Takes every text: what no model can read has a vector all the same. */
export const hashedFamily: TextFamily = {
  name: 'hashed',
  takes: () => true,
  current: async () => hashedEmbedder,
  close: async () => {},
}

/** Texts in English only. @param model its process */
export const minilmFamily = (model: Pick<TextFamily, 'current' | 'close'>): TextFamily => ({
  name: 'minilm',
  takes: readsAsEnglish,
  current: () => model.current(),
  close: () => model.close(),
})
