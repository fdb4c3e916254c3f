import { expect, test } from 'vitest'
import { type CampaignTie, rankCampaigns, segmentFirst, strengthOf, unwantedOf } from '../../../models/similar/rank-campaigns.ts'

const tie = (customerId: string, campaignId: string, more: Partial<CampaignTie> = {}): CampaignTie => ({
  customerId,
  campaignId,
  intent: 'buy',
  inbound: 2,
  sentiment: 0,
  weight: 0.4,
  ...more,
})
const alike = (similarity: Readonly<Record<string, number>>) =>
  Object.entries(similarity).map(([customerId, value]) => ({ customerId, similarity: value }))

test('a campaign of many customers alike outranks one of a single one', () => {
  const ties = [tie('a', 'many'), tie('b', 'many'), tie('a', 'one')]
  expect(rankCampaigns(alike({ a: 1, b: 0.5, c: 0.5 }), ties, new Set(), 5)).toEqual([
    { campaignId: 'many', score: 0.375, viaCustomers: 2 },
    { campaignId: 'one', score: 0.25, viaCustomers: 1 },
  ])
})

test('the more alike a customer is, the more their campaigns count', () => {
  const ranked = rankCampaigns(alike({ a: 0.9, b: 0.3 }), [tie('b', 'far'), tie('a', 'near')], new Set(), 5)
  expect(ranked.map(({ campaignId }) => campaignId)).toEqual(['near', 'far'])
})

test('a campaign that customers complain about comes behind one that they buy from', () => {
  const ties = [tie('a', 'annoying', { intent: 'complaint', inbound: 50, weight: 0 }), tie('b', 'liked', { inbound: 1 })]
  expect(rankCampaigns(alike({ a: 1, b: 1 }), ties, new Set(), 1)[0]!.campaignId).toBe('liked')
})

test('what a customer wrote in one campaign for several purposes counts together, and they are one customer', () => {
  const ties = [tie('a', 'c'), tie('a', 'c', { intent: 'praise', weight: 0.8 })]
  expect(rankCampaigns(alike({ a: 1 }), ties, new Set(), 5)).toEqual([{ campaignId: 'c', score: 0.75, viaCustomers: 1 }])
})

test('a campaign that the customer wants out of is not recommended', () => {
  const own = [tie('me', 'spam', { intent: 'unsubscribe' }), tie('me', 'fine')]
  expect(rankCampaigns(alike({ a: 1 }), [tie('a', 'spam'), tie('a', 'fine')], unwantedOf(own), 5).map(c => c.campaignId)).toEqual(
    ['fine'],
  )
})

test('a strength stays between 0 and 1, whatever was felt', () => {
  for (const sentiment of [-7, 0, 7]) {
    const strength = strengthOf([tie('a', 'c', { inbound: 7, sentiment, weight: 100 })])
    expect(strength).toBeGreaterThan(0)
    expect(strength).toBeLessThan(1)
  }
})

test('who only got texts is tied a little', () => {
  expect(strengthOf([tie('a', 'c', { intent: null, inbound: 0, weight: 0 })])).toBe(0.05)
})

test('nobody alike, no campaigns', () => {
  expect(rankCampaigns([], [tie('a', 'c')], new Set(), 5)).toEqual([])
})

test('campaigns come through neighbours within the segment first, and through others where those are few', () => {
  const nearest = [...'abcd'].map(id => ({ id, sameSegment: id === 'b' || id === 'd' }))
  expect(segmentFirst(nearest, 3).map(({ id }) => id)).toEqual(['b', 'd', 'a'])
  expect(segmentFirst(nearest, 1).map(({ id }) => id)).toEqual(['b'])
})
