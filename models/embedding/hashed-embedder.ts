import { normalText, soundOf, tokensOf } from '../text/normal-text.ts'
import type { Embedder } from './embedder.ts'

const DIMS = 256
/** Of a longer text the beginning tells enough; UTF-16 units, before and after signs that stand for whole phrases are resolved. */
const LONGEST_TEXT = 10_000

/** What a feature says of its text, by its kind; a seed apiece keeps kinds from meeting by their letters. */
const WORD = { seed: 1, weight: 1.5 }
const SOUND = { seed: 2, weight: 1.5 }
const SOUND_PAIR = { seed: 3, weight: 0.75 }
/** Parts by their number of letters: short ones are in every text. */
const PARTS = [
  { letters: 2, seed: 12, weight: 0.2 },
  { letters: 3, seed: 13, weight: 0.5 },
  { letters: 4, seed: 14, weight: 0.7 },
  { letters: 5, seed: 15, weight: 0.7 },
] as const

/**
 * Texts by the letters they are made of, in any script: words, their sounds (so that Roman Urdu is met however it is spelt), and parts of
 * two to five letters that reach over the ends of words. Each is hashed into one of 256 numbers, added or taken off by another bit of the
 * hash, so that what collides cancels out on average (Weinberger et al. 2009); how often counts by its logarithm.
 *
 * It knows no meaning: `delivery` and `shipping` are strangers. But it needs no model, and does a message in 0.06 ms.
 */
export const hashedEmbedder: Embedder = {
  space: 'hashed-1',
  dims: DIMS,
  embed: async texts => texts.map(hashedVector),
  refusal: () => undefined,
}

/** @returns 256 numbers, of length 1 together; zero where a text has neither letter, digit nor sign */
export function hashedVector(text: string): Float32Array {
  const words = tokensOf(normalText(text.slice(0, LONGEST_TEXT)).slice(0, LONGEST_TEXT))
  const sums = new Float64Array(DIMS)
  for (const { hash, weight, times } of featuresOf(words).values())
    sums[hash & (DIMS - 1)]! += (hash >>> 31 === 0 ? weight : -weight) * (1 + Math.log(times))
  return unit(sums)
}

interface Feature {
  readonly hash: number
  readonly weight: number
  times: number
}

function featuresOf(words: readonly string[]): Map<number, Feature> {
  const features = new Map<number, Feature>()
  const add = (text: string, { seed, weight }: { readonly seed: number; readonly weight: number }) => {
    const hash = hashOf(text, seed)
    const known = features.get(hash)
    if (known === undefined) features.set(hash, { hash, weight, times: 1 })
    else known.times++
  }
  const sounds = words.map(soundOf)
  for (const [i, word] of words.entries()) {
    add(word, WORD)
    add(sounds[i]!, SOUND)
    if (i > 0) add(`${sounds[i - 1]} ${sounds[i]}`, SOUND_PAIR)
  }
  const line = words.length === 0 ? '' : ` ${words.join(' ')} `
  for (const part of PARTS)
    for (let from = 0; from + part.letters <= line.length; from++) add(line.slice(from, from + part.letters), part)
  return features
}

function unit(sums: Float64Array): Float32Array {
  const length = Math.sqrt(sums.reduce((sum, one) => sum + one * one, 0))
  return Float32Array.from(sums, one => (length === 0 ? 0 : one / length))
}

/** FNV-1a over UTF-16 units with a seed, its bits mixed so that the upper ones are as good as the lower (MurmurHash3's finaliser). */
function hashOf(text: string, seed: number): number {
  let h = 2_166_136_261 ^ Math.imul(seed, 0x9e3779b1)
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16_777_619)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
