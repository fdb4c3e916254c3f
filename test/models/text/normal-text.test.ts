import fc from 'fast-check'
import { expect, test } from 'vitest'
import { normalText, soundOf, tokensOf } from '../../../models/text/normal-text.ts'

test.each([
  ['ZABARDAAAAST', 'zabardaast'],
  ['كتاب', 'کتاب'],
  ['علي', 'علی'],
  ['بُہُت', 'بہت'],
  ['ﷲ', 'اللہ'],
  ['Ｈｉ', 'hi'],
])('%s is read as %s, however it was typed', (typed, read) => {
  expect(normalText(typed)).toBe(read)
})

test('texts that were made normal stay as they are', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), text => {
      const once = normalText(text)
      fc.pre(once === once.normalize('NFKC').toLowerCase())
      expect(normalText(once)).toBe(once)
    }),
  )
})

test('words, numbers and emoji are tokens of their own', () => {
  expect(tokensOf('order 55 aya?! 😍😍 بہت')).toEqual(['order', '55', 'aya', '?', '!', '😍', '😍', 'بہت'])
})

test.each([
  [['bohat', 'bahut', 'bht', 'bohot']],
  [['nahi', 'nai', 'nhi']],
  [['zabardast', 'zbrdst']],
  [['shukriya', 'shukria']],
  [['qimat', 'keemat']],
])('%j sound the same', words => {
  expect(new Set(words.map(soundOf)).size).toBe(1)
})
