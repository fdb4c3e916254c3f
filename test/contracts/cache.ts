import { randomBytes, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Cache, LARGEST_CACHED } from '../../streams/cache.ts'
import { systemClock as clock } from '../../streams/clock.ts'

const LONG = 60_000

/** A cache that holds a few megabytes at least, and `another` that sees the same values, or itself. */
export interface CacheHarness {
  readonly cache: Cache
  readonly another: Cache
  close(): void
}

/** The promises every `Cache` keeps (streams/cache.ts). */
export function cacheContract(name: string, open: () => Promise<CacheHarness>): void {
  describe(name, () => {
    let harness: CacheHarness
    beforeAll(async () => {
      harness = await open()
    })
    afterAll(() => harness?.close())
    const the = () => harness.cache

    keeping(the, () => harness.another)
    ending(the)
    sizes(the)
    concurrency(the)
  })
}

const bytes = (text: string) => Buffer.from(text)
const text = async (cache: Cache, key: string) => {
  const value = await cache.get(key)
  return value === undefined ? undefined : Buffer.from(value).toString()
}

function keeping(the: () => Cache, another: () => Cache): void {
  test('what was never set is undefined, not empty bytes', async () => {
    expect(await the().get(randomUUID())).toBeUndefined()
  })

  test('bytes come out as they went in: all 256, none at all, and a part of a larger buffer', async () => {
    const part = Buffer.from(Array.from({ length: 512 }, (_, i) => i & 255)).subarray(100, 400)
    for (const value of [
      Buffer.from(Array.from({ length: 256 }, (_, i) => i)),
      Buffer.alloc(0),
      part,
      new Uint8Array([0, 13, 10]),
    ]) {
      const key = randomUUID()
      await the().set(key, value, LONG)
      expect(Buffer.from((await the().get(key))!).equals(value)).toBe(true)
    }
  })

  test('any bytes under any text', async () => {
    const anyKey = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 })
    await fc.assert(
      fc.asyncProperty(anyKey, fc.uint8Array({ maxLength: 2000 }), async (key, value) => {
        await the().set(key, value, LONG)
        expect(Buffer.from((await the().get(key))!)).toEqual(Buffer.from(value))
      }),
      { numRuns: 50 },
    )
  })

  test('what the caller does to its bytes later changes nothing', async () => {
    const key = randomUUID()
    const value = bytes('as it was')
    const setting = the().set(key, value, LONG)
    value.fill(0)
    await setting
    expect(await text(the(), key)).toBe('as it was')
  })

  test('a value replaces the one before it, a longer or a shorter one', async () => {
    const key = randomUUID()
    for (const value of ['middle', 'the longest of all', 's']) {
      await the().set(key, bytes(value), LONG)
      expect(await text(the(), key)).toBe(value)
    }
  })

  test('keys that are alike are not one', async () => {
    const key = randomUUID()
    const keys = [key, `${key} `, `${key}:`, key.toUpperCase(), `${key}é`, `${key}e\u0301`]
    for (const [i, one] of keys.entries()) await the().set(one, bytes(String(i)), LONG)
    expect(await Promise.all(keys.map(one => text(the(), one)))).toEqual(keys.map((_, i) => String(i)))
  })

  test('whoever shares the cache reads the same, and hears of a deletion', async () => {
    const key = randomUUID()
    await the().set(key, bytes('told'), LONG)
    expect(await text(another(), key)).toBe('told')
    await another().delete(key)
    expect(await the().get(key)).toBeUndefined()
  })
}

function ending(the: () => Cache): void {
  test('a value is gone after its time, not before', async () => {
    const [short, long] = [randomUUID(), randomUUID()]
    await the().set(long, bytes('long'), LONG)
    await the().set(short, bytes('short'), 150)
    expect(await text(the(), short)).toBe('short')
    await clock.sleep(250)
    expect([await text(the(), short), await text(the(), long)]).toEqual([undefined, 'long'])
  })

  test('reading does not prolong a life, setting again does', async () => {
    const [read, set] = [randomUUID(), randomUUID()]
    for (const key of [read, set]) await the().set(key, bytes('v'), 300)
    await clock.sleep(150)
    await the().get(read)
    await the().set(set, bytes('v'), LONG)
    await clock.sleep(250)
    expect([await text(the(), read), await text(the(), set)]).toEqual([undefined, 'v'])
  })

  test('a time that is no whole number of milliseconds is taken', async () => {
    const key = randomUUID()
    await the().set(key, bytes('v'), 1000.5)
    expect(await text(the(), key)).toBe('v')
  })

  test('a deleted value is gone, and deleting what is not there is no error', async () => {
    const key = randomUUID()
    await the().delete(key)
    await the().set(key, bytes('v'), LONG)
    await the().delete(key)
    expect(await the().get(key)).toBeUndefined()
  })
}

function sizes(the: () => Cache): void {
  test('the largest value there may be is kept whole', async () => {
    const key = randomUUID()
    const value = randomBytes(LARGEST_CACHED)
    await the().set(key, value, LONG)
    expect(Buffer.from((await the().get(key))!).equals(value)).toBe(true)
  })

  test('what is too large is not kept, and what it was to replace is not served in its place', async () => {
    const key = randomUUID()
    await the().set(key, bytes('older'), LONG)
    await the().set(key, Buffer.alloc(LARGEST_CACHED + 1), LONG)
    expect(await the().get(key)).toBeUndefined()
  })
}

function concurrency(the: () => Cache): void {
  test('calls on one key that are made at once take effect in their order', async () => {
    const key = randomUUID()
    const calls = Array.from({ length: 200 }, (_, i) => [the().set(key, bytes(String(i)), LONG), text(the(), key)] as const)
    for (const [i, [, read]] of calls.entries()) expect(await read).toBe(String(i))
    const [, , gone] = await Promise.all([the().set(key, bytes('v'), LONG), the().delete(key), the().get(key)])
    expect(gone).toBeUndefined()
  })

  test('a thousand keys written and read at once do not mix', async () => {
    const keys = Array.from({ length: 1000 }, () => randomUUID())
    await Promise.all(keys.map(key => the().set(key, bytes(key), LONG)))
    expect(await Promise.all(keys.map(key => text(the(), key)))).toEqual(keys)
  })
}
