import { normalText, soundOf, tokensOf } from './normal-text.ts'

/** Letters of the parts of words. */
const SHORTEST = 1
const LONGEST = 5

/** Kinds of features never meet in one hash by their text alone. */
const KIND = { words: 1, sounds: 2, parts: 3, length: 4 } as const

/**
 * A text as counts of hashed features (Weinberger et al. 2009): words and pairs of words, the same by their sound, parts of words of one
 * to five letters, and how long it is.
 * @returns feature number, below 2^bits → how often
 */
export function textFeatures(text: string, bits: number): Map<number, number> {
  const words = tokensOf(normalText(text))
  const counts = new Map<number, number>()
  const add = (kind: number, feature: string) => {
    const number = hash(feature, kind) >>> (32 - bits)
    counts.set(number, (counts.get(number) ?? 0) + 1)
  }
  const sounds = words.map(soundOf)
  for (let i = 0; i < words.length; i++) {
    add(KIND.words, words[i]!)
    add(KIND.sounds, sounds[i]!)
    if (i + 1 === words.length) continue
    add(KIND.words, `${words[i]} ${words[i + 1]}`)
    add(KIND.sounds, `${sounds[i]} ${sounds[i + 1]}`)
  }
  for (const word of words) {
    const marked = `<${word}>`
    for (let length = SHORTEST; length <= LONGEST; length++)
      for (let from = 0; from + length <= marked.length; from++) add(KIND.parts, marked.slice(from, from + length))
  }
  add(KIND.length, String(Math.min(12, Math.floor(2 * Math.log2(words.length + 1)))))
  return counts
}

/** FNV-1a over UTF-16 units with a seed, its bits mixed so that the upper ones are as good as the lower (MurmurHash3's finaliser). */
function hash(text: string, seed: number): number {
  let h = 2_166_136_261 ^ Math.imul(seed, 0x9e3779b1)
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16_777_619)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
