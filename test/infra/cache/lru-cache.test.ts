import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lruCache } from '../../../infra/cache/lru-cache.ts'
import { systemClock as clock } from '../../../streams/clock.ts'
import { cacheContract } from '../../contracts/cache.ts'

cacheContract('the cache in this process', async () => {
  const cache = lruCache({ bytes: 16 << 20, clock })
  return { cache, another: cache, close: () => {} }
})

describe('the bound in bytes', () => {
  const LONG = 60_000

  test('holds after every write, keys and overhead counted', async () => {
    const writes = fc.array(fc.tuple(fc.string({ maxLength: 50 }), fc.uint8Array({ maxLength: 4000 })), { maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(writes, async all => {
        const cache = lruCache({ bytes: 20_000, clock })
        for (const [key, value] of all) {
          await cache.set(key, value, LONG)
          expect(cache.bytes()).toBeLessThanOrEqual(20_000)
        }
      }),
    )
  })

  test('what was used longest ago makes room, and a read counts as use', async () => {
    const cache = lruCache({ bytes: 10_000, clock })
    const value = Buffer.alloc(2500)
    for (const key of ['a', 'b', 'c']) await cache.set(key, value, LONG)
    await cache.get('a')
    await cache.set('d', value, LONG)
    expect(await Promise.all(['a', 'b', 'c', 'd'].map(async key => (await cache.get(key)) !== undefined))).toEqual([
      true,
      false,
      true,
      true,
    ])
    expect(cache.entries()).toBe(3)
  })

  test('a value as large as everything else together takes nothing else away when it cannot be kept', async () => {
    const cache = lruCache({ bytes: 10_000, clock })
    await cache.set('small', Buffer.alloc(10), LONG)
    await cache.set('large', Buffer.alloc(20_000), LONG)
    expect(await cache.get('large')).toBeUndefined()
    expect(await cache.get('small')).toBeDefined()
  })

  test('memory really stays near it: a small value does not keep the pool alive that it was cut from', async () => {
    const cache = lruCache({ bytes: 8 << 20, clock })
    const before = process.memoryUsage().arrayBuffers
    for (let i = 0; i < 200_000; i++) await cache.set(`key-${i}`, Buffer.from(`value ${i}`), LONG)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 << 20)
  })
})
