import fc from 'fast-check'
import { expect, test } from 'vitest'
import { phoneHasher } from '../../models/phone-hash.ts'
import { smsParts } from '../../models/sms-parts.ts'
import { smsText } from '../../models/sms-text.ts'

const urdu = 'السلام علیکم' // 12 letters
const family = '👨‍👩‍👧' // three pairs and two joiners: 8 code units

test.each([
  ['', 'GSM-7', 1],
  ['a'.repeat(160), 'GSM-7', 1],
  ['a'.repeat(161), 'GSM-7', 2],
  ['a'.repeat(306), 'GSM-7', 2],
  ['a'.repeat(307), 'GSM-7', 3],
  ['€'.repeat(80), 'GSM-7', 1],
  ['€'.repeat(81), 'GSM-7', 2],
  [`@£$¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà\r\n`, 'GSM-7', 1],
  ['[20% off] {code} ~ ^ | \\', 'GSM-7', 1],
  ['ç', 'UCS-2', 1],
  ['`', 'UCS-2', 1],
  [urdu, 'UCS-2', 1],
  ['ا'.repeat(70), 'UCS-2', 1],
  ['ا'.repeat(71), 'UCS-2', 2],
  ['ا'.repeat(134), 'UCS-2', 2],
  ['ا'.repeat(135), 'UCS-2', 3],
  ['😀'.repeat(35), 'UCS-2', 1],
  ['😀'.repeat(36), 'UCS-2', 2],
  [`${'a'.repeat(69)}😀`, 'UCS-2', 2],
  [family.repeat(8), 'UCS-2', 1],
])('%j takes the parts that the network counts', (text, encoding, parts) => {
  expect(smsParts(text)).toEqual({ encoding, parts })
})

test('an escape sequence is not split over two parts', () => {
  // 152 septets, then a pair that would straddle the end of the first part: 153 + 153 would have room, whole sequences do not.
  expect(smsParts(`${'a'.repeat(152)}€${'a'.repeat(151)}`)).toEqual({ encoding: 'GSM-7', parts: 2 })
  expect(smsParts(`${'a'.repeat(152)}€${'a'.repeat(152)}`)).toEqual({ encoding: 'GSM-7', parts: 3 })
})

test('a surrogate pair is not split over two parts', () => {
  expect(smsParts('😀'.repeat(66))).toEqual({ encoding: 'UCS-2', parts: 2 })
  expect(smsParts('😀'.repeat(67))).toEqual({ encoding: 'UCS-2', parts: 3 })
})

test('a longer text never takes fewer parts', () => {
  const letters = fc.constantFrom('a', '€', 'ا', '😀', 'é')
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 400 }), letters, (text, more) => {
      const [before, after] = [smsParts(text.join('')), smsParts(text.join('') + more)]
      expect(after.parts).toBeGreaterThanOrEqual(before.parts)
    }),
  )
})

test('a link follows the text unless the text has it', () => {
  expect(smsText('Sale!', undefined)).toBe('Sale!')
  expect(smsText('Sale!', 'https://s.pk/1')).toBe('Sale! https://s.pk/1')
  expect(smsText('Sale https://s.pk/1 now', 'https://s.pk/1')).toBe('Sale https://s.pk/1 now')
})

test('a phone has one hash per secret, and another under another', () => {
  const [hash, other] = [phoneHasher('one'), phoneHasher('two')]
  expect(hash('+923001234567')).toBe(phoneHasher('one')('+923001234567'))
  expect(hash('+923001234567')).toMatch(/^[\w-]{43}$/)
  expect(new Set([hash('+923001234567'), hash('+923001234568'), other('+923001234567')]).size).toBe(3)
})
