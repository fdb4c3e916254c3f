import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gsmText } from '../../models/gsm-text.ts'
import { septetsOf, smsParts } from '../../models/sms-parts.ts'
import { smsText } from '../../models/sms-text.ts'

/** 3GPP TS 23.038 §6.2.1, by code from 0x00 on, as Unicode's GSM0338.TXT maps it; 0x1B is the escape to the extension table. */
const basic = [
  0x40, 0xa3, 0x24, 0xa5, 0xe8, 0xe9, 0xf9, 0xec, 0xf2, 0xc7, 0x0a, 0xd8, 0xf8, 0x0d, 0xc5, 0xe5, 0x394, 0x5f, 0x3a6, 0x393,
  0x39b, 0x3a9, 0x3a0, 0x3a8, 0x3a3, 0x398, 0x39e, -1, 0xc6, 0xe6, 0xdf, 0xc9, 0x20, 0x21, 0x22, 0x23, 0xa4, 0x25, 0x26, 0x27,
  0x28, 0x29, 0x2a, 0x2b, 0x2c, 0x2d, 0x2e, 0x2f, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3a, 0x3b, 0x3c,
  0x3d, 0x3e, 0x3f, 0xa1, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x4b, 0x4c, 0x4d, 0x4e, 0x4f, 0x50, 0x51,
  0x52, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5a, 0xc4, 0xd6, 0xd1, 0xdc, 0xa7, 0xbf, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66,
  0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f, 0x70, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0xe4,
  0xf6, 0xf1, 0xfc, 0xe0,
]
/** §6.2.1.1: after the escape. */
const extension = [0x0c, 0x5e, 0x7b, 0x7d, 0x5c, 0x5b, 0x7e, 0x5d, 0x7c, 0x20ac]

test('every character takes the septets that the published tables give it, and no other is in the alphabet', () => {
  expect(basic).toHaveLength(128)
  const one = new Set(basic)
  const two = new Set(extension)
  for (let code = 0; code <= 0xffff; code++)
    if (septetsOf(String.fromCharCode(code)) !== (one.has(code) ? 1 : two.has(code) ? 2 : 0)) expect.fail(code.toString(16))
})

test.each([
  ['It’s “50% off” – today…', 'It\'s "50% off" - today...'],
  ['Only\u00a0₨\u202f999 — hurry!', 'Only Rs 999 - hurry!'],
  ['• Tea\u2028• Coffee', '* Tea\n* Coffee'],
  ['cafe\u0301', 'café'],
  ['S\u00adale\ufeff', 'Sale'],
])('%j goes out as %j', (typed, plain) => {
  expect(gsmText(typed)).toBe(plain)
  expect(smsParts(gsmText(typed)).encoding).toBe('GSM-7')
})

test.each([
  'سلام “علی” – آج…',
  'رعایت — 50٪',
  'می\u200cخواہم',
  'Sale 😀 – today',
  'Garçon’s',
  'plain text',
  'https://s.pk/a–b',
  '',
])('%j is left as it is', text => {
  expect(gsmText(text)).toBe(text)
})

test('a text of ellipses is not made longer than it was', () => {
  const text = '…'.repeat(60)
  expect(smsParts('.'.repeat(180)).parts).toBe(2)
  expect(gsmText(text)).toBe(text)
})

const letters = fc.constantFrom('a', ' ', '€', '’', '…', '—', '\u00a0', 'ا', 'ی', 'ے', 'ٹ', '۔', '😀', 'é', 'e\u0301', 'ç', '₨')
test('no letter changes, no text takes more parts, and what went through once is left alone', () => {
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 300 }), parts => {
      const text = parts.join('')
      const sent = gsmText(text)
      expect(smsParts(sent).parts).toBeLessThanOrEqual(smsParts(text).parts)
      expect(gsmText(sent)).toBe(sent)
      const withoutSigns = (one: string) => one.normalize('NFC').replace(/[’'….—\-\u00a0 ₨]|Rs/g, '')
      expect(withoutSigns(sent)).toBe(withoutSigns(text))
      if (/\p{Script=Arabic}/u.test(text)) expect(sent).toBe(text)
    }),
  )
})

test('a text is as good as it gets with its link behind it', () => {
  expect(smsText('Sale – now', 'https://s.pk/1')).toBe('Sale - now https://s.pk/1')
  expect(smsText('سلام', 'https://s.pk/1')).toBe('سلام https://s.pk/1')
})
