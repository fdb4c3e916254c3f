import { expect, test } from 'vitest'
import { heldOutOf } from '../../models/holdout.ts'

const ids = Array.from({ length: 10_000 }, (_, i) => `customer-${i}`)
const none = new Map<string, number>()
const ofAll = (share: number, salt = 'a') =>
  ids.filter(id => heldOutOf({ share, campaigns: none, salt }, id, 'eid') !== undefined)
const ofCampaign = (share: number, campaign = 'eid', salt = 'a', named = campaign) =>
  ids.filter(id => heldOutOf({ share: 0, campaigns: new Map([[named, share]]), salt }, id, campaign) === 'campaign')

test.each([
  ['of all', ofAll, (share: number) => ofAll(share, 'b')],
  ['of a campaign', ofCampaign, (share: number) => ofCampaign(share, 'eid', 'b')],
])(
  'a holdout %s is the share it says, the same for ever, within every larger one, and another under another salt',
  (_, held, salted) => {
    const five = held(0.05)
    expect(five.length).toBeGreaterThan(430) // 500 ± 3.2 standard deviations of 22
    expect(five.length).toBeLessThan(570)
    expect(held(0.05)).toEqual(five)
    const ten = new Set(held(0.1))
    expect(five.every(id => ten.has(id))).toBe(true)
    const other = new Set(salted(0.05))
    expect(five.filter(id => other.has(id)).length).toBeLessThan(60)
    expect(held(0)).toEqual([])
    expect(held(1)).toHaveLength(ids.length)
  },
)

test('each campaign draws anew: neither another nor the holdout of all foretells who is held out', () => {
  const five = new Set(ofCampaign(0.05))
  for (const other of [ofCampaign(0.05, 'winter'), ofAll(0.05)]) expect(other.filter(id => five.has(id)).length).toBeLessThan(60) // 25 by chance; 500 if the same were drawn
})

test('the share of * is of campaigns that are not named, each of which draws its own', () => {
  expect(ofCampaign(0.05, 'eid', 'a', '*')).toEqual(ofCampaign(0.05))
  const holdout = {
    share: 0,
    campaigns: new Map([
      ['*', 1],
      ['eid', 0],
    ]),
    salt: 'a',
  }
  expect([heldOutOf(holdout, 'ada', 'eid'), heldOutOf(holdout, 'ada', 'winter'), heldOutOf(holdout, 'ada')]).toEqual([
    undefined,
    'campaign',
    undefined,
  ])
})

test('who is held out of all is told so, also where the campaign holds them out', () => {
  expect(heldOutOf({ share: 1, campaigns: new Map([['eid', 1]]), salt: 'a' }, 'ada', 'eid')).toBe('all')
})
