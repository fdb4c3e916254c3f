import { afterAll, beforeAll, expect, test } from 'vitest'
import { knownCustomers } from '../../../infra/similar/known-customers.ts'
import type { Sql } from '../../../streams/sql.ts'
import { lookupDatabase } from '../../serving/lookup-database.ts'
import { plansOf } from '../../support/plans-of.ts'

let sql: Sql
beforeAll(async () => {
  sql = await lookupDatabase()
})
afterAll(() => sql.close())

test('what a customer wrote is found by an index: a shop of many messages answers as fast as one of few', async () => {
  await sql.script(`INSERT INTO text_vectors (space, kind, id, customer_id, digest, vector, at)
    SELECT 'one', 'message', 'm' || i, 'c' || i % 2000, '', ''::bytea, i FROM generate_series(1, 20000) i;
    ANALYZE text_vectors`)
  const plans = await plansOf(sql, asked => knownCustomers(asked, ['c1', 'c2'], ['one']))
  expect(plans).toContain('text_vectors_customer')
  expect(plans).not.toContain('Seq Scan on text_vectors')
})
