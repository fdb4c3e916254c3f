import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromBytes, toBytes } from '../../../models/model-bytes.ts'
import { classify, learnTexts, type TextClassifier } from '../../../models/text/text-classifier.ts'
import { textFeatures } from '../../../models/text/text-features.ts'

const BITS = 10
const rows = [
  ...['tea pot', 'green tea', 'a cup of tea', 'strong tea please'].map(text => ({ text, label: 'tea' })),
  ...['black coffee', 'coffee beans', 'roasted coffee', 'more coffee'].map(text => ({ text, label: 'coffee' })),
]
const learnt = learnTexts(rows, BITS)
const likeliest = (text: string) => {
  const chances = classify(learnt, text)
  return learnt.classes[chances.indexOf(Math.max(...chances))]
}

describe('a classifier of texts', () => {
  test.each([
    ['teas', 'tea'],
    ['coffee mug', 'coffee'],
    ['coffe', 'coffee'],
  ])('tells %s by words and parts of words it was taught', (text, label) => {
    expect(likeliest(text)).toBe(label)
  })

  test('gives chances that add up to 1 for any text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const chances = classify(learnt, text)
        expect(chances.reduce((a, b) => a + b)).toBeCloseTo(1)
        expect(chances.every(chance => chance >= 0)).toBe(true)
      }),
    )
  })

  test('learns the same from the same rows, and comes back from its bytes as it was', () => {
    expect(toBytes(learnTexts(rows, BITS))).toEqual(toBytes(learnt))
    expect(classify(fromBytes(toBytes(learnt)) as TextClassifier, 'tea or coffee')).toEqual(classify(learnt, 'tea or coffee'))
  })

  test('a rare label is not drowned by a common one', () => {
    const many = Array.from({ length: 40 }, (_, i) => ({ text: `parcel number ${i}`, label: 'parcel' }))
    const rare = learnTexts([...many, { text: 'refund', label: 'refund' }], BITS)
    const chances = classify(rare, 'refund')
    expect(rare.classes[chances.indexOf(Math.max(...chances))]).toBe('refund')
  })
})

test('features of a text are the same whatever case and spelling of letters it comes in, and lie below 2^bits', () => {
  expect(textFeatures('BOHAT ACHA', BITS)).toEqual(textFeatures('bohat acha', BITS))
  expect([...textFeatures('علي كتاب', BITS)]).toEqual([...textFeatures('علی کتاب', BITS)])
  for (const feature of textFeatures('a longer text, with signs!', BITS).keys()) expect(feature).toBeLessThan(2 ** BITS)
})
