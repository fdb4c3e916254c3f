import { describe, expect, test } from 'vitest'
import { smsKeyword, smsKeywords, spokenKeyword } from '../../../models/sms-keyword.ts'
import { smsParts } from '../../../models/sms-parts.ts'
import { keywordReplies } from '../../../models/templates/keyword-replies.ts'
import { languageOf, languages } from '../../../models/text/language.ts'

const repliesFor = (...args: Parameters<typeof keywordReplies>) => {
  const made = keywordReplies(...args)
  if ('problems' in made) throw new Error(made.problems.join())
  return made.replies
}
const all = smsKeywords.flatMap(keyword => languages.map(language => [keyword, language] as const))

describe('what is built in', () => {
  test.each(all)(
    'to %s in %s is in that language, names the shop where it has a name, and is no keyword',
    (keyword, language) => {
      for (const shop of [undefined, 'Bazaar', 'بازار']) {
        const text = repliesFor(shop)[keyword][language]
        expect(languageOf(text.replace('Bazaar', ''))).toBe(language)
        expect(smsKeyword(text)).toBeUndefined()
        expect(text.includes(shop ?? '')).toBe(true)
        expect(text).not.toContain('{')
      }
    },
  )

  test.each(all)('to %s in %s takes one part, or two with the longest name that a shop can have', (keyword, language) => {
    const parts = (shop?: string) => smsParts(repliesFor(shop)[keyword][language]).parts
    expect(parts()).toBeLessThanOrEqual(language === 'urdu' ? 2 : 1)
    expect(Math.max(parts('A'.repeat(30)), parts('پ'.repeat(30)))).toBeLessThanOrEqual(keyword === 'help' ? 3 : 2)
  })

  test('names words that are taken: who follows it is understood', () => {
    for (const [keyword, language] of all) {
      const named = repliesFor(undefined)[keyword][language].match(/STOP|START|HELP|شروع|بند(?=۔|$)/g) ?? []
      expect(named.length).toBeGreaterThan(0)
      expect(named.filter(word => smsKeyword(word) === undefined)).toEqual([])
    }
  })
})

test('a text of the shop’s own takes the place of one, and leaves the others', () => {
  const replies = repliesFor('Bazaar', { stop: { english: 'Bye from {{shop}}!' } })
  expect(replies.stop.english).toBe('Bye from Bazaar!')
  expect(replies.stop.urdu).toBe(repliesFor('Bazaar').stop.urdu)
})

test.each([
  ['Bye {{first_name}}', /\{\{first_name\}\} is not known/],
  ['Bye {{shop}}', /Nothing is known for \{\{shop\}\}/],
  ['{% if %}', /template language/],
  ['', /nothing in the text/],
  ['S.T.O.P!', /is a keyword itself/],
])('%j is refused with the reason', (content, reason) => {
  const made = keywordReplies(undefined, { stop: { english: content } })
  expect('problems' in made && made.problems).toEqual([expect.stringMatching(reason)])
})

test.each([
  ['STOP', 'english'],
  ['start', 'english'],
  ['Help me', 'english'],
  ['Stop karo', 'roman-urdu'],
  ['sms band kar do', 'roman-urdu'],
  ['shuru', 'roman-urdu'],
  ['madad', 'roman-urdu'],
  ['بند کریں', 'urdu'],
  ['اسٹاپ', 'urdu'],
  ['مدد', 'urdu'],
] as const)('"%s" is said in %s', (text, language) => {
  expect(spokenKeyword(text)?.language).toBe(language)
})
