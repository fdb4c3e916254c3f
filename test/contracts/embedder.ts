import { describe, expect, test } from 'vitest'
import type { Embedder } from '../../models/embedding/embedder.ts'

const TEXTS = [
  'The delivery was late and the box was damaged',
  'Bohat acha kapra hai, shukriya',
  'بہت اچھا کپڑا ہے، شکریہ',
  'Blue ceramic mug Kitchen Nishat mug gift',
  '👍🏽 !!!',
  'a',
]

/** What every embedder promises. `open` answers one that is closed by the caller. */
export function embedderContract(name: string, open: () => Promise<Embedder>): void {
  describe(`${name} as an embedder`, () => {
    const embed = async (texts: readonly string[]) => (await open()).embed(texts)

    test('gives one vector of its size and of length 1 for each text, in order', async () => {
      const { dims } = await open()
      const vectors = await embed(TEXTS)
      expect(vectors.map(vector => vector.length)).toEqual(TEXTS.map(() => dims))
      for (const vector of vectors) expect(lengthOf(vector)).toBeCloseTo(1, 5)
      expect(await embed([...TEXTS].reverse())).toEqual([...vectors].reverse())
    })

    test('a text has the same bytes alone, among others and again', async () => {
      const together = await embed(TEXTS)
      for (const [i, text] of TEXTS.entries()) expect(await embed([text])).toEqual([together[i]])
    })

    test('a text with nothing in it has the zero vector; no text, none', async () => {
      const { dims } = await open()
      expect(await embed(['', ' \n\t '])).toEqual([new Float32Array(dims), new Float32Array(dims)])
      expect(await embed([])).toEqual([])
    })

    test('whatever is written has a vector of numbers: half characters, control characters, 50 KB', async () => {
      const odd = ['\ud83d', '\u0000\u0007 \u200b', 'x'.repeat(50_000), 'lorem ipsum '.repeat(4200), '\ufdfa'.repeat(50_000)]
      for (const vector of await embed(odd)) {
        expect([...vector].every(Number.isFinite)).toBe(true)
        expect([0, 1]).toContain(Math.round(lengthOf(vector) * 1e4) / 1e4)
      }
    })
  })
}

const lengthOf = (vector: Float32Array): number => Math.sqrt(cosine(vector, vector))

export const cosine = (a: Float32Array, b: Float32Array): number => a.reduce((sum, one, i) => sum + one * b[i]!, 0)
