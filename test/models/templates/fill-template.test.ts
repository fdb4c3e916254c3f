import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gsmText } from '../../../models/gsm-text.ts'
import { smsParts } from '../../../models/sms-parts.ts'
import { fillTemplate, type Values } from '../../../models/templates/fill-template.ts'
import { readTemplate, type Template } from '../../../models/templates/template.ts'
import { worstParts } from '../../../models/templates/worst-parts.ts'
import { contents, values } from './natural-template.ts'

function template(content: string): Template {
  const read = readTemplate(content, { discount: { code: 'EID' } })
  if ('problems' in read) throw new Error(JSON.stringify(read.problems))
  return read.template
}
const fill = (content: string, some: Values = {}) => {
  const filled = fillTemplate(template(content), some)
  return 'text' in filled ? filled.text : filled.refused
}

test.each([
  ['Hi {{first_name}}, your order is here', 'Hi, your order is here'],
  ['Hi {{first_name}}! Come', 'Hi! Come'],
  ['Hello {{first_name}}', 'Hello'],
  ['{{first_name}}, your order is here', 'Your order is here'],
  ['{{first_name}} your order is here', 'Your order is here'],
  ['Sale! {{first_name}}, come and see', 'Sale! Come and see'],
  ['Thanks, {{first_name}}!', 'Thanks!'],
  ['We miss you, {{first_name}}. Come by', 'We miss you. Come by'],
  ['Dear {{first_name}}, you are in', 'Dear customer, you are in'],
  ['We miss {{first_name}}!', 'We miss our valued customer!'],
  ['{{first_name}} is who this is for', 'Our valued customer is who this is for'],
  ["This is {{first_name}}'s", "This is our valued customer's"],
  ['Salam {{first_name}} ji, aap ka order', 'Salam, aap ka order'],
  ['{{first_name}} sahib, aap ka order', 'Aap ka order'],
  ['{{first_name}} aap ka order', 'Aap ka order'],
  ['Yeh tohfa {{first_name}} ji ke liye hai', 'Yeh tohfa moazziz sarif ke liye hai'],
  ['Mohtaram {{first_name}}, aap ka shukriya', 'Mohtaram sarif, aap ka shukriya'],
  ['السلام علیکم {{first_name}} صاحب، آپ کا آرڈر', 'السلام علیکم، آپ کا آرڈر'],
  ['{{first_name}}، آپ کا آرڈر', 'آپ کا آرڈر'],
  ['{{first_name}} آپ کا آرڈر', 'آپ کا آرڈر'],
  ['شکریہ {{first_name}}!', 'شکریہ!'],
  ['یہ تحفہ {{first_name}} کے لیے ہے', 'یہ تحفہ معزز صارف کے لیے ہے'],
  ['محترم {{first_name}}، آپ', 'محترم صارف، آپ'],
])('without a name %j reads %j', (content, expected) => {
  expect(fill(content)).toBe(expected)
})

test('a missing name leaves no hole and no doubled space in whatever is said around it', () => {
  const around = fc.constantFrom('', 'Hi', 'Dear', 'Thanks,', 'A gift for', 'Salam', 'شکریہ', 'یہ', 'Come!', 'محترم')
  const behind = fc.constantFrom('', ',', '!', ' ji,', ' aap', ' you are', ' کے لیے', '، آپ', '.', ' صاحب', "'s", ':')
  fc.assert(
    fc.property(around, behind, fc.constantFrom('', ' come', ' آئیے'), (before, after, end) => {
      const text = fill(`${before}${before === '' ? '' : ' '}{{first_name}}${after}${end} `)
      expect(text).not.toMatch(/ {2}|^\s|\s$| [,.!:،۔]|^[,.!:،۔]|,,|undefined/)
    }),
  )
})

test.each([
  [{ product: 'Tea' }, 'price: value_missing'],
  [{ product: 'Tea', price: ' ' }, 'price: value_missing'],
  [{ product: 'Tea', price: '9'.repeat(21) }, 'price: value_too_long'],
  [{ product: 'Tea', price: 'Rs 5' }, 'Tea for Rs 5'],
])('another value that is missing or too long refuses the text: %j', (some, expected) => {
  const filled = fillTemplate(template('{{product}} for {{price}}'), some)
  expect('text' in filled ? filled.text : `${filled.placeholder}: ${filled.refused}`).toBe(expected)
})

test.each([
  ['{{product}}', { product: 'A very long name of a product that nobody will read' }, 'A very long name of a product that...'],
  ['Hi {{first_name}}!', { first_name: 'Muhammad Abdullah Khan Niazi' }, 'Hi Muhammad Abdullah Khan!'],
  ['Hi {{first_name}}!', { first_name: 'Win now: evil.example' }, 'Hi!'],
  ['Hi {{first_name}}!', { first_name: '03001234567' }, 'Hi!'],
  ['Hi {{first_name}}!', { first_name: 'Ada\n{{link}}' }, 'Hi Ada link!'],
  ['Buy {{product}} now', { product: 'Tea\u202e\n{% x %}' }, 'Buy Tea % x % now'],
])('%j with %j: a value does nothing to the text around it', (content, some, expected) => {
  expect(fill(content, some)).toBe(expected)
})

describe('direction', () => {
  const [RLM, LRM] = ['\u200f', '\u200e']
  test.each([
    ['آپ کا {{product}} آ گیا ہے', { product: 'Tea' }, 'آپ کا Tea آ گیا ہے'],
    ['{{product}} آ گیا ہے', { product: 'Tea' }, `${RLM}Tea آ گیا ہے`],
    ['{{first_name}}، آپ کا آرڈر', { first_name: 'Ada' }, `${RLM}Ada، آپ کا آرڈر`],
    ['لیجیے: {{product}}، {{price}} میں', { product: 'Tea', price: 'Rs 5' }, `لیجیے: Tea${RLM}، Rs 5 میں`],
    ['لیجیے {{product}} 20 میں', { product: 'Tea' }, `لیجیے Tea${RLM} 20 میں`],
    ['لیجیے {{product}} آج', { product: 'Tea (Large)' }, `لیجیے Tea (Large)${LRM} آج`],
    ['لیجیے {{discount}} آج', { discount: '20%' }, 'لیجیے 20% آج'],
    ['یہاں دیکھیں: {{link}}', { link: 'https://a.pk/x' }, 'یہاں دیکھیں: https://a.pk/x'],
    ['یہاں {{link}}۔ آئیے', { link: 'https://a.pk/x' }, 'یہاں https://a.pk/x ۔ آئیے'],
    ['دیکھیں:\n{{link}}', { link: '{{link}}' }, 'دیکھیں:\n{{link}}'],
    ['{{first_name}}, your order is here', { first_name: 'عائشہ' }, `${LRM}عائشہ, your order is here`],
    ['You get {{product}} 2 for 1', { product: 'چائے' }, `You get چائے${LRM} 2 for 1`],
  ])('%j with %j', (content, some, expected) => {
    expect(fill(content, some)).toBe(expected)
  })
})

test('no text of a template takes more parts than its worst, nor another encoding than it says', () => {
  fc.assert(
    fc.property(contents, values, (content, some) => {
      const read = template(content)
      const filled = fillTemplate(read, some)
      if ('refused' in filled) throw new Error(filled.message)
      const parts = smsParts(gsmText(filled.text))
      for (const worst of [worstParts(read), worstParts(read, { link: some.link, code: some.code })]) {
        expect(parts.parts).toBeLessThanOrEqual(worst.parts)
        if (worst.encoding === 'GSM-7') expect(parts.encoding).toBe('GSM-7')
      }
    }),
    { numRuns: 500 },
  )
})

test('no value brings in a placeholder, a line, or a sign that turns the direction', () => {
  fc.assert(
    fc.property(values, some => {
      const text = fill('Buy {{product}} at {{shop}}, {{first_name}}', some)
      expect(text).not.toMatch(/[{}\n\u202a-\u202e\u2066-\u2069]/)
    }),
  )
})
