import { expect, test } from 'vitest'
import { recommendationTable } from '../../consumers/recommendation-state.ts'
import { type ScorerViews, scorer } from '../../consumers/scorer.ts'
import { tasteTable } from '../../consumers/taste-state.ts'
import { ItemIndex } from '../../models/item-index.ts'
import { weightOf } from '../../models/item-similarity.ts'
import { answerOf } from '../../models/recommendation-answer.ts'
import { noCuts } from '../../models/rfm.ts'
import { decodeStandings } from '../../models/standing-bytes.ts'
import { noTaste, type Taste } from '../../models/taste.ts'
import type { CustomerEvent } from '../../schemas/events.ts'
import type { CustomerChange } from '../../schemas/records.ts'

const NOW = Date.UTC(2026, 0, 1)
const where = { partition: 0, offset: 0, appendedAt: 0, personal: undefined }
const rfm = { firstAt: null, lastAt: null, orders: 0, gross: 0, net: 0 }
const common = { id: 'e1', customerId: 'ada', occurredAt: new Date(NOW).toISOString() }
const change = (event: CustomerEvent | undefined, seq = 1): CustomerChange => ({
  customerId: 'ada',
  seq,
  at: NOW,
  ...(event && { event }),
  rfm,
})
const lines = [{ productId: 'tea', quantity: 1, unitPrice: '1.00' }]
const purchase: CustomerEvent = { type: 'purchase', ...common, orderId: 'o1', currency: 'PKR', lines }
const refund: CustomerEvent = { type: 'refund', ...common, orderId: 'o1', currency: 'PKR', lines }
const click: CustomerEvent = { type: 'click', ...common, kind: 'view', productId: 'tea' }

function views(): ScorerViews {
  const items = new ItemIndex()
  const state = (productId: string, pairs: { productId: string; value: number }[] = []) =>
    items.apply({ productId, version: 1, available: true, trend: { value: 1, at: NOW }, norm: 9 * weightOf(NOW), pairs })
  state('tea')
  state('cup', [{ productId: 'tea', value: 5 * weightOf(NOW) }])
  return { items, itemsVersion: 41, cuts: { ...noCuts, version: 812 } }
}
const folded = (...changes: CustomerChange[]): Taste =>
  changes.reduce((taste, one) => scorer.fold({ taste }, one, where).state.taste, noTaste)

test('a list carries who it is for, its number, as of when, and the versions of what it was made from', () => {
  expect(scorer.score({ taste: folded(change(purchase)) }, change(purchase, 7), views(), where)).toMatchObject({
    customerId: 'ada',
    seq: 7,
    recommendationId: expect.stringMatching(/^rec_[0-9a-f]{24}$/),
    asOf: '2026-01-01T00:00:00.000Z',
    versions: { items: 41, cuts: 812 },
    coldStart: false,
    items: [{ productId: 'cup' }, { productId: 'tea', purchased: true }],
  })
})

test('a list keeps of each item, in their order, what it stands on', () => {
  const { items, lineage } = scorer.score({ taste: folded(change(click)) }, change(click), views(), where)
  const standings = decodeStandings(lineage!.standings!)!
  expect(standings.map(standing => standing?.by)).toEqual(items.map(() => 'strategies'))
  const [cup] = standings
  expect(cup!.strongest.map(({ name, value }) => [name, value])).toEqual([
    ['collaborative', 1],
    ['temporal', 1],
  ])
  expect(cup!.strongest.reduce((sum, { adds }) => sum + adds, 0)).toBeCloseTo(cup!.score, 3)
})

test('a list leans to what the table of rules says of its segment, and keeps what that was', () => {
  const loyal = { ...folded(change(click)), segment: 'Loyal' }
  const rule = { lean: 'popular', strength: 0.3 } as const
  const score = (more: Partial<ScorerViews>) => scorer.score({ taste: loyal }, change(click), { ...views(), ...more }, where)
  expect(score({ segmentRules: { Loyal: rule } }).lineage!.rule).toEqual(rule)
  expect(score({ segmentRules: {} }).lineage!.rule).toEqual({ lean: 'personal', strength: 0 })
  expect(score({ segmentRules: { Loyal: rule } }).items[0]!.score).toBeGreaterThan(score({ segmentRules: {} }).items[0]!.score)
})

test('the same state, views and number give the same bytes; another number another id', () => {
  const score = (seq: number) => scorer.score({ taste: folded(change(click)) }, change(click, seq), views(), where)
  expect(JSON.stringify(score(3))).toBe(JSON.stringify(score(3)))
  expect(score(4).recommendationId).not.toBe(score(3).recommendationId)
})

test('who acts is scored; what others do with them is not', () => {
  const scores = (event: CustomerEvent | undefined) => scorer.fold({ taste: noTaste }, change(event), where).score
  expect([purchase, click, refund].map(scores)).toEqual([true, true, true])
  const message: CustomerEvent = { type: 'message', ...common, direction: 'out', channel: 'sms', sealed: 'x' }
  const others = [
    message,
    { type: 'profile', ...common, traits: {} },
    { type: 'sms', ...common, requestId: 'r', status: 'sent' },
    { type: 'click', ...common, kind: 'link', requestId: 'r' },
    undefined,
  ]
  expect(others.map(event => scores(event as CustomerEvent | undefined))).toEqual([false, false, false, false, false])
})

test('whose first act is a refund gets a list of that day, with what trends', () => {
  const list = scorer.score({ taste: folded(change(refund)) }, change(refund), views(), where)
  expect(list).toMatchObject({ asOf: '2026-01-01T00:00:00.000Z', coldStart: true })
  expect(list.items.map(({ productId }) => productId)).toEqual(['cup', 'tea'])
})

test('the answer that lookups serve is the one that would be made from the list', () => {
  const list = scorer.score({ taste: folded(change(purchase)) }, change(purchase), views(), where)
  const answer = recommendationTable.columns.find(({ name }) => name === 'answer')!.value(list)
  expect(JSON.parse(answer as string)).toEqual(JSON.parse(JSON.stringify(answerOf(list))))
})

test('a taste comes back from its row as it went in', () => {
  const taste = folded(change(purchase), change(click, 2))
  const row = Object.fromEntries(
    tasteTable.columns.map(({ name, type, value }) => [
      name,
      type === 'jsonb' ? JSON.parse(value(taste) as string) : value(taste),
    ]),
  )
  expect(tasteTable.entry(row)).toEqual(taste)
})
