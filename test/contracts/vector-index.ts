import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type VectorIndex, VectorRefused } from '../../models/vectors/vector-index.ts'
import { clusteredVectors } from '../support/clustered-vectors.ts'
import { PlainNeighbours } from '../support/plain-neighbours.ts'

const DIMS = 8
const MANY = 400

/** The promises every `VectorIndex` keeps (models/vectors/vector-index.ts). Small sets only: there a graph is exact too. */
export function vectorIndexContract(name: string, open: (dims: number) => Promise<VectorIndex>): void {
  describe(name, () => {
    let index: VectorIndex
    beforeEach(async () => {
      index = await open(DIMS)
    })
    afterEach(() => index.close())
    const the = () => index

    answering(the)
    changing(the)
    choosing(the)
    replacing(the)
    refusing(the)
  })
}

const axis = (at: number, ...rest: readonly [number, number][]): Float32Array => {
  const vector = new Float32Array(DIMS)
  vector[at] = 1
  for (const [i, value] of rest) vector[i] = value
  return vector
}
const ids = async (index: VectorIndex, query: Float32Array, k: number, among = {}) =>
  (await index.search(query, k, among)).map(({ id }) => id)

async function filled(index: VectorIndex, many = MANY): Promise<PlainNeighbours> {
  const vectors = clusteredVectors(DIMS, 'contract')
  const plain = new PlainNeighbours()
  for (let i = 0; i < many; i++) both(index, plain, `c${i}`, vectors.next())
  await index.flush()
  return plain
}

function both(index: VectorIndex, plain: PlainNeighbours, id: string, vector: Float32Array): void {
  index.upsert(id, vector)
  plain.set(id, vector)
}

function answering(the: () => VectorIndex): void {
  test('an empty index knows nobody', async () => {
    expect(await the().search(axis(0), 5)).toEqual([])
    expect(the().size).toBe(0)
  })

  test('similarity is the cosine, whatever the lengths; nearest first', async () => {
    the().upsert(
      'same',
      axis(0).map(x => x * 7),
    )
    the().upsert('half', axis(0, [1, Math.sqrt(3)]))
    the().upsert(
      'against',
      axis(0).map(x => -x),
    )
    const found = await the().search(
      axis(0).map(x => x * 0.01),
      3,
    )
    expect(found.map(({ id }) => id)).toEqual(['same', 'half', 'against'])
    for (const [i, cosine] of [1, 0.5, -1].entries()) expect(found[i]!.similarity).toBeCloseTo(cosine, 5)
  })

  test('the nearest are those of a plain computation', async () => {
    const plain = await filled(the())
    const queries = clusteredVectors(DIMS, 'queries')
    for (let i = 0; i < 20; i++) {
      const query = queries.next()
      expect(await ids(the(), query, 10)).toEqual(plain.nearest(query, 10))
    }
  })

  test('equal similarities go by id', async () => {
    for (const id of ['b', 'd', 'a', 'c']) the().upsert(id, axis(1))
    await the().flush()
    expect(await ids(the(), axis(1), 4)).toEqual(['a', 'b', 'c', 'd'])
  })

  test('none are asked for, or more than there are', async () => {
    await filled(the(), 3)
    expect(await the().search(axis(0), 0)).toEqual([])
    expect((await the().search(axis(0), 1000)).length).toBe(3)
  })

  test('a vector is given back with length 1, as a copy', async () => {
    the().upsert('a', axis(0, [1, 1]))
    the().get('a')!.fill(0)
    expect([...the().get('a')!].map(x => x.toFixed(4)).slice(0, 2)).toEqual(['0.7071', '0.7071'])
    expect(the().get('b')).toBeUndefined()
  })

  test('what the caller does to its vector later changes nothing', async () => {
    const [vector, query] = [axis(0), axis(0)]
    the().upsert('a', vector)
    vector.fill(9)
    const asked = the().search(query, 1)
    query.fill(-1)
    expect((await asked)[0]!.similarity).toBeCloseTo(1, 6)
  })
}

function changing(the: () => VectorIndex): void {
  test('a vector counts in the next search, before it is flushed', async () => {
    await filled(the())
    the().upsert('new', axis(3))
    expect(await ids(the(), axis(3), 1)).toEqual(['new'])
  })

  test('a changed vector is found where it is now, not where it was, before and after it is flushed', async () => {
    await filled(the())
    the().upsert('mover', axis(3))
    await the().flush()
    the().upsert('mover', axis(4))
    for (const _ of ['before', 'after']) {
      expect((await the().search(axis(4), 1))[0]).toMatchObject({ id: 'mover', similarity: expect.closeTo(1, 5) })
      expect((await ids(the(), axis(3), 3)).includes('mover')).toBe(false)
      await the().flush()
    }
  })

  test('a deleted id is gone from the next search on, and comes back when it is written again', async () => {
    await filled(the())
    the().upsert('comes', axis(3))
    await the().flush()
    expect(the().delete('comes')).toBe(true)
    expect(the().delete('comes')).toBe(false)
    expect(await ids(the(), axis(3), 5)).not.toContain('comes')
    await the().flush()
    expect(await ids(the(), axis(3), 5)).not.toContain('comes')
    the().upsert('comes', axis(3))
    await the().flush()
    expect(await ids(the(), axis(3), 1)).toEqual(['comes'])
    expect(the().size).toBe(MANY + 1)
  })

  test('any order of writes, deletions, flushes and searches answers as a plain computation does', async () => {
    const id = fc.integer({ min: 0, max: 40 }).map(n => `p${n}`)
    const some = clusteredVectors(DIMS, 'any')
    const vector = fc.constantFrom(...Array.from({ length: 200 }, () => some.next()))
    const act = fc.oneof(
      { weight: 6, arbitrary: fc.record({ do: fc.constant('write' as const), id, vector }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), id }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('flush' as const) }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('search' as const), vector }) },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 80 }), async acts => {
        const plain = new PlainNeighbours()
        for (let n = 0; n <= 40; n++) the().delete(`p${n}`)
        for (const one of acts) {
          if (one.do === 'write') both(the(), plain, one.id, one.vector)
          else if (one.do === 'delete') expect(the().delete(one.id)).toBe(plain.delete(one.id))
          else if (one.do === 'flush') await the().flush()
          else expect(await ids(the(), one.vector, 5)).toEqual(plain.nearest(one.vector, 5))
        }
        expect(the().size).toBe(plain.size)
      }),
      { numRuns: 40 },
    )
  })
}

function choosing(the: () => VectorIndex): void {
  test('who is excluded is not answered, be they few or nearly all', async () => {
    const plain = await filled(the())
    const query = clusteredVectors(DIMS, 'q').next()
    for (const many of [1, 30, 300, MANY]) {
      const exclude = plain.nearest(query, many)
      expect(await ids(the(), query, 5, { exclude })).toEqual(plain.nearest(query, many + 5).slice(many))
    }
  })

  test('only those named are answered, be they few or nearly all, unknown ones or twice the same', async () => {
    const plain = await filled(the())
    const query = clusteredVectors(DIMS, 'q').next()
    const all = plain.nearest(query, MANY)
    for (const step of [1, 2, 50]) {
      const only = all.filter((_, i) => i % step === step - 1)
      expect(await ids(the(), query, 5, { only: [...only, ...only, 'nobody'] })).toEqual(only.slice(0, 5))
      expect(await ids(the(), query, 5, { only, exclude: only.slice(0, 2) })).toEqual(only.slice(2, 7))
    }
    expect(await ids(the(), query, 5, { only: [] })).toEqual([])
    expect(await ids(the(), query, 5, { only: null })).toEqual(all.slice(0, 5))
  })
}

function replacing(the: () => VectorIndex): void {
  test('who takes the place of a deleted id while a search is under way is not answered in its stead', async () => {
    await filled(the())
    the().upsert('named', axis(3))
    await the().flush()
    const asked = the().search(axis(3), 300, { only: [...Array.from({ length: 350 }, (_, i) => `c${i}`), 'named'] })
    the().delete('named')
    the().upsert('other', axis(3))
    expect((await asked).map(({ id }) => id)).not.toContain('other')
  })
}

function refusing(the: () => VectorIndex): void {
  test.each([
    ['too short', new Float32Array(DIMS - 1).fill(1)],
    ['too long', new Float32Array(DIMS + 1).fill(1)],
    ['all zeros', new Float32Array(DIMS)],
    ['not a number', axis(0, [1, Number.NaN])],
    ['endless', axis(0, [1, Number.POSITIVE_INFINITY])],
  ])('a vector that is %s is refused with a sentence, and nothing changes', async (_what, vector) => {
    the().upsert('a', axis(0))
    expect(() => the().upsert('a', vector)).toThrow(VectorRefused)
    expect(() => the().upsert('b', vector)).toThrow(/^the vector /)
    await expect(the().search(vector, 1)).rejects.toThrow(VectorRefused)
    expect([the().size, (await the().search(axis(0), 1))[0]!.similarity]).toEqual([1, expect.closeTo(1, 5)])
  })
}
