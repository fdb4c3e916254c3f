import { describe, expect, test } from 'vitest'
import { directionOf, isolated, paragraphOf, printable, runsOf } from '../../../../infra/analytics/report/printed-line.ts'

const shown = (text: string, direction: 'ltr' | 'rtl') =>
  runsOf(paragraphOf(text, direction), 0, text.length).map(({ letters, script }) => [letters, script])

describe('a line of both scripts', () => {
  test('of Urdu stands from the right, and a Latin word or a number in it from the left', () => {
    expect(shown('کل PKR 1,200 ہے', 'rtl')).toEqual([
      [' ہے', 'arabic'],
      ['PKR 1,200', 'latin'],
      ['کل ', 'arabic'],
    ])
  })

  test('has its brackets around what they hold', () => {
    expect(
      shown('حصہ (PKR)', 'rtl')
        .map(([letters]) => letters)
        .join('|'),
    ).toBe('(|PKR|حصہ )')
  })

  test('keeps an isolated number in its order', () => {
    expect(shown(`چیمپئن ${isolated('5\u00a0%', 'ltr')} ہیں`, 'rtl').map(([letters]) => letters)).toEqual([
      ' ہیں',
      '5\u00a0%',
      'چیمپئن ',
    ])
  })

  test('of which only a part stands in a line gives that part', () => {
    const text = 'one two three'
    expect(runsOf(paragraphOf(text, 'ltr'), 4, 7)).toEqual([{ letters: 'two', script: 'latin' }])
  })

  test('runs the way of its first letter, or as the page where it has none', () => {
    expect([directionOf('(12) علی', 'ltr'), directionOf('Ali', 'rtl'), directionOf('12', 'rtl')]).toEqual(['rtl', 'ltr', 'rtl'])
  })
})

describe('a hostile text', () => {
  test('loses controls and marks that turn what is around it, and keeps joiners of Urdu', () => {
    expect(printable('a\u0000b\u202Ec\u2066d\uFEFF')).toBe('a bcd')
    expect(printable('می\u200cخواہم')).toBe('می\u200cخواہم')
  })

  test('has one mark for letters that no font here has', () => {
    expect(printable('hi 😀😀 \uD800!')).toBe('hi \uFFFD !')
  })

  test('of a megabyte is cut', () => {
    expect(printable('x'.repeat(1_000_000)).length).toBeLessThan(2_100)
  })
})
