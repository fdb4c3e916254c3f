import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type KeptVectorIndex, openVectorIndex, type VectorIndexSettings } from '../../../infra/vectors/open-vector-index.ts'
import { clusteredVectors } from '../../support/clustered-vectors.ts'
import { PlainNeighbours } from '../../support/plain-neighbours.ts'

const DIMS = 16
const settings = { space: 'text-1', dims: DIMS, graphFrom: 100, gatherMs: 1, rebuild: { share: 0.5, least: 50 } }

describe.each([
  ['with a graph', settings],
  ['without', { ...settings, graphFrom: 1e9 }],
])('a snapshot %s', (_what, of) => {
  let dir: string
  const plain = new PlainNeighbours()
  const queries = Array.from({ length: 10 }, (_, i) => clusteredVectors(DIMS, `q${i}`).next())
  const position = { 'vectors-0': 12, 'vectors-1': 0 }

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'tarang-vectors-'))
    const index = await openVectorIndex({ ...of, dir })
    expect(index.origin).toEqual({ anew: 'there is no snapshot yet' })
    await fill(index, plain)
    await index.snapshot({ 'vectors-0': 1 })
    await change(index, plain)
    await index.snapshot(position)
    await index.close()
  })
  afterAll(() => rmSync(dir, { recursive: true }))

  const reopened = async <T>(use: (index: KeptVectorIndex) => Promise<T>, other: Partial<VectorIndexSettings> = {}) => {
    const index = await openVectorIndex({ ...of, dir, ...other })
    try {
      return await use(index)
    } finally {
      await index.close()
    }
  }

  test('a restart answers as before and says where to read on, before and after the graph is there', () =>
    reopened(async index => {
      expect(index.origin).toEqual({ position })
      expect(index.size).toBe(plain.size)
      for (const _ of ['before', 'after']) {
        for (const query of queries) expect((await index.search(query, 10)).map(({ id }) => id)).toEqual(plain.nearest(query, 10))
        await index.flush()
      }
      expect(index.state()).toMatchObject({ by: of.graphFrom > 1000 ? 'exact' : 'hnsw', pending: 0, degraded: undefined })
    }))

  test('after a restart it can be changed and kept again', async () => {
    const copy = mkdtempSync(join(tmpdir(), 'tarang-vectors-'))
    for (const name of readdirSync(dir)) writeFileSync(join(copy, name), readFileSync(join(dir, name)))
    const vector = clusteredVectors(DIMS, 'later').next()
    await reopened(
      async index => {
        index.upsert('later', vector)
        index.delete('c7')
        await index.flush()
        await index.snapshot({ 'vectors-0': 20 })
      },
      { dir: copy },
    )
    await reopened(
      async index => {
        expect(index.origin).toEqual({ position: { 'vectors-0': 20 } })
        await index.flush()
        expect((await index.search(vector, 1))[0]!.id).toBe('later')
        expect(index.size).toBe(plain.size)
        expect(index.get('c7')).toBeUndefined()
      },
      { dir: copy },
    )
    rmSync(copy, { recursive: true })
  })

  test('only one snapshot is kept', () => {
    expect(readdirSync(dir).filter(name => name.endsWith('.vectors'))).toEqual(['2.vectors'])
  })

  test('one of another space or size is refused with the reason, and the index begins with nothing', async () => {
    const onRefused = () => expect.unreachable('another space is no fault')
    expect(await reopened(async ({ origin, size }) => ({ origin, size }), { space: 'text-2', onRefused })).toEqual({
      origin: { anew: 'the snapshot is of the space text-1, not text-2' },
      size: 0,
    })
    expect(await reopened(async ({ origin }) => origin, { dims: 8 })).toEqual({
      anew: 'the snapshot has 16 dimensions, not 8',
    })
  })

  test.each<[string, string, (file: string) => void, RegExp]>([
    ['another version', 'snapshot.json', edited('"format":1', '"format":2'), /has format 2, not 1/],
    ['no JSON', 'snapshot.json', edited('{', ''), /is not JSON/],
    ['a name that leads elsewhere', 'snapshot.json', edited('"2.vectors"', '"../2.vectors"'), /is not what a snapshot says/],
    ['vectors cut short', '2.vectors', file => truncateSync(file, statSync(file).size - 5), /is not what was written/],
    ['a flipped bit', '2.vectors', flipped, /is not what was written/],
    [
      'a slot that all memory would not hold',
      '2.vectors',
      file => edit(file, bytes => bytes.writeInt32LE(2 ** 30, 8)),
      /is not what was written/,
    ],
    ['a huge block', '2.vectors', file => writeFileSync(file, Buffer.alloc(100, 255)), /is not what was written/],
    ['vectors gone', '2.vectors', file => rmSync(file), /ENOENT/],
  ])('with %s it is refused with the reason, and the next snapshot takes its place', async (_fault, name, harm, reason) => {
    const copy = mkdtempSync(join(tmpdir(), 'tarang-vectors-'))
    for (const file of readdirSync(dir)) writeFileSync(join(copy, file), readFileSync(join(dir, file)))
    harm(join(copy, name))
    const told: string[] = []
    await reopened(
      async index => {
        expect([index.origin, told]).toEqual([{ anew: expect.stringMatching(reason) }, [expect.stringMatching(reason)]])
        expect(index.size).toBe(0)
        index.upsert('a', queries[0]!)
        await index.snapshot({})
      },
      { dir: copy, onRefused: why => told.push(why) },
    )
    expect(await reopened(async ({ origin, size }) => ({ origin, size }), { dir: copy })).toEqual({
      origin: { position: {} },
      size: 1,
    })
    rmSync(copy, { recursive: true })
  })
})

test.each(['2.graph', '2.labels'])('a graph whose %s is not whole is built anew from the vectors', async name => {
  const dir = mkdtempSync(join(tmpdir(), 'tarang-vectors-'))
  const plain = new PlainNeighbours()
  const first = await openVectorIndex({ ...settings, dir })
  await fill(first, plain)
  await first.snapshot({})
  await first.snapshot({})
  await first.close()
  flipped(join(dir, name))
  const again = await openVectorIndex({ ...settings, dir })
  await again.flush()
  expect(again.state()).toMatchObject({ by: 'hnsw', size: plain.size, tombstones: 0, degraded: undefined })
  const query = clusteredVectors(DIMS, 'q').next()
  expect((await again.search(query, 10)).map(({ id }) => id)).toEqual(plain.nearest(query, 10))
  await again.close()
  rmSync(dir, { recursive: true })
})

test('without a folder a snapshot is refused', async () => {
  const index = await openVectorIndex(settings)
  await expect(index.snapshot({})).rejects.toThrow('without a folder')
  await index.close()
})

async function fill(index: KeptVectorIndex, plain: PlainNeighbours): Promise<void> {
  const vectors = clusteredVectors(DIMS, 'fill')
  for (let i = 0; i < 1500; i++) write(index, plain, `c${i}`, vectors.next())
  await index.flush()
}

/** So that slots are empty, used again, and hold something else than in the graph. */
async function change(index: KeptVectorIndex, plain: PlainNeighbours): Promise<void> {
  const vectors = clusteredVectors(DIMS, 'change')
  for (let i = 100; i < 300; i++) {
    index.delete(`c${i}`)
    plain.delete(`c${i}`)
  }
  for (let i = 1400; i < 1550; i++) write(index, plain, `c${i}`, vectors.next())
  await index.flush()
  for (let i = 300; i < 310; i++) write(index, plain, `c${i}`, vectors.next())
  index.delete('c311')
  plain.delete('c311')
}

function write(index: KeptVectorIndex, plain: PlainNeighbours, id: string, vector: Float32Array): void {
  index.upsert(id, vector)
  plain.set(id, vector)
}

function edited(from: string, to: string): (file: string) => void {
  return file => writeFileSync(file, readFileSync(file, 'utf8').replace(from, to))
}

const flipped = (file: string): void =>
  edit(file, bytes => {
    bytes[bytes.length >> 1]! ^= 1
  })

function edit(file: string, change: (bytes: Buffer) => void): void {
  const bytes = readFileSync(file)
  change(bytes)
  writeFileSync(file, bytes)
}
