import { expect, test } from 'vitest'
import { languageOf, languages } from '../../../models/text/language.ts'
import { readTalk } from '../../../models/train/read-talk.ts'

test.each([
  ['Where is my order, please?', 'english'],
  ['mera order kahan hai', 'roman-urdu'],
  ['میرا order کہاں ہے؟', 'urdu'],
  ['ok', 'roman-urdu'],
  ['👍', 'roman-urdu'],
  ['', 'roman-urdu'],
] as const)('%s is %s', (text, language) => {
  expect(languageOf(text)).toBe(language)
})

test.each(languages.map(language => [language, language === 'urdu' ? 1 : 0.8] as const))(
  'messages to shops in %s are known as that, nearly all',
  (language, atLeast) => {
    const rows = readTalk(language, 'held-back')
    expect(rows.filter(({ text }) => languageOf(text) === language).length / rows.length).toBeGreaterThanOrEqual(atLeast)
  },
)
