import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addKey, listKeys, revokeKey, validKeys } from '../../infra/api-keys.ts'
import { keyRing } from '../../serving/key-ring.ts'
import type { Sql } from '../../streams/sql.ts'
import { standingClock } from '../serving/fake-ports.ts'
import { lookupDatabase } from '../serving/lookup-database.ts'

let sql: Sql
beforeAll(async () => {
  sql = await lookupDatabase()
})
afterAll(() => sql.close())

describe('keys in their table', () => {
  test('a key opens with its scopes until it is revoked, and its secret is nowhere', async () => {
    const clock = standingClock(1000)
    const { id, key } = await addKey(sql, clock, 'the shop', ['publish', 'lookup'])
    const find = keyRing(() => validKeys(sql), clock)
    expect((await find(key))?.scopes).toEqual(['publish', 'lookup'])

    const secret = key.split('_').slice(2).join('_')
    const [row] = await sql.query("SELECT row_to_json(k)::text AS whole, encode(hash, 'escape') AS hash FROM api_keys k")
    expect(JSON.stringify(row)).not.toContain(secret)

    clock.advance(500)
    expect(await revokeKey(sql, clock, id)).toBe(true)
    expect(await revokeKey(sql, clock, id)).toBe(false)
    expect(await revokeKey(sql, clock, 'nothing')).toBe(false)
    expect(await listKeys(sql)).toEqual([
      { id, name: 'the shop', scopes: ['publish', 'lookup'], createdAt: 1000, revokedAt: 1500 },
    ])
    clock.advance(5_000)
    expect(await find(key)).toBeUndefined()
  })
})
