import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { findSeen, keepSeen, pruneSeen, seenHash } from '../../streams/seen.ts'
import type { Sql } from '../../streams/sql.ts'
import { countingSql } from '../support/engine.ts'

let sql: Sql
beforeAll(async () => {
  sql = await countingSql()
})
afterAll(() => sql.close())
beforeEach(() => sql.script('TRUNCATE seen_events'))

const DAY = 86_400_000
const at = (partition: number, id: string, appendedAt = 0) => ({ partition, hash: seenHash('ada', id), appendedAt })
const kept = async () => (await sql.query('SELECT count(*) AS n FROM seen_events'))[0]!.n

test('an id counts once for each owner, and an id that holds the separator is not another owner’s', () => {
  expect(seenHash('ada', '1')).toBe(seenHash('ada', '1'))
  expect(seenHash('ada', '1')).not.toBe(seenHash('bob', '1'))
  expect(seenHash('ad', 'a1')).not.toBe(seenHash('ada', '1'))
})

test('ids are found again by processor and partition', async () => {
  await keepSeen(sql, 'p', [at(0, 'a'), at(1, 'b')])
  expect(await findSeen(sql, 'p', [at(0, 'a'), at(0, 'b'), at(1, 'b'), at(1, 'c')])).toEqual(
    new Set([seenHash('ada', 'a'), seenHash('ada', 'b')]),
  )
  expect(await findSeen(sql, 'q', [at(0, 'a')])).toEqual(new Set())
  expect(await findSeen(sql, 'p', [])).toEqual(new Set())
  await keepSeen(sql, 'p', [])
})

test('ids younger than 30 days stay, older ones go', async () => {
  const now = 100 * DAY
  await keepSeen(sql, 'p', [
    at(0, 'old', now - 30 * DAY - 1),
    at(0, 'edge', now - 30 * DAY),
    at(0, 'new', now),
    at(1, 'elsewhere', 0),
  ])
  await pruneSeen(sql, 'p', 0, now)
  expect(await findSeen(sql, 'p', [at(0, 'old'), at(0, 'edge'), at(0, 'new')])).toEqual(
    new Set([seenHash('ada', 'edge'), seenHash('ada', 'new')]),
  )
  expect((await findSeen(sql, 'p', [at(1, 'elsewhere')])).size).toBe(1)
})

test('of too many the newest stay, all of those that the horizon promises', async () => {
  await keepSeen(
    sql,
    'p',
    Array.from({ length: 100 }, (_, i) => at(0, `${i}`, Math.floor(i / 10))),
  )
  await pruneSeen(sql, 'p', 0, 0, { ms: DAY, ids: 25 })
  // Ten ids share each instant: the 25 newest reach into the third from last, which therefore stays.
  expect(await kept()).toBe(30)
  await pruneSeen(sql, 'p', 0, 0, { ms: DAY, ids: 30 })
  expect(await kept()).toBe(30)
})
