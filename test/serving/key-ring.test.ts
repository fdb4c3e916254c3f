import { describe, expect, test } from 'vitest'
import { newKey, readKey, type StoredKey } from '../../serving/api-key.ts'
import { keyRing } from '../../serving/key-ring.ts'
import { standingClock } from './fake-ports.ts'

function ring() {
  const clock = standingClock()
  const table: StoredKey[] = []
  const state = { loads: 0, down: false }
  const find = keyRing(async () => {
    state.loads++
    if (state.down) throw new Error('the database is away')
    return [...table]
  }, clock)
  const add = () => {
    const made = newKey(['lookup'])
    table.push(made.stored)
    return made
  }
  return { clock, table, state, find, add }
}

describe('keyRing', () => {
  test('a known key costs no query', async () => {
    const { find, add, state } = ring()
    const { key, stored } = add()
    for (let i = 0; i < 100; i++) expect(await find(key)).toEqual(stored)
    expect(state.loads).toBe(1)
  })

  test('a new key works right away, and tried-out keys cannot make more than one query a second', async () => {
    const { find, add, state, clock } = ring()
    expect(await find(newKey([]).key)).toBeUndefined()
    const { key, stored } = add()
    clock.advance(1_000)
    expect(await find(key)).toEqual(stored)
    for (let i = 0; i < 1_000; i++) await find(newKey([]).key)
    expect(state.loads).toBe(2)
  })

  test('a revoked key ends within five seconds', async () => {
    const { find, add, table, clock } = ring()
    const { key } = add()
    await find(key)
    table.length = 0
    clock.advance(4_999)
    expect(await find(key)).toBeDefined()
    clock.advance(1)
    expect(await find(key)).toBeUndefined()
  })

  test('keys known last stay good while the database is away; without any it throws', async () => {
    const { find, add, state, clock } = ring()
    state.down = true
    const { key } = add()
    await expect(find(key)).rejects.toThrow('away')
    state.down = false
    clock.advance(1_000)
    await find(key)
    state.down = true
    clock.advance(60_000)
    expect(await find(key)).toBeDefined()
  })

  test('many requests at the start share one query', async () => {
    const { find, add, state } = ring()
    const { key } = add()
    const found = await Promise.all(Array.from({ length: 20 }, () => find(key)))
    expect(found.every(each => each !== undefined)).toBe(true)
    expect(state.loads).toBe(1)
  })
})

describe('newKey', () => {
  test('what is kept does not hold the secret, and the key reads back to it', () => {
    const { key, stored } = newKey(['publish'])
    expect(key).toMatch(/^trg_[0-9a-f]{16}_[\w-]{43}$/)
    expect(readKey(key)).toEqual({ id: stored.id, hash: stored.hash })
    expect(Buffer.from(stored.hash).toString('base64url')).not.toBe(key.split('_').slice(2).join('_'))
  })
})
