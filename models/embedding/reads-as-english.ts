import { tellingsOf } from '../text/language.ts'

/** Letters that are looked at: enough to tell a language. */
const LOOKED_AT = 2000

export type TextKind = 'product' | 'message'

/**
 * Whether a text is one that a model taught in English can read: MiniLM takes Urdu script letter by letter, and Roman Urdu for misspelt
 * English. A message is English where its small words say so. A product's name has none, so its being in Latin letters is enough unless
 * they say otherwise.
 */
export function readsAsEnglish(kind: TextKind, text: string): boolean {
  const { latin, english, roman } = tellingsOf(text.slice(0, LOOKED_AT))
  return latin > 0.5 && (kind === 'product' ? english >= roman : english > roman)
}
