import { describe, expect, test } from 'vitest'
import { LONGEST_DESCRIPTION, readDescription } from '../../../models/flow/description.ts'

describe('a description of a campaign', () => {
  test.each(['', '   \n\t', '\u200b\u200f'])('%j says nothing', text => {
    expect(readDescription(text)).toMatchObject({ code: 'description_empty' })
  })

  test('is taken up to its longest, counted as people count, and not beyond', () => {
    expect(readDescription('🎁'.repeat(LONGEST_DESCRIPTION))).toEqual({ description: '🎁'.repeat(LONGEST_DESCRIPTION) })
    expect(readDescription('🎁'.repeat(LONGEST_DESCRIPTION + 1))).toMatchObject({
      code: 'description_too_long',
      message: expect.stringContaining('20,001'),
    })
  })

  test('is well-formed text without NUL, which no database keeps, and else as it came', () => {
    const text = 'Eid par <b>20%</b> off — رعایت 🎉'
    expect(readDescription(` ${text}\n`)).toEqual({ description: text })
    expect(readDescription('a\u0000b\ud800c')).toEqual({ description: 'a\ufffdb\ufffdc' })
  })
})
