import hnswlib from 'hnswlib-node'
import { beforeEach, expect, test } from 'vitest'
import { GraphKeeper } from '../../../infra/vectors/graph-keeper.ts'
import { Random } from '../../../models/random.ts'
import { unitVector } from '../../../models/vectors/unit-vector.ts'
import { clusteredVectors } from '../../support/clustered-vectors.ts'
import { PlainNeighbours } from '../../support/plain-neighbours.ts'

const DIMS = 24
const MANY = 1200
const settings = { dims: DIMS, m: 16, efConstruction: 100, ef: 100 }
const policy = { share: 0.3, least: 50 }

let vectors: Map<number, Float32Array>
let plain: PlainNeighbours
let keeper: GraphKeeper
let version: number
const source = clusteredVectors(DIMS, 'source')
const queries = Array.from({ length: 50 }, () => source.next())

beforeEach(() => {
  vectors = new Map()
  plain = new PlainNeighbours()
  version = 0
  keeper = new GraphKeeper(hnswlib.HierarchicalNSW, settings, policy, slot => ({ vector: vectors.get(slot)!, offset: 0 }))
  for (let slot = 0; slot < MANY; slot++) write(slot)
  work()
})

test('recall stays and the dead stay few while everything changes four times over', () => {
  const random = new Random('updates')
  let [most, rebuilt] = [0, 0]
  for (let i = 0; i < 4 * MANY; i++) {
    write(random.int(0, MANY - 1))
    const before = keeper.stats.rebuilding
    work(random.int(1, 3))
    if (before && !keeper.stats.rebuilding) rebuilt++
    most = Math.max(most, keeper.stats.tombstones)
  }
  work()
  expect(rebuilt).toBeGreaterThan(3)
  expect(most).toBeLessThan(MANY)
  expect(keeper.stats).toMatchObject({ live: MANY, rebuilding: false })
  expect(keeper.stats.tombstones).toBeLessThanOrEqual(policy.share * MANY)
  expect(recall()).toBeGreaterThan(0.98)
})

test('while another graph is built, changes are found, and what is gone is not', () => {
  for (let slot = 0; !keeper.stats.rebuilding; slot++) {
    write(slot)
    keeper.step()
  }
  for (let slot = 0; slot < 20; slot++) {
    write(slot)
    remove(MANY - 1 - slot)
  }
  for (let i = 0; i < 100; i++) keeper.step()
  expect(keeper.stats.rebuilding).toBe(true)
  for (const _ of ['on the way', 'when it has taken over']) {
    expect(recall()).toBeGreaterThan(0.98)
    for (let slot = 0; slot < 20; slot++) expect(nearest(vectors.get(slot)!, 1)).toEqual([slot])
    work()
  }
  expect(keeper.stats).toEqual({ live: MANY - 20, tombstones: expect.any(Number), rebuilding: false })
})

test('when nearly all are deleted, the graph shrinks to those that stay', () => {
  for (let slot = 10; slot < MANY; slot++) remove(slot)
  work()
  expect(keeper.stats).toEqual({ live: 10, tombstones: 0, rebuilding: false })
  expect(nearest(queries[0]!, 100).length).toBe(10)
})

test('a graph of which everything is deleted answers nothing, and can be filled again', () => {
  for (let slot = 0; slot < MANY; slot++) remove(slot)
  expect(nearest(queries[0]!, 5)).toEqual([])
  work()
  write(7)
  work()
  expect(nearest(queries[0]!, 5)).toEqual([7])
})

test('of changes of one slot that wait, only the last is taken in', () => {
  for (let i = 0; i < 10; i++) write(5)
  expect(keeper.step()).toEqual({ slot: 5, version })
  expect(keeper.behind).toBe(false)
})

function write(slot: number): void {
  const unit = unitVector(source.next(), DIMS)
  vectors.set(slot, unit)
  plain.set(String(slot), unit)
  keeper.stale(slot)
  keeper.enqueue(slot, ++version)
}

function remove(slot: number): void {
  plain.delete(String(slot))
  keeper.stale(slot)
}

function work(steps = Number.POSITIVE_INFINITY): void {
  for (let i = 0; i < steps && keeper.busy; i++) keeper.step()
}

const nearest = (query: Float32Array, k: number): number[] => keeper.search(unitVector(query, DIMS), 0, k)

function recall(): number {
  let found = 0
  for (const query of queries) {
    const got = new Set(nearest(query, 10).map(String))
    found += plain.nearest(query, 10).filter(id => got.has(id)).length
  }
  return found / (10 * queries.length)
}
