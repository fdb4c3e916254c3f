import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Company, type Contribution, contribute, similarity, weightOf } from '../../models/item-similarity.ts'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 0, 1)
const none: Company = { norm: 0, pairs: new Map() }

const near = fc.uniqueArray(fc.tuple(fc.constantFrom(...'abcdefghij'), fc.double({ min: 0.01, max: 1, noNaN: true })), {
  selector: ([id]) => id,
  maxLength: 6,
})
const contribution = fc.record({
  weight: fc.double({ min: 0.01, max: 1, noNaN: true }),
  at: fc.integer({ min: NOW - 300 * DAY, max: NOW }),
  near,
})
/** Who contributes what, in the order in which it came; who comes again replaces what they said. */
const steps = fc.array(fc.tuple(fc.constantFrom('ada', 'bob', 'cyd', 'dan'), contribution), { minLength: 1, maxLength: 25 })

function replacing(all: readonly (readonly [string, Contribution])[]): Company {
  const said = new Map<string, Contribution>()
  let company = none
  for (const [customer, now] of all) {
    company = contribute(company, said.get(customer), now)
    said.set(customer, now)
  }
  return company
}

const close = (a: number, b: number, scale: number) => expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-9 * scale)

test('replacing what a customer contributed equals counting everybody from scratch', () => {
  fc.assert(
    fc.property(steps, all => {
      const replaced = replacing(all)
      const scratch = replacing([...new Map(all)])
      const scale = weightOf(NOW) * all.length
      close(replaced.norm, scratch.norm, scale)
      for (const id of 'abcdefghij') close(replaced.pairs.get(id) ?? 0, scratch.pairs.get(id) ?? 0, scale)
    }),
  )
})

test('of too many neighbours the strongest stay, ties by id, and a neighbour let go comes back as new', () => {
  const crowd = Array.from({ length: 100 }, (_, n) => [`p${String(n).padStart(3, '0')}`, n < 20 ? 1 : 0.5] as const)
  const told: Contribution = { weight: 1, at: NOW, near: crowd }
  const { pairs } = contribute(none, undefined, told)
  expect([...pairs.keys()]).toEqual(crowd.slice(0, pairs.size).map(([id]) => id))
  expect(pairs.size).toBeGreaterThan(24)
  expect(pairs.size).toBeLessThan(97)
  const again = contribute({ norm: 1, pairs }, told, { weight: 1, at: NOW, near: [['p099', 1]] })
  expect([...again.pairs]).toEqual([['p099', weightOf(NOW)]])
})

test('a neighbour of which nothing is left is let go', () => {
  const said: Contribution = { weight: 1, at: NOW, near: [['a', 0.5]] }
  expect(contribute(contribute(none, undefined, said), said, { ...said, near: [] }).pairs).toEqual(new Map())
})

/** Customers by products: what each was drawn to, all at once, so that the company of two is the product of both. */
const shop = fc.array(fc.array(fc.constantFrom(0, 0, 0.1, 0.5, 1), { minLength: 4, maxLength: 4 }), {
  minLength: 2,
  maxLength: 12,
})

test('similarity is the cosine of two products over their customers, less the more the fewer they share', () => {
  const names = ['a', 'b', 'c', 'd']
  fc.assert(
    fc.property(shop, customers => {
      const companies = names.map((_, p) =>
        customers.reduce((company, row) => {
          if (row[p] === 0) return company
          const others = names.flatMap((name, q) => (q < p && row[q]! > 0 ? [[name, row[p]! * row[q]!] as const] : []))
          return contribute(company, undefined, { weight: row[p]!, at: NOW, near: others })
        }, none),
      )
      const dot = (p: number, q: number) => customers.reduce((sum, row) => sum + row[p]! * row[q]!, 0)
      for (let p = 1; p < 4; p++)
        for (let q = 0; q < p; q++) {
          const found = similarity(companies[p]!.pairs.get(names[q]!) ?? 0, companies[p]!.norm, companies[q]!.norm, weightOf(NOW))
          expect(found).toBeCloseTo(dot(p, q) / (Math.sqrt(dot(p, p) * dot(q, q)) + 3), 9)
        }
    }),
  )
})

test('the same behaviour is as similar whenever it happened, and less so the longer ago it was when asked', () => {
  const at = (then: number, now: number) =>
    similarity(5 * weightOf(then), 10 * weightOf(then), 10 * weightOf(then), weightOf(now))
  expect(at(NOW, NOW)).toBeCloseTo(5 / 13, 12)
  expect(at(NOW - 900 * DAY, NOW - 900 * DAY)).toBeCloseTo(5 / 13, 12)
  expect(at(NOW - 90 * DAY, NOW)).toBeCloseTo(5 / 16, 12)
})

test('instants from 1970 to 2119 can be weighed against each other without running out of numbers', () => {
  for (const at of [0, Date.UTC(2119, 0, 1)]) {
    const weight = weightOf(at)
    expect(similarity(weight, weight, weight, weight)).toBeCloseTo(0.25, 12)
  }
})
