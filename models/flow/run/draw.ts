import { createHash } from 'node:crypto'

/** From 0 up to, not including, 1: the same for the same words, everywhere and always. Ids have no control characters, so no two lists of words run together. */
export const draw = (...words: readonly string[]): number =>
  createHash('sha256').update(words.join('\0')).digest().readUIntBE(0, 6) / 2 ** 48

/** The variant that a draw in [0, 1) falls upon, each as wide as its weight. Weights are above zero and need not sum to anything. */
export function variantAt(variants: readonly { readonly name: string; readonly weight: number }[], drawn: number): string {
  const point = drawn * variants.reduce((sum, { weight }) => sum + weight, 0)
  let passed = 0
  for (const { name, weight } of variants) {
    passed += weight
    if (point < passed) return name
  }
  return variants.at(-1)!.name
}
