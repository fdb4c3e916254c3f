import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { smsKeyword } from '../../models/sms-keyword.ts'

const forms = {
  stop: [
    ...['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'Stop All', 'stop-all', 'unsub', 'S.T.O.P.', 'ＳＴＯＰ'],
    ...[
      'band karo',
      'Band kar do',
      'BAND',
      'bnd kro',
      'sms band karein',
      'msg band kr do',
      'band kijiye',
      'rok do',
      'roko',
      'rokein',
    ],
    ...['mat bhejo', 'msg mat bhejo', 'message mat karo', 'na bhejen', 'bas karo', 'khatam karo', 'stop kr do'],
    ...[
      'بند کریں',
      'بند کرو',
      'بند کر دیں',
      'بند کردیں',
      'بند',
      'روکیں',
      'روک دیں',
      'مت بھیجیں',
      'میسج بند کریں',
      'پیغام نہ بھیجیں',
    ],
    ...['ختم کریں', 'اسٹاپ', 'منسوخ', 'بس کریں', 'بند کیجئے'],
  ],
  start: [
    'START',
    'UNSTOP',
    'Shuru',
    'shuru karo',
    'dobara shuru karein',
    'sms start karo',
    'شروع',
    'شروع کریں',
    'دوبارہ شروع کریں',
    'سٹارٹ',
  ],
  help: ['HELP', 'madad', 'Madad chahiye', 'مدد', 'مدد کریں', 'ہیلپ'],
} as const
const all = Object.entries(forms).flatMap(([keyword, texts]) => texts.map(text => [text, keyword] as const))

test.each(all)('%j is %s', (text, keyword) => {
  expect(smsKeyword(text)).toBe(keyword)
})

describe('the same word from another keyboard', () => {
  test.each([
    ['بند كريں', 'stop'], // Arabic kaf
    ['بند کرىں', 'stop'], // alef maksura
    ['روكيں', 'stop'], // Arabic kaf and yeh
    ['بَند کریں', 'stop'], // with a vowel mark
    ['بنـــد', 'stop'], // stretched
    ['بند\u200cکریں', 'stop'], // a joiner for the space
    ['\u200fشروع\u200f', 'start'], // marks of direction
    ['ﺷﺮﻭﻉ', 'start'], // presentation forms
    ['مدد چاهیے', 'help'], // Arabic heh
  ])('%j is %s', (text, keyword) => {
    expect(smsKeyword(text)).toBe(keyword)
  })
})

test.each([
  ...[
    '',
    ' ',
    '!!!',
    '🙏',
    'stop by the shop',
    'please do not stop',
    'the end',
    'cancel my order',
    'order cancel kar do',
    'help wanted',
  ],
  ...[
    'start up',
    'bandana',
    'bas',
    'nahi chahiye',
    'band baja',
    'yes',
    'no',
    'STOP 2',
    'دکان بند کریں گے',
    'آج دکان بند ہے',
    'مدد گار',
    'روکا',
  ],
  ...['rok', 'ruko', `stop${' x'.repeat(200)}`],
])('%j is no keyword: it is not one as a whole', text => {
  expect(smsKeyword(text)).toBeUndefined()
})

const around = fc.string({
  unit: fc.constantFrom(' ', '.', '!', '?', '"', "'", '\n', '\t', '*', '-', '۔', '؟', '،', '🙏', '\u200f'),
  maxLength: 20,
})
const anyForm = fc.constantFrom(...all)
test('case, punctuation and spaces around change nothing', () => {
  fc.assert(
    fc.property(anyForm, around, around, fc.boolean(), ([text, keyword], before, after, upper) => {
      expect(smsKeyword(before + (upper ? text.toUpperCase() : text.toLowerCase()) + after)).toBe(keyword)
    }),
  )
})

test('with another word beside it, it is none', () => {
  fc.assert(
    fc.property(
      anyForm,
      fc.constantFrom('order', 'kal', 'tomorrow', 'کل', 'qwerty', '7'),
      fc.boolean(),
      ([text], word, first) => {
        expect(smsKeyword(first ? `${word} ${text}` : `${text} ${word}`)).toBeUndefined()
      },
    ),
  )
})

test('any text at all has an answer', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(0xffff), { maxLength: 300 }), codes => {
      expect([undefined, 'stop', 'start', 'help']).toContain(smsKeyword(String.fromCharCode(...codes)))
    }),
  )
})
