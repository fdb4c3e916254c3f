import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hashedEmbedder, hashedVector } from '../../../models/embedding/hashed-embedder.ts'
import { cosine, embedderContract } from '../../contracts/embedder.ts'

embedderContract('the hashed embedder', async () => hashedEmbedder)

describe('properties of hashed vectors', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 200 })

  test('are of length 1, or zero', () => {
    fc.assert(
      fc.property(text, one => {
        const length = Math.sqrt(cosine(hashedVector(one), hashedVector(one)))
        expect([0, 1]).toContain(Math.round(length * 1e4) / 1e4)
      }),
    )
  })

  test('do not tell capitals, spaces around, or a stretched letter', () => {
    fc.assert(
      fc.property(fc.lorem({ maxCount: 8 }), one => {
        expect(hashedVector(`  ${one.toUpperCase()} `)).toEqual(hashedVector(one))
      }),
    )
    expect(hashedVector('zabardaaaaaast')).toEqual(hashedVector('zabardaast'))
  })

  test('a text said twice is nearly itself: repetition counts by its logarithm', () => {
    fc.assert(
      fc.property(fc.lorem({ maxCount: 12 }), one => {
        expect(cosine(hashedVector(`${one} ${one}`), hashedVector(one))).toBeGreaterThan(0.85)
      }),
    )
  })

  test('of a text of megabytes the beginning counts: what comes after costs nothing', () => {
    const long = 'the quick brown fox '.repeat(500)
    expect(hashedVector(long + 'jumps over the lazy dog '.repeat(200_000))).toEqual(hashedVector(long))
  })
})

/** What somebody wrote, and the same as somebody else would spell it or mistype it. */
const SPELT: readonly (readonly [string, string])[] = [
  ['My order has not been delivered yet', 'my oder has not ben deliverd yet'],
  ['The colour of this shirt is beautiful', 'the color of this shrit is beautifull'],
  ['I want to return these shoes, they are too small', 'i want too retrun thes shoes they r to small'],
  ['Do you have a discount on kitchen items', 'do u have discounts on kichen item'],
  ['Please call me about the refund', 'plz call me abt the refnd'],
  ['Great quality, will buy again', 'grate qualty will by agian'],
  ['bohat acha kapra hai', 'bht acha kapraa hy'],
  ['mera order abhi tak nahi aya', 'mra ordr abi tk nhi aaya'],
  ['paise wapas kar dein please', 'paisay wapis kr den plz'],
  ['yeh joota bohat chota hai', 'ye juta bahut chhota hai'],
  ['kya ye rang aur size mein mil sakta hai', 'kia yeh rung or size me mil skta he'],
  ['delivery bohat late thi, maza nahi aya', 'dilivery bht late thee maza nai aaya'],
  ['بہت اچھا کپڑا ہے', 'بہت اچها کپڑہ ھے'],
  ['میرا آرڈر ابھی تک نہیں آیا', 'میرا آڈر ابھی تک نھیں ایا'],
  ['پیسے واپس کر دیں', 'پیسے وآپس کردیں'],
  ['یہ جوتا بہت چھوٹا ہے', 'یه جوتہ بہت چوٹا ہے'],
  ['کیا یہ رنگ اور سائز میں مل سکتا ہے', 'كيا يہ رنگ اور سایز مین مل سکتاہے'],
  ['ڈیلیوری بہت دیر سے ہوئی', 'ڈلیوری بہت دیر سے ہوی'],
]

describe('what hashed vectors find', () => {
  const said = SPELT.map(([one]) => hashedVector(one))

  test.each(SPELT.map(([one, other], i) => ({ one, other, i })))('$other is nearest to $one', ({ other, i }) => {
    const vector = hashedVector(other)
    const nearest = said.map((candidate, at) => ({ at, near: cosine(candidate, vector) })).sort((a, b) => b.near - a.near)
    expect(nearest[0]!.at).toBe(i)
  })
})
