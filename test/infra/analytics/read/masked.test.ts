import { expect, test } from 'vitest'
import { masked } from '../../../../infra/analytics/read/masked.ts'

test.each([
  ['ada@example.com', 'a•••@example.com'],
  ['Ada <ada@example.com>, bilal@example.com', 'Ada <a•••@example.com>, b•••@example.com'],
  ['ada@example', 'a•••@example'],
  ['+923001234567', '+92•••••67'],
  ['0300 123 4567', '030•••••67'],
  ['call 0300-1234567 now', 'call 030•••••67 now'],
])('%s reaches nobody in a report: %s', (value, shown) => expect(masked(value, true)).toBe(shown))

test.each(['TXN-00000001', 'INV00000000123', '12345', '2021-03-04', '1234.5678', 'Ada Lovelace', 'c1'])(
  '%s is shown as it is',
  value => expect(masked(value, true)).toBe(value),
)

test('long numbers of columns that hold numbers are shown', () => expect(masked('1614816000', false)).toBe('1614816000'))

test('nothing turns lines or their direction, and nothing is long', () => {
  expect(masked('a\u0000b\nc\u202ed\r\n', true)).toBe('a·b·c·d')
  expect(masked('😀'.repeat(100), true)).toBe(`${'😀'.repeat(60)}…`)
})
