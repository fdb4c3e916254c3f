import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { PassThrough } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { beforeAll, describe, expect, test } from 'vitest'
import { kindOf } from '../../../producers/shop/customer.ts'
import { type ShopOptions, syntheticShop } from '../../../producers/shop/synthetic-shop.ts'
import { writeJsonl } from '../../../producers/shop/write-jsonl.ts'
import { acceptEvent } from '../../../schemas/accept-event.ts'
import type { Inbound, Profile, Purchase } from '../../../schemas/events.ts'
import type { Clock } from '../../../streams/clock.ts'
import { PlainFold } from '../../support/plain-fold.ts'

const until = Date.parse('2025-01-01T00:00:00Z')
const options: ShopOptions = { seed: 1, customers: 1000, until }
const shop = { currency: 'PKR', region: 'PK', now: until } as const
const ofType = <T extends Inbound['type']>(events: readonly Inbound[], type: T) =>
  events.filter((event): event is Extract<Inbound, { type: T }> => event.type === type)
const bytesOf = async (given: ShopOptions): Promise<Buffer> => {
  const out = new PassThrough()
  const [bytes] = await Promise.all([buffer(out), writeJsonl(syntheticShop(given).history(), out)])
  return bytes
}
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

describe('the history', () => {
  let events: Inbound[]
  let profiles: Profile[]
  let purchases: Purchase[]
  beforeAll(() => {
    events = [...syntheticShop(options).history()]
    profiles = ofType(events, 'profile')
    purchases = ofType(events, 'purchase')
  })

  test('is made of events that are taken as they are', () => {
    for (const event of events) expect(acceptEvent(event, shop)).toEqual({ event })
  })

  test('goes forward in time, within its span, and gives no id twice', () => {
    const times = events.map(({ occurredAt }) => Date.parse(occurredAt))
    expect(times.every((at, n) => n === 0 || at >= times[n - 1]!)).toBe(true)
    expect(times[0]).toBe(until - 365 * 86_400_000)
    expect(times.at(-1)).toBeLessThan(until)
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length)
  })

  test('has frequent, seasonal and one-time buyers of 5–15, 2–4 and 1 orders as 20, 30 and 50 in a hundred', () => {
    const counts = new Map<string, number>()
    for (const { customerId } of purchases) counts.set(customerId, (counts.get(customerId) ?? 0) + 1)
    const [frequent, seasonal, once] = [
      [5, 15],
      [2, 4],
      [1, 1],
    ].map(([least = 0, most = 0]) => [...counts.values()].filter(count => count >= least && count <= most).length)
    expect([frequent, seasonal, once]).toEqual([200, 300, 500])
    expect(new Set([...counts.values()].filter(count => count >= 5)).size).toBe(11)
    expect(
      ['frequent', 'seasonal', 'one-time'].map(
        kind => Array.from({ length: 1000 }, (_, n) => kindOf(n)).filter(other => other === kind).length,
      ),
    ).toEqual([200, 300, 500])
  })

  test('has customers who can be texted: own valid mobile numbers, zones, three languages, consent for most', () => {
    const traits = profiles.map(profile => profile.traits)
    expect(traits.length).toBe(1000)
    expect(new Set(traits.map(({ phone }) => phone)).size).toBe(1000)
    for (const { phone = '' } of traits) {
      expect(phone).toMatch(/^\+923\d{9}$/)
      expect(parsePhoneNumberFromString(phone)?.isValid()).toBe(true)
      expect(parsePhoneNumberFromString(phone)?.getType()).toBe('MOBILE')
    }
    expect(new Set(traits.map(({ timeZone }) => timeZone))).toEqual(new Set(['Asia/Karachi', 'Asia/Dubai', 'Europe/London']))
    expect(new Set(traits.map(({ language }) => language))).toEqual(new Set(['en', 'ur', 'roman-ur']))
    const granted = ofType(events, 'consent').filter(({ state }) => state === 'granted').length
    expect(granted).toBeGreaterThan(800)
    expect(granted).toBeLessThan(900)
  })

  test('has a view of every product before its customer buys it', () => {
    const viewed = new Set<string>()
    for (const event of events) {
      if (event.type === 'click' && event.kind === 'view') viewed.add(`${event.customerId} ${event.productId}`)
      if (event.type === 'purchase')
        for (const { productId } of event.lines) expect(viewed.has(`${event.customerId} ${productId}`)).toBe(true)
    }
  })

  test('tells every product first, in five categories, at the price it is then sold for', () => {
    const products = ofType(events.slice(0, 200), 'product')
    expect(products.length).toBe(200)
    expect(new Set(products.map(({ name }) => name)).size).toBe(200)
    expect(new Set(products.map(({ category }) => category)).size).toBe(5)
    const prices = new Map(products.map(({ productId, price }) => [productId, price]))
    for (const { lines } of purchases) for (const { productId, unitPrice } of lines) expect(unitPrice).toBe(prices.get(productId))
  })

  test('has a taste to find: customers buy mostly in two categories, and companions more often than chance', () => {
    const category = new Map(ofType(events, 'product').map(({ productId, category: of }) => [productId, of]))
    const interests = new Map(profiles.map(({ customerId, traits }) => [customerId, traits.interests ?? []]))
    const lines = purchases.flatMap(({ customerId, lines: bought }) =>
      bought.map(({ productId }) => interests.get(customerId)!.includes(category.get(productId)!)),
    )
    expect(lines.filter(liked => liked).length / lines.length).toBeGreaterThan(0.8) // 0.4 by chance
    const pairs = purchases.filter(({ lines: bought }) => bought.length > 1)
    const sameBrandRound = pairs.filter(
      ({ lines: [one, two] }) => Math.floor((place(one!.productId) - 1) / 50) === Math.floor((place(two!.productId) - 1) / 50),
    )
    expect(sameBrandRound.length / pairs.length).toBeGreaterThan(0.7) // 0.25 to 0.4 by chance
    function place(productId: string): number {
      return Number(productId.split('-')[1])
    }
  })

  test('has texts both ways in all three languages, and refunds of orders that were made', () => {
    const messages = ofType(events, 'message')
    const incoming = messages.filter(({ direction }) => direction === 'in').map(({ text }) => text)
    expect(incoming.some(text => /\p{Script=Arabic}/u.test(text))).toBe(true)
    expect(incoming.some(text => /zabardast|shukriya/i.test(text))).toBe(true)
    expect(incoming.some(text => /quality is great/.test(text))).toBe(true)
    expect(messages.every(({ text }) => !/[{}]/.test(text))).toBe(true)
    const orders = new Set(purchases.map(({ orderId }) => orderId))
    const refunds = ofType(events, 'refund')
    expect(refunds.length).toBeGreaterThan(20)
    expect(refunds.every(({ refundOf = '' }) => orders.has(refundOf))).toBe(true)
  })
})

test('a seed gives the same bytes, and adds up to what is written down', async () => {
  const expected = JSON.parse(await readFile(new URL('../../fixtures/shop-seed-1.digest.json', import.meta.url), 'utf8'))
  const given: ShopOptions = expected.options
  const bytes = await bytesOf(given)
  const lines = bytes.toString().trimEnd().split('\n')
  const fold = new PlainFold()
  for (const line of lines) fold.add(JSON.parse(line))
  expect({ events: lines.length, bytes: bytes.length, sha256: sha256(bytes), totals: fold.totals() }).toEqual(expected.expected)
})

test('another seed is another shop', async () => {
  const small = { ...options, customers: 20 }
  expect(sha256(await bytesOf(small))).not.toBe(sha256(await bytesOf({ ...small, seed: 2 })))
})

test('a catalogue may be of any size', () => {
  for (const products of [50, 1234]) {
    const stocked = [...syntheticShop({ ...options, customers: 1, products }).history()].filter(({ type }) => type === 'product')
    expect(new Set(stocked.map(event => (event.type === 'product' ? event.name : ''))).size).toBe(products)
  }
})

test('a million customers begin without being made first', () => {
  const events = syntheticShop({ ...options, customers: 1_000_000, days: 3650 }).history()
  const before = process.memoryUsage().heapUsed
  for (let n = 0; n < 1000; n++) events.next()
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(300e6) // a million profiles alone would be more
}, 60_000)

test('a short history of many customers ends where it should', () => {
  const events = [...syntheticShop({ ...options, days: 1, customers: 50 }).history()]
  expect(ofType(events, 'purchase').length).toBeGreaterThan(50)
  expect(events.every(({ occurredAt }) => Date.parse(occurredAt) < until)).toBe(true)
})

/** Time passes only by sleeping. */
function dreamingClock(begin: number): Clock {
  let passed = 0
  return {
    now: () => begin + Math.floor(passed),
    monotonic: () => passed,
    sleep: async ms => {
      passed += ms
    },
  }
}

describe('the live stream', () => {
  const take = async (begin: number, count: number, eventsPerSecond = 50): Promise<{ events: Inbound[]; took: number }> => {
    const clock = dreamingClock(begin)
    const stop = new AbortController()
    const events: Inbound[] = []
    for await (const event of syntheticShop(options).live({ clock, eventsPerSecond, signal: stop.signal })) {
      events.push(event)
      if (events.length === count) stop.abort()
    }
    return { events, took: clock.monotonic() }
  }

  test('keeps the pace, ends when told, and stamps each event with the clock', async () => {
    const { events, took } = await take(until, 1000)
    expect(took).toBeCloseTo(20_000, -2)
    expect(Date.parse(events.at(-1)!.occurredAt) - until).toBeCloseTo(20_000, -2)
    for (const event of events) expect(acceptEvent(event, { ...shop, now: until + took })).toEqual({ event })
  })

  test('has old and new customers, clicks and orders, and every order after its clicks', async () => {
    const { events } = await take(until, 3000)
    const viewed = new Set<string>()
    for (const event of events) {
      if (event.type === 'click' && event.kind === 'view') viewed.add(`${event.customerId} ${event.productId}`)
      if (event.type === 'purchase')
        for (const { productId } of event.lines) expect(viewed.has(`${event.customerId} ${productId}`)).toBe(true)
    }
    const numbers = new Set(events.map(event => Number('customerId' in event && event.customerId.slice(5))))
    expect([...numbers].some(number => number > 1000) && [...numbers].some(number => number <= 1000)).toBe(true)
    expect(ofType(events, 'purchase').length).toBeGreaterThan(50)
  })

  test('started again later repeats no id and no order, not even those of the history', async () => {
    const [first, second] = [await take(until, 500), await take(until + 60_000, 500)]
    const all = [...syntheticShop({ ...options, customers: 200 }).history(), ...first.events, ...second.events]
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
    const orders = ofType(all, 'purchase').map(({ orderId }) => orderId)
    expect(new Set(orders).size).toBe(orders.length)
  })
})

test('writing tells how far it is and waits for a slow disk', async () => {
  const out = new PassThrough({ highWaterMark: 1024 })
  const told: number[] = []
  const written = writeJsonl(syntheticShop(options).history(), out, ({ events }) => told.push(events))
  await new Promise(resolve => setTimeout(resolve, 50))
  expect(told.length).toBeLessThan(4)
  const bytes = await buffer(out)
  expect(await written).toMatchObject({
    bytes: bytes.length,
    events: told.at(-1),
    reached: expect.stringMatching(/^2024-12-31T/),
  })
})
