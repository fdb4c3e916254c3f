import type { Worker } from 'node:worker_threads'
import { afterEach, expect, test } from 'vitest'
import { startGraphWorker } from '../../../infra/vectors/graph-client.ts'
import { type KeptVectorIndex, openVectorIndex, type VectorIndexSettings } from '../../../infra/vectors/open-vector-index.ts'
import { systemClock as clock } from '../../../streams/clock.ts'
import { clusteredVectors } from '../../support/clustered-vectors.ts'
import { PlainNeighbours } from '../../support/plain-neighbours.ts'

const DIMS = 16
const MANY = 1500
const open: KeptVectorIndex[] = []
const workers: Worker[] = []
const told: (string | undefined)[] = []

afterEach(async () => {
  for (const index of open.splice(0)) await index.close()
  workers.length = 0
  told.length = 0
})

test('searches that wait when the worker ends are answered exactly, the state says so, and a new worker takes over', async () => {
  const { index, plain } = await filled()
  const query = clusteredVectors(DIMS, 'q').next()
  const asked = Array.from({ length: 20 }, () => index.search(query, 10))
  await workers[0]!.terminate()
  for (const answer of await Promise.all(asked)) expect(answer.map(({ id }) => id)).toEqual(plain.nearest(query, 10))
  expect(index.state()).toMatchObject({ by: 'exact', degraded: expect.stringContaining('ended with code') })

  const fresh = clusteredVectors(DIMS, 'fresh').next()
  write(index, plain, 'fresh', fresh)
  expect((await index.search(fresh, 1))[0]!.id).toBe('fresh')

  await until(() => index.state().by === 'hnsw' && index.state().degraded === undefined)
  expect(workers.length).toBe(2)
  expect((await index.search(fresh, 5)).map(({ id }) => id)).toEqual(plain.nearest(fresh, 5))
  expect(told).toEqual([expect.stringContaining('ended with code'), undefined])
})

test('a flush that waits when the worker ends does not wait for ever', async () => {
  const { index } = await filled()
  index.upsert('late', clusteredVectors(DIMS, 'late').next())
  const flushed = index.flush()
  await workers[0]!.terminate()
  await flushed
  expect((await index.search(index.get('late')!, 1))[0]!.id).toBe('late')
})

test('a worker that ends again and again leaves exact answers, and is back when it can be', async () => {
  const { index, plain } = await filled()
  const query = clusteredVectors(DIMS, 'q').next()
  for (let death = 0; death < 3; death++) {
    await until(() => workers.length === death + 1)
    await workers[death]!.terminate()
    expect((await index.search(query, 5)).map(({ id }) => id)).toEqual(plain.nearest(query, 5))
  }
  await until(() => index.state().by === 'hnsw')
})

test('without the native library searches are exact, and labelled', async () => {
  const { index, plain } = await filled({ library: 'no-such-library' })
  const query = clusteredVectors(DIMS, 'q').next()
  await until(() => index.state().degraded !== undefined)
  expect(index.state()).toMatchObject({ by: 'exact', pending: 0 })
  expect(index.state().degraded).toMatch(/^searches compare with every vector: no-such-library cannot be loaded/)
  write(index, plain, 'fresh', clusteredVectors(DIMS, 'fresh').next())
  expect((await index.search(query, 5)).map(({ id }) => id)).toEqual(plain.nearest(query, 5))
  expect(workers.length).toBe(1)
})

test('more exact searches than can be done are turned away, the others answered', async () => {
  const { index } = await filled({ graphFrom: 1e9 })
  const query = clusteredVectors(DIMS, 'q').next()
  const answers = await Promise.allSettled(Array.from({ length: 100 }, () => index.search(query, 5)))
  expect(answers.filter(({ status }) => status === 'fulfilled').length).toBe(64)
  expect(answers.at(-1)).toMatchObject({ reason: { message: expect.stringContaining('ask again later') } })
})

test('no more vectors are kept than fit: the ones written longest ago go', async () => {
  const { index } = await filled({ maxBytes: 500_000 })
  const { size, evicted } = index.state()
  expect(size + evicted).toBe(MANY)
  expect(evicted).toBeGreaterThan(0)
  expect([index.get('c0'), index.get(`c${MANY - 1}`)]).toEqual([undefined, expect.any(Float32Array)])
  const answer = await index.search(clusteredVectors(DIMS, 'q').next(), size)
  expect(answer.length).toBeGreaterThan(0.99 * size)
  expect(answer.every(({ id }) => Number(id.slice(1)) >= evicted)).toBe(true)
})

test('sampled answers are compared with the exact ones, and the mean share is told', async () => {
  const shares: number[] = []
  const { index } = await filled({ sampleMs: 0, onRecall: share => shares.push(share) })
  expect(index.state().recall).toBeUndefined()
  for (let i = 0; i < 5; i++) {
    await index.search(clusteredVectors(DIMS, `q${i}`).next(), 10)
    await until(() => shares.length === i + 1)
  }
  expect(shares.every(share => share > 0.9 && share <= 1)).toBe(true)
  expect(index.state().recall).toBeCloseTo(shares.reduce((a, b) => a + b) / shares.length, 10)
})

async function filled(other: Partial<VectorIndexSettings> = {}): Promise<{ index: KeptVectorIndex; plain: PlainNeighbours }> {
  const index = await openVectorIndex({
    space: 'test',
    dims: DIMS,
    graphFrom: 100,
    gatherMs: 1,
    onDegraded: reason => told.push(reason),
    startWorker: data => {
      const worker = startGraphWorker(data)
      workers.push(worker)
      return worker
    },
    ...other,
  })
  open.push(index)
  const plain = new PlainNeighbours()
  const vectors = clusteredVectors(DIMS, 'fill')
  for (let i = 0; i < MANY; i++) write(index, plain, `c${i}`, vectors.next())
  await index.flush()
  return { index, plain }
}

function write(index: KeptVectorIndex, plain: PlainNeighbours, id: string, vector: Float32Array): void {
  index.upsert(id, vector)
  plain.set(id, vector)
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await clock.sleep(10)
}
