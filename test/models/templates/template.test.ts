import fc from 'fast-check'
import { expect, test } from 'vitest'
import { placesOf, readTemplate, wordsOf } from '../../../models/templates/template.ts'
import { contents } from './natural-template.ts'

const codes = (content: string, step = {}) => {
  const read = readTemplate(content, step)
  return 'problems' in read ? read.problems.map(({ code }) => code) : []
}

test.each([
  ['Hi {{first_name}}', []],
  ['50% off {today} [x] <b> $5 $x', []],
  ['{{name}}', ['placeholder_unknown']],
  ['{{customer.name}}', ['placeholder_unknown']],
  ['{{ first_name }}', ['placeholder_malformed']],
  ['{{First-Name}}', ['placeholder_malformed']],
  ['Hi {first_name}', ['placeholder_malformed']],
  ['{{first_name | upcase}}', ['template_tag']],
  ['{{#if x}}a{{/if}}', ['template_tag', 'template_tag']],
  ['{% if x %}', ['template_tag']],
  ['{# note #}', ['template_tag']],
  ['{{{first_name}}}', ['template_tag']],
  ['{{first_name', ['template_tag']],
  ['first_name}}', ['template_tag']],
  ['{{}}', ['template_tag']],
  ['', ['text_empty']],
  [' \n', ['text_empty']],
  ['a'.repeat(1601), ['field_too_long']],
  ['{{discount}} with {{code}}', ['discount_missing', 'code_missing']],
])('%j is told what is against it', (content, expected) => {
  expect(codes(content)).toEqual(expected)
})

test('a discount and its code may stand in the text where the step has them', () => {
  expect(codes('{{discount}}', { discount: {} })).toEqual([])
  expect(codes('{{discount}} {{code}}', { discount: {} })).toEqual(['code_missing'])
  expect(codes('{{discount}} {{code}}', { discount: { code: 'EID' } })).toEqual([])
})

test('whatever is read is words and places in order, and nothing of it is lost', () => {
  fc.assert(
    fc.property(contents, content => {
      const read = readTemplate(content, { discount: { code: 'EID' } })
      if ('problems' in read) throw new Error(JSON.stringify(read.problems))
      const again = read.template.pieces.map(piece => ('words' in piece ? piece.words : `{{${piece.placeholder}}}`)).join('')
      expect(again).toBe(content)
      expect(wordsOf(read.template)).toBe(content.replace(/\{\{\w+\}\}/g, ''))
      expect(placesOf(read.template)).toEqual([...new Set([...content.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name))])
    }),
  )
})

test('any text at all is read or refused', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('{', '}', '%', '#', 'a', ' ', 'first_name', 'ا') }), content => {
      const read = readTemplate(content)
      if ('template' in read) expect(content).not.toMatch(/\{\{(?!first_name\}\})/)
    }),
  )
})
