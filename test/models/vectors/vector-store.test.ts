import { expect, test } from 'vitest'
import { SLAB_SLOTS, VectorStore } from '../../../models/vectors/vector-store.ts'

const unit = (...values: number[]) => Float32Array.from(values)

test('a vector that is written again as it is changes no version', () => {
  const store = new VectorStore(2)
  const slot = store.put('a', unit(1, 0))!
  const version = store.versions[slot]
  expect(store.put('a', unit(1, 0))).toBeUndefined()
  expect(store.versions[slot]).toBe(version)
  expect(store.put('a', unit(0, 1))).toBe(slot)
  expect(store.versions[slot]).toBeGreaterThan(version!)
})

test('without room the id written longest ago goes, a rewritten one stays', () => {
  const store = new VectorStore(2, 2)
  store.put('a', unit(1, 0))
  store.put('b', unit(1, 0))
  store.put('a', unit(1, 0))
  store.put('c', unit(1, 0))
  expect([...store.slots()].map(slot => store.ids[slot])).toEqual(['a', 'c'])
  expect(store.evicted).toBe(1)
})

test('vectors beyond the first slab are what they were', () => {
  const store = new VectorStore(1)
  for (let i = 0; i < 2 * SLAB_SLOTS + 1; i++) store.put(`c${i}`, unit(i))
  expect(store.slabs.length).toBe(3)
  for (const i of [0, SLAB_SLOTS - 1, SLAB_SLOTS, 2 * SLAB_SLOTS]) expect([...store.vector(store.slotOf(`c${i}`)!)]).toEqual([i])
})

test('of two that a snapshot has under one id or in one slot the newer one stays, in either order', () => {
  const older = [0, 'a', unit(1, 0), 1] as const
  for (const newer of [[5, 'a', unit(0, 1), 2] as const, [0, 'b', unit(0, 1), 2] as const])
    for (const order of [
      [older, newer],
      [newer, older],
    ] as const) {
      const store = new VectorStore(2)
      for (const [slot, id, vector, version] of order) store.restore(slot, id, vector, version)
      store.findFree()
      expect([...store.slots()].map(slot => [slot, store.ids[slot]])).toEqual([newer.slice(0, 2)])
      expect(store.put('next', unit(1, 0))).toBe(newer[0] === 0 ? 1 : 0)
    }
})
