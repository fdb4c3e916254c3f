import { afterAll, beforeAll, expect, test } from 'vitest'
import { ShopTooLarge } from '../../../../infra/analytics/live/growing-shop.ts'
import { shopOfLog } from '../../../../infra/analytics/live/shop-of-log.ts'
import { rfmColumns } from '../../../../models/analytics/rfm/rfm-columns.ts'
import { rfmTable } from '../../../../models/analytics/rfm/rfm-table.ts'
import { segmentTotals } from '../../../../models/analytics/rfm/segment-totals.ts'
import { codePointOrder } from '../../../../models/code-point-order.ts'
import { lineTotal } from '../../../../models/money.ts'
import { customerChanges } from '../../../../schemas/topics.ts'
import type { Sql } from '../../../../streams/sql.ts'
import { flowSql } from '../../../support/flow-world.ts'
import { BEGAN, changesOf, DAY, type FileLine, fileLines, liveWorld, tell } from './told-shop.ts'

let sql: Sql
beforeAll(async () => {
  sql = await flowSql()
}, 120_000)
afterAll(() => sql.close())

/** The lines in columns, as a reader of files makes them. */
function columnsByHand(lines: readonly FileLine[]) {
  const numbered = (of: (line: FileLine) => string) => [...new Set(lines.map(of))]
  const [customers, orders] = [numbered(({ customer }) => customer), numbered(({ customer, order }) => `${customer}/${order}`)]
  return {
    customers,
    columns: {
      customer: Int32Array.from(lines, ({ customer }) => customers.indexOf(customer)),
      at: Float64Array.from(lines, ({ at }) => at),
      amount: Float64Array.from(lines, ({ quantity, price, refund }) => (refund ? -1 : 1) * lineTotal(quantity, price)),
      order: Int32Array.from(lines, ({ customer, order }) => orders.indexOf(`${customer}/${order}`)),
    },
  }
}

const tableOf = (ids: readonly string[], columns: Parameters<typeof rfmColumns>[0]) =>
  rfmTable(rfmColumns(columns, ids.length), { asOf: BEGAN + 500 * DAY, byId: codePointOrder(ids), newDays: 30 })

/** By customer, so that the order in which they were met does not matter. */
const byId = (ids: readonly string[], { facts, r, f, m, segment, recencyDays }: ReturnType<typeof tableOf>) =>
  Object.fromEntries(
    ids.map((id, c) => [
      id,
      [facts.firstAt, facts.lastAt, facts.orders, facts.gross, facts.net, r.tied, r.first, f.tied, f.first, m.tied, m.first]
        .map(column => column[c])
        .concat(segment[c], recencyDays[c]),
    ]),
  )

test('the same purchases give the same numbers as rows of files and as events, those appended again after a crash too', async () => {
  const world = await liveWorld(sql)
  const lines = fileLines(120)
  const changes = changesOf(lines)
  await tell(world, changes.slice(0, 400))
  await tell(world, changes.slice(350))
  const { shop, lost, unreadable } = await shopOfLog(world)
  expect([lost, unreadable]).toEqual([{ customers: 0, gross: 0 }, 0])
  expect(shop.lines.at.length).toBe(lines.length)
  const { customers, columns } = columnsByHand(lines)
  const [live, file] = [tableOf(shop.customers.id, shop.lines), tableOf(customers, columns)]
  expect(byId(shop.customers.id, live)).toEqual(byId(customers, file))
  expect(segmentTotals(live)).toEqual(segmentTotals(file))
  expect(live.facts.lines).toEqual(file.facts.lines)
})

test('a line that is no purchase comes to nothing, and an order that two customers use is two', async () => {
  const world = await liveWorld(sql)
  const line = { order: 'o1', product: 'tea', at: BEGAN, quantity: 2, price: '1.50' }
  const told = changesOf([
    { ...line, customer: 'ada' },
    { ...line, customer: 'bob' },
  ])
  const free = changesOf([{ ...line, customer: 'cyd', price: '0.00' }]).map(change => ({
    ...change,
    rfm: { firstAt: null, lastAt: null, orders: 0, gross: 0, net: 0 },
  }))
  await tell(world, [...told, ...free])
  const { shop } = await shopOfLog(world)
  const { orders, gross } = rfmColumns(shop.lines, shop.customers.id.length)
  const of = (id: string) => [orders, gross].map(column => column[shop.customers.id.indexOf(id)])
  expect([of('ada'), of('bob'), of('cyd')]).toEqual([[1, 30_000], [1, 30_000], [0, 0]]) // biome-ignore format: one each
  expect(Object.keys(shop.lines)).toContain('quantity')
})

test('names come from profiles, products from the catalogue, and what nobody told of is known to be unknown', async () => {
  const world = await liveWorld(sql)
  await tell(world, changesOf([{ customer: 'ada', order: 'o1', product: 'tea', at: BEGAN, quantity: 1, price: '2.55' }]))
  await sql.query(
    `INSERT INTO products (product_id, partition, version, name, category, price, available, stamps, trend_value, trend_at, norm, pairs)
     VALUES ('tea', 0, 1, 'Red tea', 'Drinks', '2.55', true, '{"name":[1,"e"]}', 0, 0, 0, '[]'),
            ('pot', 0, 1, NULL, NULL, NULL, true, '{"price":[1,"e"]}', 0, 0, 0, '[]'), ('seen', 0, 1, NULL, NULL, NULL, true, '{}', 0, 0, 0, '[]')`,
  )
  await sql.query(
    `INSERT INTO profiles (customer_id, partition, traits, stamps) VALUES ('ada', 0, '{"firstName":"Ada","lastName":"L","email":"ada@shop.example"}', '{}'),
            ('bob', 0, '{"age":31}', '{}')`,
  )
  const { shop } = await shopOfLog(world)
  expect(shop.products).toEqual({
    id: ['tea', 'pot'],
    name: ['Red tea', ''],
    category: ['Drinks', ''],
    price: Float64Array.of(25_500, Number.NaN),
    known: Uint8Array.of(1, 1),
  })
  expect(shop.customers).toMatchObject({ id: ['ada', 'bob'], name: ['Ada L', ''], email: ['ada@shop.example', ''] })
  expect([...shop.customers.known]).toEqual([1, 1])
})

test('an empty log is an empty shop', async () => {
  const { shop } = await shopOfLog(await liveWorld(sql))
  expect([shop.customers.id, shop.lines.at.length, shop.lines.orders]).toEqual([[], 0, 0])
})

test('what the log has deleted, and what it cannot read, is told', async () => {
  const world = await liveWorld(sql)
  const changes = changesOf(fileLines(6))
  await tell(world, changes.slice(5))
  const broken = { topic: world.names.of(customerChanges), partition: 0, key: null }
  await world.log.publish([{ ...broken, value: Buffer.from('{"customerId":1}'), headers: {}, timestamp: 0 }])
  const { lost, unreadable, shop } = await shopOfLog(world)
  const missing = changes.slice(0, 5).reduce((sum, { event }) => {
    if (event?.type !== 'purchase') return sum
    return sum + event.lines.reduce((all, { quantity, unitPrice }) => all + lineTotal(quantity, unitPrice), 0)
  }, 0)
  const rest = new Set(changes.slice(5).map(({ customerId }) => customerId))
  expect(unreadable).toBe(1)
  expect(lost.customers).toBeGreaterThan(0)
  expect(lost.gross).toBeLessThanOrEqual(missing)
  expect(shop.customers.id.length).toBe(rest.size)
})

test('more than there is memory for is refused in a sentence that says how far it came', async () => {
  const world = await liveWorld(sql)
  await tell(world, changesOf(fileLines(50)))
  const reading = shopOfLog(world, { mostBytes: 5000 })
  await expect(reading).rejects.toThrow(ShopTooLarge)
  await expect(reading).rejects.toThrow(/more than fits into 0 MB: \d+ lines of orders of \d+ customers/)
})

test('reading says how far it is, and ends when it is told to', async () => {
  const world = await liveWorld(sql)
  await tell(world, changesOf(fileLines(50)))
  const told: number[] = []
  await shopOfLog(world, { onProgress: ({ read, all }) => told.push(read / all) })
  expect(told.at(-1)).toBe(1)
  const stop = new AbortController()
  stop.abort(new Error('enough'))
  await expect(shopOfLog(world, { signal: stop.signal })).rejects.toThrow('enough')
})
