import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { lruCache } from '../../infra/cache/lru-cache.ts'
import { Random } from '../../models/random.ts'
import { systemClock } from '../../streams/clock.ts'
import { FollowedCache } from '../../streams/followed-cache.ts'
import type { Log } from '../../streams/log.ts'
import type { Sql } from '../../streams/sql.ts'
import { replies } from '../support/counting-topology.ts'
import { countingSql, newWorld, type World } from '../support/engine.ts'

type Followed = FollowedCache<'replies' | 'lengths'>
const PARTITIONS = 3
const SEEDS = 12

describe('prepared bytes that follow a topic', { timeout: 60_000 }, () => {
  let sql: Sql
  let world: World
  /** What is committed: loads read it. */
  let rows: Map<string, number>
  let loads: number
  /** A load takes as long as this says; it has read its row by then. */
  let slow: () => Promise<void>
  let skew: number
  let generation: number
  let counted: Record<string, number>
  let stop: () => Promise<void>
  beforeAll(async () => {
    sql = await countingSql()
  })
  afterAll(() => sql.close())
  beforeEach(async () => {
    world = await newWorld(sql, PARTITIONS)
    rows = new Map()
    loads = skew = 0
    generation = 1
    slow = async () => {}
    counted = {}
    stop = async () => {}
    return () => stop()
  })

  const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + skew }
  const meter = {
    count: (_: string, { result }: Readonly<Record<string, string>>) => {
      counted[result!] = (counted[result!] ?? 0) + 1
    },
    gauge: () => {},
    observe: () => {},
  }

  function cacheOf(log: Log = world.log): Followed {
    return new FollowedCache({
      memory: lruCache({ bytes: 1 << 20, clock }),
      topic: world.names.of(replies),
      kinds: {
        async replies(key) {
          loads++
          const found = rows.get(key)
          await slow()
          return found === undefined ? undefined : made(found)
        },
        lengths: async key => made(String(rows.get(key)).length),
      },
      generation: async () => generation,
      log,
      clock,
      meter,
    })
  }

  const made = (value: number) => ({ bytes: Buffer.from(String(value)), keptMs: 60_000 })

  /** Follows, and is trusted when this resolves. */
  async function following(cache: Followed): Promise<Followed> {
    const ending = new AbortController()
    const running = cache.follow(ending.signal).catch(() => {})
    stop = async () => {
      ending.abort()
      await running
    }
    rows.set('probe', 0)
    await expect.poll(() => hits(cache), { interval: 5, timeout: 10_000 }).toBe(true)
    loads = 0
    counted = {}
    return cache
  }

  async function hits(cache: Followed): Promise<boolean> {
    await cache.get('replies', 'probe')
    const before = loads
    await cache.get('replies', 'probe')
    return loads === before
  }

  const commit = (key: string, value: number) => rows.set(key, value)
  const tell = (key: string, value: number) => world.append(replies, [{ key, value: { owner: key, seq: value, total: value } }])
  const change = (key: string, value: number) => {
    commit(key, value)
    return tell(key, value)
  }
  const numberOf = (value: Uint8Array | undefined) => (value === undefined ? undefined : Number(Buffer.from(value).toString()))
  const get = async (cache: Followed, key: string) => numberOf(await cache.get('replies', key))

  test('are loaded once, however many ask', async () => {
    commit('ada', 1)
    const cache = await following(cacheOf())
    expect(await Promise.all(Array.from({ length: 20 }, () => get(cache, 'ada')))).toEqual(Array(20).fill(1))
    expect(await get(cache, 'ada')).toBe(1)
    expect([loads, counted]).toEqual([1, { miss: 20, hit: 1 }])
  })

  test('what is not there is not remembered: it may come without a word', async () => {
    const cache = await following(cacheOf())
    expect(await get(cache, 'eve')).toBeUndefined()
    commit('eve', 1)
    expect(await get(cache, 'eve')).toBe(1)
  })

  test('are loaded again after a rebuild, of which the topic does not tell, also what was being loaded then', async () => {
    commit('ada', 1)
    commit('eve', 1)
    const cache = await following(cacheOf())
    await get(cache, 'ada')
    let go: (() => void) | undefined
    slow = () => new Promise(resolve => (go = resolve))
    const old = get(cache, 'eve')
    await expect.poll(() => go, { interval: 5 }).toBeDefined()
    slow = async () => {}
    commit('ada', 2)
    commit('eve', 2)
    generation = 2
    await expect.poll(() => get(cache, 'ada'), { interval: 20, timeout: 10_000 }).toBe(2)
    go!()
    expect(await old).toBe(1)
    expect(await get(cache, 'eve')).toBe(2)
  })

  test('are loaded again after the topic told of a change, and others stay', async () => {
    commit('ada', 1)
    commit('eve', 1)
    const cache = await following(cacheOf())
    await Promise.all([get(cache, 'ada'), get(cache, 'eve')])
    await change('ada', 2)
    await expect.poll(() => get(cache, 'ada'), { interval: 5 }).toBe(2)
    expect(await get(cache, 'eve')).toBe(1)
    expect(loads).toBe(3)
  })

  test('a change drops every kind of a key', async () => {
    commit('ada', 1)
    const cache = await following(cacheOf())
    const lengthOf = async () => numberOf(await cache.get('lengths', 'ada'))
    expect([await get(cache, 'ada'), await lengthOf()]).toEqual([1, 1])
    await change('ada', 22)
    await expect.poll(() => get(cache, 'ada'), { interval: 5 }).toBe(22)
    expect(await lengthOf()).toBe(2)
  })

  test('a load that was overtaken by a change is not kept', async () => {
    commit('ada', 1)
    const cache = await following(cacheOf())
    let finish = () => {}
    slow = () =>
      new Promise(resolve => {
        finish = resolve
      })
    const old = get(cache, 'ada')
    await expect.poll(() => loads, { interval: 1 }).toBe(1)
    slow = async () => {}
    await change('ada', 2)
    await expect.poll(() => get(cache, 'ada'), { interval: 5 }).toBe(2)
    finish()
    expect(await old).toBe(1)
    expect(await get(cache, 'ada')).toBe(2)
  })

  test('a fresh read sees what is committed though the topic has not told it yet, and so do all after it', async () => {
    commit('ada', 1)
    const cache = await following(cacheOf())
    await get(cache, 'ada')
    let finish = () => {}
    slow = () =>
      new Promise(resolve => {
        finish = resolve
      })
    cache.drop('ada')
    const old = get(cache, 'ada')
    await expect.poll(() => loads, { interval: 1 }).toBe(2)
    slow = async () => {}
    commit('ada', 2)
    expect(numberOf(await cache.fresh('replies', 'ada'))).toBe(2)
    finish()
    await old
    expect(await get(cache, 'ada')).toBe(2)
  })

  test('a load that fails is told to those who wait, and tried again by the next', async () => {
    commit('ada', 1)
    const cache = await following(cacheOf())
    slow = () => Promise.reject(new Error('the database is away'))
    await expect(cache.get('replies', 'ada')).rejects.toThrow('the database is away')
    slow = async () => {}
    expect(await get(cache, 'ada')).toBe(1)
  })

  test('are not trusted before the topic is followed, nor when following has ended', async () => {
    commit('ada', 1)
    const cache = cacheOf()
    for (let i = 0; i < 2; i++) await get(cache, 'ada')
    expect([loads, counted]).toEqual([2, { error: 2 }])
    await following(cache)
    await get(cache, 'ada')
    await stop()
    commit('ada', 2)
    expect(await get(cache, 'ada')).toBe(2)
  })

  test('what was loaded before following began is not served after it: a change in between was not heard', async () => {
    commit('ada', 1)
    const cache = cacheOf()
    await get(cache, 'ada')
    await change('ada', 2)
    await following(cache)
    expect(await get(cache, 'ada')).toBe(2)
    await stop()
    await get(cache, 'ada')
    await change('ada', 3)
    await following(cache)
    expect(await get(cache, 'ada')).toBe(3)
  })

  test('are not trusted while the log is silent and cannot be asked where it ends', async () => {
    commit('ada', 1)
    let reachable = Promise.resolve()
    const cut = (log: Log): Log => ({ ...log, offsets: topic => reachable.then(() => log.offsets(topic)) })
    const cache = await following(cacheOf(cut(world.log)))
    await get(cache, 'ada')
    let heal = () => {}
    reachable = new Promise(resolve => {
      heal = resolve
    })
    commit('ada', 2)
    await clock.sleep(1200) // by now it has asked, in vain
    skew += 3000
    expect(await get(cache, 'ada')).toBe(2)
    heal()
  })

  test.each(Array.from({ length: SEEDS }, (_, seed) => seed))(
    'under any order of changes, loads and reads a fresh read is true, and all are once it is quiet (seed %i)',
    async seed => {
      const dice = new Random(seed)
      const random = () => dice.float()
      const keys = ['a', 'b', 'c', 'd', 'e']
      const cache = await following(cacheOf())
      slow = () => clock.sleep(random() * 8)
      let value = 0
      const running: Promise<unknown>[] = []
      for (let step = 0; step < 150; step++) {
        const key = dice.pick(keys)
        const what = random()
        if (what < 0.3) {
          commit(key, ++value)
          const told = value
          running.push(clock.sleep(random() * 5).then(() => tell(key, told)))
        } else if (what < 0.8) running.push(get(cache, key))
        else {
          const least = rows.get(key)
          running.push(
            cache.fresh('replies', key).then(bytes => {
              if (least !== undefined) expect(numberOf(bytes)).toBeGreaterThanOrEqual(least)
            }),
          )
        }
        if (random() < 0.4) await clock.sleep(random() * 4)
      }
      await Promise.all(running)
      slow = async () => {}
      for (const key of keys) await expect.poll(() => get(cache, key), { interval: 5 }).toBe(rows.get(key))
      expect(counted.hit).toBeGreaterThan(0)
    },
  )
})
