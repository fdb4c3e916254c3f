import { beforeEach, describe, expect, test } from 'vitest'
import { ChangedCustomers, type Positions } from '../../../infra/similar/changed-customers.ts'
import { changingWorld } from './changing-world.ts'

describe('who changed', { timeout: 60_000 }, () => {
  const world = changingWorld()
  let now: number
  /** How many were heard of, as long as nobody was looked at. */
  let heard: number
  beforeEach(() => {
    now = heard = 0
  })

  function follow(from: Positions) {
    const clock = () => {
      heard++
      return now
    }
    const changed = new ChangedCustomers({ log: world.log, topic: world.topic, from, now: clock })
    return { changed, stop: world.runs(signal => changed.follow(signal)) }
  }
  /** Looks at those heard of so long ago. */
  async function looked(changed: ChangedCustomers, ageMs = 0): Promise<string> {
    const all: string[] = []
    await changed.pass(ageMs, 10, async customerIds => void all.push(...customerIds))
    return all.sort().join()
  }
  const begun = { '0': 0, '1': 0 }

  test('is heard from where an index was, so that an outage hides nobody', async () => {
    await world.tell('ada', 'eve')
    const { changed, stop } = follow(begun)
    await expect.poll(() => looked(changed)).toBe('ada,eve')
    await stop()
    await world.tell('bob')
    const { changed: later } = follow(changed.position()!)
    await expect.poll(() => looked(later)).toBe('bob')
  })

  test('is told once for many changes, when the first of them is old enough', async () => {
    const { changed } = follow(begun)
    await world.tell('ada', 'ada', 'ada')
    await expect.poll(() => heard).toBe(1)
    expect(await looked(changed, 5000)).toBe('')
    now = 5000
    expect(await looked(changed, 5000)).toBe('ada')
    expect(await looked(changed, 5000)).toBe('')
  })

  test('is told again, as heard of when they first were, where they could not be looked at', async () => {
    const { changed } = follow(begun)
    await world.tell('ada')
    await expect.poll(() => heard).toBe(1)
    const before = changed.position()
    const away = async () => {
      await world.tell('ada')
      throw new Error('away')
    }
    await expect(changed.pass(0, 10, away)).rejects.toThrow('away')
    expect(changed.position()).toEqual(before)
    expect(await looked(changed)).toBe('ada')
  })

  test('is heard again from the position of a snapshot that was written while they waited: a busy shop has snapshots too', async () => {
    const { changed } = follow(begun)
    await world.tell('ada')
    await expect.poll(() => looked(changed)).toBe('ada')
    heard = 0
    await world.tell('bob')
    await expect.poll(() => heard).toBe(1)
    const { changed: later } = follow(changed.position()!)
    await expect.poll(() => looked(later)).toBe('bob')
  })

  test('a position that the log does not have any more, or not yet, is told as a loss, once, and until then there is none', async () => {
    await world.tell('ada')
    const { changed } = follow({ '0': 1000, '1': 1000 })
    await expect.poll(() => changed.position()).toBeUndefined()
    expect([changed.missedSome(), changed.missedSome()]).toEqual([true, false])
    await world.tell('eve')
    await expect.poll(() => looked(changed)).toBe('eve')
  })
})
