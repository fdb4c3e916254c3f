import { expect, test } from 'vitest'
import { segmentOf, segments } from '../../models/segments.ts'

/** As contracts/api.md has it. */
const published = `
| **R5** | New | Potential Loyalist | Potential Loyalist | Champions | Champions |
| **R4** | Promising | Potential Loyalist | Potential Loyalist | Loyal | Loyal |
| **R3** | About To Sleep | About To Sleep | Need Attention | Loyal | Loyal |
| **R2** | Hibernating | Hibernating | At Risk | At Risk | Can't Lose |
| **R1** | Lost | Lost | At Risk | At Risk | Can't Lose |`

const cells = [...published.matchAll(/R(\d)\*\* \| (.*) \|/g)].flatMap(([, r, row]) =>
  row!.split(' | ').map((name, f) => ({ r: Number(r), f: f + 1, name })),
)

test.each(cells)('R$r F$f is $name', ({ r, f, name }) => {
  expect(segmentOf(r, f)).toBe(name)
})

test('there are 25 cells and eleven names, each in the list once', () => {
  expect(cells).toHaveLength(25)
  expect([...new Set(cells.map(({ name }) => name))].sort()).toEqual([...segments].sort())
})

test.each([
  [0, 3],
  [6, 3],
  [3, 0],
  [3, 6],
])('R%i F%i is no score', (r, f) => {
  expect(() => segmentOf(r, f)).toThrow('scores go from 1 to 5')
})
