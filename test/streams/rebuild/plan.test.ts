import { expect, test } from 'vitest'
import { processors } from '../../../consumers/all.ts'
import { builtInTexts } from '../../../infra/text-models.ts'
import { rebuiltTables } from '../../../streams/rebuild/beside-tables.ts'
import { RebuildRefused, rebuildPlan } from '../../../streams/rebuild/plan.ts'

const all = processors(
  { currency: 'PKR', timeZone: 'Asia/Karachi' } as unknown as Parameters<typeof processors>[0],
  builtInTexts(),
)
const planned = (name: string) => rebuildPlan(all, name).processors.map(processor => processor.name)

test('customers are rebuilt with all that is folded of them, and what was sent stays: no text is a reason to refuse', () => {
  expect(planned('customers')).toEqual(['customers', 'ranking', 'items', 'scorer', 'flows', 'allocator'])
  expect(planned('flows')).toEqual(['flows', 'allocator'])
  expect(rebuildPlan(all, 'customers').inner.map(({ name }) => name)).not.toContain('sms-requests')
})

test('a table that holds several entries of one event is made once', () => {
  const tables = rebuiltTables(rebuildPlan(all, 'items').processors)
  expect(tables).toContain('product_news')
  expect(new Set(tables).size).toBe(tables.length)
})

test('what says what was done in the world is never rebuilt', () => {
  expect(() => rebuildPlan(all, 'sms')).toThrow(RebuildRefused)
})
