import { expect, test } from 'vitest'
import { HistoriesBuilder } from '../../../models/ranker/histories.ts'
import { splits } from '../../../models/ranker/splits.ts'

const DAY = 86_400_000

test('where customers come back, moments are instants with weeks after them; nothing of those weeks is known then', () => {
  const builder = new HistoriesBuilder()
  for (let day = 0; day <= 400; day += 4)
    for (const customer of ['ada', 'ben']) builder.add(customer, `p${day % 7}`, day * DAY, 'bought')
  const histories = builder.build()
  const [late, early] = splits(histories)
  expect([late!.now / DAY, early!.now / DAY]).toEqual([355, 325])
  for (const { now, ends, until } of [late!, early!])
    for (const [c, end] of ends.entries()) {
      expect(histories.at[end - 1]!).toBeLessThan(now)
      expect(histories.at[end]!).toBeGreaterThanOrEqual(now)
      expect(histories.at[until[c]! - 1]!).toBeLessThanOrEqual(now + 45 * DAY)
    }
})

test('where nearly everybody comes once, the last of what each bought is held back: a fifth of it, and the very last', () => {
  const builder = new HistoriesBuilder()
  for (const [c, customer] of ['ada', 'ben'].entries())
    for (let k = 0; k < 10; k++) builder.add(customer, `p${k}`, c * 30 * DAY + k * 1000, 'bought')
  builder.add('few', 'p1', 0, 'bought')
  const histories = builder.build()
  const held = splits(histories).map(({ ends, until }) => [...ends].map((end, c) => until[c]! - end))
  expect(held).toEqual([
    [2, 2, 0],
    [1, 1, 0],
  ])
})
