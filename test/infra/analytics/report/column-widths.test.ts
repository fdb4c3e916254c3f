import fc from 'fast-check'
import { expect, test } from 'vitest'
import { columnWidths } from '../../../../infra/analytics/report/column-widths.ts'

const columns = fc.array(
  fc
    .record({ needs: fc.double({ min: 1, max: 200, noNaN: true }), over: fc.double({ min: 0, max: 300, noNaN: true }) })
    .map(({ needs, over }) => ({ needs, wishes: needs + over })),
  { minLength: 1, maxLength: 14 },
)

test('columns fill the paper, and get what they need where there is room for it', () => {
  fc.assert(
    fc.property(columns, fc.double({ min: 100, max: 900, noNaN: true }), (wanted, width) => {
      const widths = columnWidths(wanted, width)
      expect(widths.reduce((sum, one) => sum + one, 0)).toBeCloseTo(width, 6)
      const needed = wanted.reduce((sum, { needs }) => sum + needs, 0)
      if (needed <= width) for (const [at, one] of widths.entries()) expect(one).toBeGreaterThanOrEqual(wanted[at]!.needs - 1e-9)
    }),
  )
})
