import { expect, test } from 'vitest'
import { Random } from '../../models/random.ts'
import { groupsOf, SegmentCounts, segmentLean } from '../../models/segment-popularity.ts'

test('groups are of segment, city, gender, language and age, without case; what is no text or number makes none', () => {
  expect(
    groupsOf({
      segment: 'Champions',
      traits: { city: ' Lahore', gender: 'Female', language: 'ur', age: 31, interests: ['tea'] },
    }),
  ).toEqual(['segment:Champions', 'city:lahore', 'gender:female', 'language:ur', 'age:25'])
  expect(groupsOf({ segment: null, traits: { city: 7, gender: '', age: 'old', language: null } })).toEqual([])
  expect([12, 18, 64.5, 100].map(age => groupsOf({ segment: null, traits: { age } }))).toEqual([
    ['age:0'],
    ['age:18'],
    ['age:55'],
    ['age:65'],
  ])
})

test('the lean is naive Bayes over groups of purchases, as plainly counted', () => {
  const [n, random] = [6, new Random('segments')]
  const sales = Array.from({ length: 900 }, () => ({
    groups: [random.pick(['city:lahore', 'city:karachi']), random.pick(['age:18', 'age:25', 'age:35'])],
    item: Math.min(random.int(0, n - 1), random.int(0, n - 1)),
  }))
  const counts = new SegmentCounts(n)
  for (const { groups, item } of sales) counts.add(groups, [item])
  const asked = ['city:lahore', 'age:35', 'language:never met', 'constructor']
  const lean = segmentLean(counts.learnt, asked)
  for (let item = 0; item < n; item++) {
    const share = sales.filter(sale => sale.item === item).length / sales.length
    let expected = 0
    for (const group of ['city:lahore', 'age:35']) {
      const members = sales.filter(({ groups }) => groups.includes(group))
      const count = members.filter(sale => sale.item === item).length
      expected += Math.log((count + 100 * share) / (members.length + 100) / share)
    }
    expect(lean[item]).toBeCloseTo(expected, 10)
  }
})

test('a group of few purchases says nothing, and what nobody bought leans nowhere', () => {
  const counts = new SegmentCounts(3)
  for (let k = 0; k < 49; k++) counts.add(['city:hunza'], [k % 2])
  expect(counts.learnt.groups).toEqual({})
  expect([...segmentLean(counts.learnt, ['city:hunza'])]).toEqual([0, 0, 0])
  counts.add(['city:hunza'], [0])
  expect(segmentLean(counts.learnt, ['city:hunza'])[2]).toBe(0)
})
