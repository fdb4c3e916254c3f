import { describe, expect, test } from 'vitest'
import { nearPhrase } from '../../../models/flow/plan/near-phrases.ts'
import { heardWord, stemmed } from '../../../models/flow/plan/near-spelling.ts'

describe('words that no table has as they are spelt', () => {
  test.each([
    ['khareedari', 'kharidari'],
    ['bajay', 'bje'],
    ['tareeqay', 'tareeke'],
    ['ziyada', 'ziada'],
    ['rupay', 'rupe'],
    ['pooche', 'puchay'],
  ])('%s and %s are one word of Roman Urdu', (one, other) => {
    expect(heardWord(one)).toBe(heardWord(other))
  })

  test.each([
    ['din', 'do'],
    ['bees', 'bas'],
    ['kal', 'kul'],
    ['saal', 'sau'],
  ])('%s and %s stay two', (one, other) => {
    expect(heardWord(one)).not.toBe(heardWord(other))
  })

  test.each([
    ['گاہکوں', 'گاہک'],
    ['خریدتے', 'خرید'],
    ['بھیجیں', 'بھیجنا'],
  ])('%s and %s are forms of one word', (one, other) => {
    expect(stemmed(one)).toBe(stemmed(other))
  })

  test.each([
    ['custmers', 'CUSTOMER'],
    ['dsicount', 'OFF'],
    ['khareedarri', 'BUY'],
    ['kharidaari', 'BUY'],
    ['گاہکو', 'CUSTOMER'],
  ])('%s means %s', (word, concept) => {
    expect(nearPhrase(word)?.name).toBe(concept)
  })

  test.each(['sneakers', 'lahore', 'joton', 'mango', 'x'])('%s means nothing else', word => {
    expect(nearPhrase(word)).toBeUndefined()
  })
})
