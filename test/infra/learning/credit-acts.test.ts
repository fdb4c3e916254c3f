import { afterAll, beforeAll, expect, test } from 'vitest'
import { countExposures, creditActs } from '../../../infra/learning/credit-acts.ts'
import { newLearnt } from '../../../models/learning/learnt.ts'
import type { Sql } from '../../../streams/sql.ts'
import { plansOf } from '../../support/plans-of.ts'
import { freshSql } from '../sms/sms-fixture.ts'

let sql: Sql
beforeAll(async () => {
  sql = await freshSql()
  await sql.script(`INSERT INTO exposures (recommendation_id, hour, customer_id, at, variant, propensity, context, items, made, counted)
    SELECT 'r' || i, 1, 'c' || i % 2000, i, 'default', 1, '{}', '[]', '{}', i % 1000 > 0 FROM generate_series(1, 20000) i;
    ANALYZE exposures`)
})
afterAll(() => sql.close())

test('learning reads what is new, not all that was ever seen', async () => {
  const act = { customerId: 'c1', eventId: 'e1', productId: 'p1', kind: 'click', at: 100, amount: 0 } as const
  const plans = await plansOf(sql, async asked => {
    expect(await countExposures(asked, newLearnt(), 500)).toBe(20)
    await creditActs(asked, newLearnt(), [act])
  })
  expect(plans).not.toContain('Seq Scan on exposures')
})
