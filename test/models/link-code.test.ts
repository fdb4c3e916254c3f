import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LINK_CODE_LENGTH, linkCode, readLinkCode } from '../../models/link-code.ts'

test('whatever the source gives, a code is eleven letters of base 62, which fit any encoding of a text', () => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.uint8Array({ minLength: 1, maxLength: 20 })), bytes => {
      const source = () => {
        const { value } = bytes.next() as { value: Uint8Array }
        return new Uint8Array([...value, 7]) // a source of nothing but bytes that are left out would never end
      }
      const code = linkCode(source)
      expect(code).toHaveLength(LINK_CODE_LENGTH)
      expect(readLinkCode(code)).toBe(code)
    }),
  )
})

test('codes have more than 64 bits, and no letter comes more often than another: a byte modulo 62 would favour eight of them', () => {
  expect(LINK_CODE_LENGTH * Math.log2(62)).toBeGreaterThan(64)
  const counts = new Map<string, number>()
  const codes = new Set<string>()
  for (let i = 0; i < 40_000; i++) {
    const code = linkCode(randomBytes)
    codes.add(code)
    for (const letter of code) counts.set(letter, (counts.get(letter) ?? 0) + 1)
  }
  expect(codes.size).toBe(40_000)
  expect(counts.size).toBe(62)
  // Chi-squared with 61 degrees of freedom: 120 is passed once in a hundred thousand runs; with the modulo alone it is above 5,000.
  const expected = (40_000 * LINK_CODE_LENGTH) / 62
  expect([...counts.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0)).toBeLessThan(120)
})

test.each(['', 'abc', 'abcdefghijkl', 'abcdefghij/', "'; DROP--__", 'abcdefghij\n', 'ابپتٹثجچحخد', 'abcdefghijkد'])(
  '%j is no code',
  text => {
    expect(readLinkCode(text)).toBeUndefined()
  },
)

test.each(['.', ')', '۔', '؟', '!)', '…'])('a code is found before %s, which phones take for a part of the link', after => {
  expect(readLinkCode(`aB3dE6gH9jK${after}`)).toBe('aB3dE6gH9jK')
})
