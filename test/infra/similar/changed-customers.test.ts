import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ChangedCustomers, type Positions } from '../../../infra/similar/changed-customers.ts'
import type { Sql } from '../../../streams/sql.ts'
import { replies } from '../../support/counting-topology.ts'
import { countingSql, newWorld, type World } from '../../support/engine.ts'

describe('who changed', { timeout: 60_000 }, () => {
  let sql: Sql
  let world: World
  let now: number
  const running: (() => Promise<void>)[] = []
  beforeAll(async () => {
    sql = await countingSql()
  })
  afterAll(() => sql.close())
  beforeEach(async () => {
    world = await newWorld(sql, 2)
    now = 0
    return async () => {
      for (const stop of running.splice(0)) await stop()
    }
  })

  const tell = (...keys: string[]) =>
    world.append(
      replies,
      keys.map(key => ({ key, value: { owner: key, seq: 1, total: 1 } })),
    )
  function follow(from: Positions) {
    const changed = new ChangedCustomers({ log: world.log, topic: world.names.of(replies), from, now: () => now })
    const ending = new AbortController()
    const work = changed.follow(ending.signal)
    running.push(async () => {
      ending.abort()
      await work
    })
    return { changed, stop: running.at(-1)! }
  }
  const begun = { '0': 0, '1': 0 }

  test('is heard from where an index was, so that an outage hides nobody', async () => {
    await tell('ada', 'eve')
    const { changed, stop } = follow(begun)
    await expect.poll(() => changed.take(0, 10).sort().join()).toBe('ada,eve')
    const at = changed.settled()!
    await stop()
    await tell('bob')
    const { changed: later } = follow(at)
    await expect.poll(() => later.take(0, 10).join()).toBe('bob')
  })

  test('is told once for many changes, when the first of them is old enough', async () => {
    const { changed } = follow(begun)
    await tell('ada', 'ada', 'ada')
    await expect.poll(() => changed.settled()).toBeUndefined()
    expect(changed.take(5000, 10)).toEqual([])
    now = 5000
    expect(changed.take(5000, 10)).toEqual(['ada'])
    expect(changed.take(5000, 10)).toEqual([])
  })

  test('what could not be looked at is told again', async () => {
    const { changed } = follow(begun)
    await tell('ada')
    await expect.poll(() => changed.take(0, 10)).toEqual(['ada'])
    changed.giveBack(['ada'])
    expect(changed.settled()).toBeUndefined()
    expect(changed.take(0, 10)).toEqual(['ada'])
  })

  test('a position that the log does not have any more, or not yet, is told as a loss, once', async () => {
    await tell('ada')
    const { changed } = follow({ '0': 1000, '1': 1000 })
    await expect.poll(() => changed.missedSome()).toBe(true)
    expect(changed.missedSome()).toBe(false)
    await tell('eve')
    await expect.poll(() => changed.take(0, 10)).toEqual(['eve'])
  })
})
