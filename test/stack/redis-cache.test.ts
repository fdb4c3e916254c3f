import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { redisCache } from '../../infra/cache/redis-cache.ts'
import type { Cache } from '../../streams/cache.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import { namedCache } from '../../streams/named-cache.ts'
import { cacheContract } from '../contracts/cache.ts'
import { type RedisServer, redisBinary, redisServer } from '../support/redis-server.ts'
import { describeWhere } from '../support/stack.ts'

const PATIENT = { timeout: 10_000 }

describeWhere('a Redis that comes and goes', redisBinary, 'no redis-server on the PATH: install it', binary => {
  let server: RedisServer
  const said: string[] = []
  const counted: Record<string, number> = {}
  const meter = {
    count: (_: string, { result }: Readonly<Record<string, string>>) => {
      counted[result!] = (counted[result!] ?? 0) + 1
    },
    gauge: () => {},
    observe: () => {},
  }
  const open = () => redisCache({ url: server.url, prefix: 'test:', clock, warn: message => said.push(message) })
  const answers = (cache: Cache) =>
    cache.get(randomUUID()).then(
      () => true,
      () => false,
    )
  const ask = async (cache: Cache) => {
    const begun = clock.monotonic()
    const answer = await cache.get('k').catch((): string => 'rejected')
    return { answer: answer instanceof Uint8Array ? Buffer.from(answer).toString() : answer, ms: clock.monotonic() - begun }
  }

  beforeAll(async () => {
    server = await redisServer(binary)
  })
  afterAll(async () => {
    server.thaw()
    await server.kill()
  })

  cacheContract('keeps what every cache does', async () => {
    await server.start()
    const [cache, another] = [open(), open()]
    await vi.waitFor(() => Promise.all([cache.get('k'), another.get('k')]), PATIENT)
    return {
      cache,
      another,
      close: () => {
        cache.close()
        another.close()
      },
    }
  })

  test('that is there at the start is not told of as away, however early it is asked', async () => {
    said.length = 0
    const cache = open()
    await expect.poll(() => answers(cache), PATIENT).toBe(true)
    expect(said).toEqual([])
    cache.close()
  })

  test('that is away at the start is refused at once, asked again in the background, and used when it comes', async () => {
    await server.kill()
    said.length = 0
    const cache = open()
    for (let i = 0; i < 100; i++) expect((await ask(cache)).answer).toBe('rejected')
    await server.start()
    await expect.poll(() => answers(cache), PATIENT).toBe(true)
    await cache.set('k', Buffer.from('v'), 60_000)
    expect((await ask(cache)).answer).toBe('v')
    expect(said).toEqual(['the shared cache does not answer: going on without it', 'the shared cache answers again'])
    cache.close()
  })

  test('that is killed while it is asked costs its callers a moment, is told of once, and is used when it is back', async () => {
    said.length = 0
    const cache = open()
    await expect.poll(() => answers(cache), PATIENT).toBe(true)
    await cache.set('k', Buffer.from('before'), 60_000)
    const asking = Array.from({ length: 200 }, () => ask(cache))
    await server.kill()
    for (const { answer } of await Promise.all(asking)) expect(['before', 'rejected']).toContain(answer)
    for (let i = 0; i < 1000; i++) expect((await ask(cache)).answer).toBe('rejected')
    expect(said).toHaveLength(1)
    await server.start()
    await expect.poll(() => answers(cache), PATIENT).toBe(true)
    expect((await ask(cache)).answer).toBeUndefined()
    expect(said).toHaveLength(2)
    cache.close()
  })

  test('that is frozen holds one caller in a pause up, not every one, and does not gather what it is asked', async () => {
    said.length = 0
    const cache = open()
    await expect.poll(() => answers(cache), PATIENT).toBe(true)
    server.freeze()
    const waits: number[] = []
    for (const until = clock.monotonic() + 3000; clock.monotonic() < until; await clock.sleep(1))
      waits.push((await ask(cache)).ms)
    expect(waits.length).toBeGreaterThan(100)
    expect(waits.filter(ms => ms > 100).length).toBeLessThanOrEqual(4)
    server.thaw()
    await expect.poll(() => answers(cache), PATIENT).toBe(true)
    expect(said).toHaveLength(2)
    cache.close()
  })

  test('is a miss to who uses it, counted as an error, and neither keeping nor deleting throws', async () => {
    await server.kill()
    const cache = open()
    const named = namedCache(cache, 'lists', meter)
    await named.set('k', Buffer.from('v'), 1000)
    await named.delete('k')
    expect(await named.get('k')).toBeUndefined()
    expect(counted).toEqual({ error: 3 })
    await server.start()
    await expect.poll(() => answers(cache), PATIENT).toBe(true)
    await named.set('k', Buffer.from('v'), 60_000)
    expect(await named.get('k')).toBeDefined()
    expect(await named.get(randomUUID())).toBeUndefined()
    expect(counted).toEqual({ error: 3, hit: 1, miss: 1 })
    cache.close()
  })

  test('says in its log where it is, and nothing of a password', async () => {
    const details: unknown[] = []
    const url = Object.assign(new URL(server.url), { username: 'tarang', password: 'very-secret' }).href
    const cache = redisCache({ url, prefix: '', clock, warn: (_, more) => details.push(more) })
    await expect.poll(() => ask(cache).then(() => details.length)).toBe(1)
    expect(JSON.stringify(details)).toContain(new URL(server.url).host)
    expect(JSON.stringify(details)).not.toContain('very-secret')
    cache.close()
  })
})
