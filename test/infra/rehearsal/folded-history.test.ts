import fc from 'fast-check'
import { expect, test } from 'vitest'
import { customers } from '../../../consumers/customers.ts'
import { FoldedHistory } from '../../../infra/rehearsal/folded-history.ts'
import { builtInTexts } from '../../../infra/text-models.ts'
import { segmentOf } from '../../../models/segments.ts'
import type { CustomerEvent } from '../../../schemas/events.ts'
import type { CustomerChange } from '../../../schemas/records.ts'
import { customerChanges } from '../../../schemas/topics.ts'
import { FoldInMemory, toldTo } from '../../support/fold-in-memory.ts'

type Event = Exclude<CustomerEvent, { type: 'cuts' | 'campaign' }>
const HOUR = 3_600_000
const texts = builtInTexts()

const events = fc
  .array(
    fc.record({
      who: fc.constantFrom(...'abcdefghij'),
      minutes: fc.nat(300),
      price: fc.integer({ min: 1, max: 50 }),
      order: fc.nat(6),
      kind: fc.constantFrom('buy', 'buy', 'buy', 'view', 'again'),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map(drawn => {
    let at = Date.parse('2025-01-01T00:00:00Z')
    return drawn.map(({ who, minutes, price, order, kind }, n): Event => {
      at += minutes * 60_000
      const common = { id: kind === 'again' ? 'e0' : `e${n}`, customerId: who, occurredAt: new Date(at).toISOString() }
      if (kind === 'view') return { ...common, type: 'click', kind: 'view', productId: 'tea' }
      const lines = [{ productId: 'tea', quantity: 1, unitPrice: `${price}.00` }]
      return { ...common, type: 'purchase', orderId: `o${order}`, currency: 'PKR', lines }
    })
  })

/** 1–5 by the definition: how many of all are strictly worse. */
const score = (all: readonly number[], value: number): number =>
  Math.min(5, 1 + Math.floor((5 * all.filter(other => other < value).length) / all.length))

test('what a file says of customers is what the fold of production says, an id counted once', async () => {
  await fc.assert(
    fc.asyncProperty(events, async all => {
      const history = new FoldedHistory(texts)
      const fold = await FoldInMemory.of(customers(texts))
      const bare = ({ segment: _, scores: __, seq: ___, ...change }: CustomerChange) => change
      for (const event of all) {
        const said = history.meet(event, undefined).flatMap(({ change }) => (change.event === undefined ? [] : [bare(change)]))
        const known = toldTo(customerChanges, fold.feed(event)).map(change => bare(change as unknown as CustomerChange))
        expect(said).toEqual(known)
      }
    }),
    { numRuns: 60 },
  )
})

test('an hour later everybody is in the segment that all purchases put them into', () => {
  fc.assert(
    fc.property(events, all => {
      const history = new FoldedHistory(texts)
      const segments = new Map<string, string | null>()
      const facts = new Map<string, CustomerChange['rfm']>()
      const hear = (event: Event) => {
        for (const { change } of history.meet(event, undefined)) {
          facts.set(change.customerId, change.rfm)
          if (change.segment !== undefined) segments.set(change.customerId, change.segment.to)
        }
      }
      for (const event of all) hear(event)
      const later = new Date(Date.parse(all.at(-1)!.occurredAt) + HOUR).toISOString()
      hear({ type: 'click', id: 'later', customerId: 'somebody', occurredAt: later, kind: 'view', productId: 'tea' })
      const buyers = [...facts].filter(([, { orders }]) => orders > 0)
      const [lastAts, orders] = [buyers.map(([, rfm]) => rfm.lastAt!), buyers.map(([, rfm]) => rfm.orders)]
      for (const [customerId, rfm] of buyers)
        expect(segments.get(customerId)).toBe(segmentOf(score(lastAts, rfm.lastAt!), score(orders, rfm.orders)))
    }),
    { numRuns: 60 },
  )
})
