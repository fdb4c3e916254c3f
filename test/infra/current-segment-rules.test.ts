import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSegmentRules } from '../../infra/current-segment-rules.ts'
import { segmentRules } from '../../models/segment-rules.ts'
import { systemClock } from '../../streams/clock.ts'
import type { Sql } from '../../streams/sql.ts'
import { lookupDatabase } from '../serving/lookup-database.ts'

let sql: Sql
beforeAll(async () => {
  sql = await lookupDatabase()
})
afterAll(() => sql.close())

test('a new database begins with the rules that evaluation is made with', async () => {
  expect((await openSegmentRules(sql, systemClock)).current()).toEqual(segmentRules)
})

test('a rule that was edited is scored with without a restart', async () => {
  const rules = await openSegmentRules(sql, systemClock)
  const ending = new AbortController()
  const following = rules.follow(ending.signal)
  await sql.query("UPDATE segment_rules SET lean = 'value', strength = 0.5 WHERE segment = 'Champions'")
  await sql.query("DELETE FROM segment_rules WHERE segment = 'Lost'")
  await expect.poll(() => rules.current().Champions, { timeout: 20_000 }).toEqual({ lean: 'value', strength: 0.5 })
  expect(rules.current().Lost).toBeUndefined()
  ending.abort()
  await following.catch(() => {})
})

test('what is no rule does not get into the table', async () => {
  for (const [lean, strength] of [
    ['cheap', 0.1],
    ['value', 9],
    ['value', Number.NaN],
  ] as const)
    await expect(
      sql.query("UPDATE segment_rules SET lean = $1, strength = $2 WHERE segment = 'New'", [lean, strength]),
    ).rejects.toThrow()
})
