/**
 * Seeded random numbers: the same seed gives the same numbers on every machine. Not for secrets.
 *
 * The generator is sfc32 (Chris Doty-Humphrey, PractRand, 2010): 128 bits of state, period at least 2^32, passes PractRand.
 * The seed's words are hashed to 64 bits by two multiplicative hashes with MurmurHash3's finaliser (as in bryc's cyrb53,
 * public domain), which fill the state; twelve rounds are thrown away, as its author advises.
 */
export class Random {
  #a: number
  #b: number
  #c: number
  #d = 1

  constructor(...seed: readonly (string | number)[]) {
    let h1 = 0xdeadbeef
    let h2 = 0x41c6ce57
    for (const word of seed) {
      const text = typeof word === 'string' ? word : `${word}`
      for (let i = 0; i <= text.length; i++) {
        const code = i === text.length ? 0x10000 : text.charCodeAt(i) // an end mark: ('a', 'b') is not ('ab')
        h1 = Math.imul(h1 ^ code, 2654435761)
        h2 = Math.imul(h2 ^ code, 1597334677)
      }
    }
    this.#a = finish(h1 ^ h2)
    this.#b = finish(h1)
    this.#c = finish(h2)
    for (let round = 0; round < 12; round++) this.uint32()
  }

  /** A whole number from 0 to 2^32 − 1. */
  uint32(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#d) | 0
    this.#d = (this.#d + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return sum >>> 0
  }

  /** From 0 up to, not including, 1. */
  float(): number {
    return this.uint32() / 2 ** 32
  }

  /** A whole number from `from` to `to`, both included. */
  int(from: number, to: number): number {
    return from + Math.floor(this.float() * (to - from + 1))
  }

  chance(probability: number): boolean {
    return this.float() < probability
  }

  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T {
    return list[this.int(0, list.length - 1)] as T
  }
}

/** MurmurHash3's 32-bit finaliser (Austin Appleby). */
function finish(hash: number): number {
  let h = hash
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
