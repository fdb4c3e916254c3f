import { describe, expect, test } from 'vitest'
import { builtIns } from '../../../models/templates/built-in.ts'
import { checkWritten } from '../../../models/templates/check-written.ts'
import { purposes } from '../../../models/templates/purpose.ts'
import { placesOf } from '../../../models/templates/template.ts'
import type { TextAsk } from '../../../models/templates/text-ask.ts'
import { languages } from '../../../models/text/language.ts'

const ask: TextAsk = {
  purpose: 'win_back',
  language: 'english',
  about: undefined,
  placeholders: ['first_name', 'link'],
  maxParts: 3,
  known: { link: 'https://s.example.pk/r/00000000000' },
}
const faults = (content: string, own: Partial<TextAsk> = {}) => {
  const checked = checkWritten(content, { ...ask, ...own })
  return 'unfit' in checked ? checked.unfit.map(({ check }) => check) : []
}

test('what is asked for passes', () => {
  expect(faults('Hi {{first_name}}, we miss you. Come and see what is new: {{link}}')).toEqual([])
})

describe.each(languages)('in %s', language => {
  test.each(purposes)('every built-in text for %s would pass', purpose => {
    for (const template of builtIns(purpose, language))
      expect(faults(template.content, { language, placeholders: placesOf(template), maxParts: 4 })).toEqual([])
  })
})

test.each([
  ['Hi {{first_name}}, we miss you and your smile.', ['placeholders']],
  ['Hi {{first_name}}, we miss you at {{shop}}: {{link}}', ['placeholders']],
  ['Hi {{first_name}}, we miss you: {{link}} or {{link}}', ['placeholders']],
  ['Hi {{first_name}}, we miss {{name}}: {{link}}', ['template']],
  ['{{first_name}}, hum aap ko yaad kar rahe hain: {{link}}', ['language']],
  ['{{first_name}}، ہمیں آپ کی یاد آتی ہے: {{link}}', ['language']],
  ['Hi {{first_name}}, we miss you یار: {{link}}', ['language']],
  ['Hi {{first_name}}, we miss you ❤: {{link}}', ['alphabet']],
  ['Hi {{first_name}}, we miss you and have it for 999: {{link}}', ['number']],
  ['Hi {{first_name}}, we miss you, it is ۹۹۹ for you: {{link}}', ['language', 'number']],
  ['Hi {{first_name}}, you have a discount with us: {{link}}', ['offer']],
  ['Hi {{first_name}}, it is fifty percent for you: {{link}}', ['offer']],
  ['Hi {{first_name}}, a free scarf is waiting for you: {{link}}', ['offer']],
  ['Hi {{first_name}}, we have a gift for you: {{link}}', ['offer']],
  ['Hi {{first_name}}, we miss you: see evil.example/x and {{link}}', ['link']],
  ['Hi {{first_name}}, we miss you: use WELCOME and see {{link}}', ['code']],
  [`Hi {{first_name}}, we miss you${' and you'.repeat(30)}: {{link}}`, ['length']],
])('%j is found unfit: %j', (content, expected) => {
  expect(faults(content)).toEqual(expected)
})

test.each([
  ['ہمارے پاس آپ کے لیے ۲۰٪ رعایت ہے: {{link}}', ['number', 'offer', 'offer']],
  ['آپ کے لیے مفت چائے ہے: {{link}}', ['offer']],
  ['یہ صرف روپے میں آپ کے لیے ہے: {{link}}', ['offer']],
])('in Urdu too: %j', (content, expected) => {
  expect(faults(content, { language: 'urdu', placeholders: ['link'] }).sort()).toEqual(expected)
})

test('what was given may be said', () => {
  const about = 'Eid sale, 20% off kurtas until 5 May, code EIDI20'
  const text = 'Hi {{first_name}}, it is our Eid sale: 20% off for you with code EIDI20 until 5 May. {{link}}'
  expect(faults(text)).not.toEqual([])
  expect(faults(text, { about })).toEqual([])
  expect(
    faults('Hi {{first_name}}, save with {{discount}} on this: {{link}}', { placeholders: ['first_name', 'discount', 'link'] }),
  ).toEqual([])
})
