import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CustomerCuts } from '../../consumers/customer-state.ts'
import { decideSegment, rowsBetweenCuts } from '../../consumers/segment-decision.ts'
import { pgliteSql } from '../../infra/sql/pglite-sql.ts'
import { OrderStatistics } from '../../models/order-statistics.ts'
import { cutsOf, noCuts, type Rfm } from '../../models/rfm.ts'
import type { RfmCuts } from '../../schemas/records.ts'
import type { Sql } from '../../streams/sql.ts'

let sql: Sql
beforeAll(async () => {
  sql = await pgliteSql({})
  await sql.script('CREATE TABLE customers (customer_id text PRIMARY KEY, last_at bigint, orders bigint NOT NULL)')
})
afterAll(() => sql.close())

const facts = fc.record({ lastAt: fc.integer({ min: 0, max: 30 }), orders: fc.integer({ min: 0, max: 8 }) }).map(
  ({ lastAt, orders }): Rfm => ({
    firstAt: orders === 0 ? null : 0,
    lastAt: orders === 0 ? null : lastAt,
    orders,
    gross: 1,
    net: 1,
  }),
)
/** Cuts as they really come: of some population. Version 0 is before the first. */
const cuts = (version: number) =>
  fc
    .array(fc.record({ lastAt: fc.integer({ min: 0, max: 30 }), orders: fc.integer({ min: 1, max: 8 }) }), { maxLength: 12 })
    .map((all): RfmCuts => {
      const [recency, frequency] = [new OrderStatistics(), new OrderStatistics()]
      for (const { lastAt, orders } of all) {
        recency.add(lastAt, 1)
        frequency.add(orders, 1)
      }
      return all.length === 0
        ? { ...noCuts, version }
        : { ...noCuts, version, customers: all.length, recency: cutsOf(recency), frequency: cutsOf(frequency) }
    })

async function found(state: CustomerCuts): Promise<Set<string>> {
  const { text, values } = rowsBetweenCuts({ cuts: state }, 2)
  const rows = await sql.query(`SELECT customer_id FROM customers WHERE customer_id > $1 AND (${text}) ORDER BY customer_id`, [
    '',
    ...values,
  ])
  return new Set(rows.map(row => row.customer_id as string))
}

test('the sweep finds everybody whose segment other cuts change', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(facts, { minLength: 1, maxLength: 30 }),
      fc.oneof(fc.constant(noCuts), cuts(1)),
      cuts(2),
      async (all, previous, current) => {
        await sql.query('DELETE FROM customers')
        await sql.query('INSERT INTO customers SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[])', [
          all.map((_, i) => `c${i}`),
          all.map(({ lastAt }) => lastAt),
          all.map(({ orders }) => orders),
        ])
        const swept = await found({ previous, current })
        for (const [i, rfm] of all.entries())
          if (decideSegment(rfm, previous) !== decideSegment(rfm, current)) expect(swept).toContain(`c${i}`)
      },
    ),
    { numRuns: 150 },
  )
})

test('cuts that did not move are swept for by nobody', async () => {
  const same = { ...noCuts, version: 3, recency: [1, 2, 3, null], frequency: [1, 1, 2, 2] }
  expect(await found({ previous: same, current: { ...same, version: 4, monetary: [1, 2, 3, 4] } })).toEqual(new Set())
})

test('before the first cuts everybody with an order is swept', async () => {
  await sql.query('DELETE FROM customers')
  await sql.query("INSERT INTO customers VALUES ('a', 5, 1), ('b', NULL, 0)")
  expect(await found({ previous: noCuts, current: { ...noCuts, version: 1 } })).toEqual(new Set(['a']))
})
