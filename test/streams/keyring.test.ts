import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../streams/clock.ts'
import { openWith, sealWith, sqlKeyring } from '../../streams/keyring.ts'
import type { Sql } from '../../streams/sql.ts'
import { countingSql } from '../support/engine.ts'

const key = randomBytes(32)

test('a seal opens to what was sealed, and the same id and fields give the same bytes', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.dictionary(fc.string(), fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer())),
      (id, fields) => {
        const plain = JSON.parse(JSON.stringify(fields)) as Record<string, unknown>
        const sealed = sealWith(key, id, fields)
        expect(sealWith(key, id, fields)).toBe(sealed)
        expect(openWith(key, sealed)).toEqual(plain)
      },
    ),
  )
})

test('neither another id nor other fields share a nonce', () => {
  const nonce = (id: string, text: string) => sealWith(key, id, { text }).slice(0, 16)
  expect(new Set([nonce('a', 'x'), nonce('b', 'x'), nonce('a', 'y')]).size).toBe(3)
})

test('a seal that was changed, cut or made under another key throws', () => {
  const sealed = sealWith(key, 'a', { text: 'hello' })
  const bytes = Buffer.from(sealed, 'base64url')
  for (let i = 0; i < bytes.length; i++) {
    const changed = Buffer.from(bytes)
    changed[i]! ^= 1
    expect(() => openWith(key, changed.toString('base64url'))).toThrow()
  }
  expect(() => openWith(key, sealed.slice(0, 20))).toThrow()
  expect(() => openWith(randomBytes(32), sealed)).toThrow()
})

describe('on customer_keys', () => {
  let sql: Sql
  beforeAll(async () => {
    sql = await countingSql()
  })
  afterAll(() => sql.close())
  const ring = () => sqlKeyring(sql, systemClock)

  test('two instances that create a key at once end with the same', async () => {
    const [one, two] = [ring(), ring()]
    await Promise.all([one.create(['ada', 'bob']), two.create(['bob', 'ada'])])
    expect(two.open('ada', one.seal('ada', '1', { text: 'hi' }))).toEqual({ text: 'hi' })
    expect(one.seal('bob', '1', { text: 'hi' })).toBe(two.seal('bob', '1', { text: 'hi' }))
  })

  test('what was sealed under a key that is gone stays shut, and sealing without a key throws', async () => {
    const before = ring()
    await before.create(['eve'])
    const sealed = before.seal('eve', '1', { text: 'hi' })
    await sql.query("DELETE FROM customer_keys WHERE owner = 'eve'")
    const after = ring()
    await after.fetch(['eve'])
    expect(after.open('eve', sealed)).toBeUndefined()
    expect(() => after.seal('eve', '1', {})).toThrow('eve')
  })

  test('a key that was just asked for is not forgotten for the others that were asked for with it', async () => {
    await sql.query(
      "INSERT INTO customer_keys (owner, key, created_at) SELECT 'many-' || i, decode(repeat('ab', 32), 'hex'), 0 FROM generate_series(1, 50001) AS i",
    )
    const owners = Array.from({ length: 50_001 }, (_, i) => `many-${i + 1}`)
    const crowded = ring()
    for (let i = 0; i < 50_000; i += 10_000) await crowded.fetch(owners.slice(i, i + 10_000))
    const sealed = crowded.seal('many-1', '1', { text: 'hi' })
    await crowded.fetch(['many-1', 'many-50001'])
    expect(crowded.open('many-1', sealed)).toEqual({ text: 'hi' })
  })
})
