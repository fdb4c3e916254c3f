import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ContentIndex } from '../../models/content-index.ts'

const words = fc.subarray(['green', 'black', 'tea', 'cup', 'چائے'], { maxLength: 3 })
const changes = fc.array(fc.record({ product: fc.nat(7), words }), { maxLength: 30 })
const likes = fc.array(fc.record({ product: fc.nat(9), interest: fc.double({ min: 0.1, max: 1, noNaN: true }) }), {
  maxLength: 4,
})

/** By the definition, over every product. */
function plainly(texts: ReadonlyMap<number, readonly string[]>, liked: readonly { product: number; interest: number }[]) {
  const known = [...texts.values()].filter(own => own.length > 0)
  const rarity = (word: string) => Math.log(known.length / known.filter(own => own.includes(word)).length)
  const length = (own: readonly string[]) => Math.sqrt(own.reduce((sum, word) => sum + rarity(word) ** 2, 0))
  const profile = new Map<string, number>()
  for (const { product, interest } of liked) {
    const own = texts.get(product) ?? []
    if (length(own) > 0)
      for (const word of own) profile.set(word, (profile.get(word) ?? 0) + (interest * rarity(word)) / length(own))
  }
  const size = Math.sqrt([...profile.values()].reduce((sum, weight) => sum + weight ** 2, 0))
  return [...texts].flatMap(([product, own]) => {
    const dot = own.reduce((sum, word) => sum + (profile.get(word) ?? 0) * rarity(word), 0)
    const cosine = dot / size / length(own)
    return dot > 0 && cosine >= 0.25 ? [[product, cosine] as const] : []
  })
}

test('what is found alike, and how much, is the cosine of TF-IDF vectors, whatever texts products had before', () => {
  fc.assert(
    fc.property(changes, likes, (all, liked) => {
      const index = new ContentIndex()
      const texts = new Map<number, readonly string[]>()
      for (const change of all) {
        index.set(change.product, change.words.join(' '))
        texts.set(change.product, change.words)
      }
      const found = new Map<number, number>()
      const liking = index.likingOf(liked)
      index.forEachAlike(liking, (product, cosine) => found.set(product, cosine))
      for (let product = 0; product < 10; product++) expect(index.cosine(liking, product)).toBeCloseTo(found.get(product) ?? 0, 9)
      const expected = plainly(texts, liked)
      expect([...found.keys()].sort()).toEqual(expected.map(([product]) => product).sort())
      for (const [product, cosine] of expected) expect(found.get(product)).toBeCloseTo(cosine, 9)
    }),
  )
})

test('a product without a text, of signs alone, or of words that all have, is alike to nothing', () => {
  const index = new ContentIndex()
  for (const [product, text] of ['', '!!! ---', 'tea', 'tea'].entries()) index.set(product, text)
  const found: number[] = []
  const liking = index.likingOf([0, 1, 2, 3, 99].map(product => ({ product, interest: 1 })))
  index.forEachAlike(liking, product => found.push(product))
  expect(found).toEqual([])
})
