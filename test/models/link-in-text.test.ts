import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { linkInText, needsLink } from '../../models/link-in-text.ts'

const LINK = 'https://shop.pk/sale?a=1&b=$&'
const SHORT = 'https://s.pk/r/0123456789a'

describe('a text with a short link', () => {
  test.each([
    ['Sale {{link}} now', `Sale ${SHORT} now`],
    ['{{link}} or {{link}}', `${SHORT} or ${SHORT}`],
    ['Sale', `Sale ${SHORT}`],
    [`Sale ${LINK}, today`, `Sale ${SHORT}, today`],
    [`Sale ${LINK}.`, `Sale ${SHORT}.`],
    [`${LINK}c is another`, `${LINK}c is another ${SHORT}`],
    ['یہاں دیکھیں {{link}}', `یہاں دیکھیں ${SHORT}`],
  ])('%s', (text, shown) => {
    expect(linkInText(text, LINK, SHORT)).toBe(shown)
  })

  test('never shows the placeholder or the link it stands for, and always the short one', () => {
    const parts = fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('{{link}}', ` ${LINK} `)))
    fc.assert(
      fc.property(parts, pieces => {
        const text = pieces.join('')
        const shown = linkInText(text, LINK, SHORT)
        expect(shown).toContain(SHORT)
        expect(needsLink(shown)).toBe(false)
        if (!needsLink(text)) expect(shown.includes(` ${LINK} `)).toBe(false)
      }),
    )
  })
})

test('without short links the link itself takes the place, also where it has what replacing would read as a pattern', () => {
  expect(linkInText('Sale {{link}}', LINK, LINK)).toBe(`Sale ${LINK}`)
})
