import fc from 'fast-check'
import { expect, test } from 'vitest'
import { systemClock } from '../../../streams/clock.ts'
import type { Batch, Membership } from '../../../streams/log.ts'
import { BoundedMembership } from '../../../streams/rebuild/bounded-membership.ts'

const PARTITIONS = 3

/** Fetches of one partition, one after the other: how many records each has, and how many offsets are skipped after it. */
const fetches = fc.array(fc.record({ records: fc.integer({ min: 0, max: 4 }), gap: fc.integer({ min: 0, max: 2 }) }), {
  maxLength: 6,
})

function batchesOf(partition: number, all: readonly { records: number; gap: number }[]): Batch[] {
  let from = 0
  return all.map(({ records, gap }) => {
    const next = from + records + gap
    const batch = {
      topic: 't',
      partition,
      from,
      next,
      records: Array.from({ length: records }, (_, i) => ({
        topic: 't',
        partition,
        offset: from + i,
        key: null,
        value: null,
        headers: {},
        timestamp: 0,
      })),
    }
    from = next
    return batch
  })
}

test('whatever is fetched and however the bounds move, each record comes once, in order, not before its bound, and one batch of a partition at a time', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fetches, { minLength: PARTITIONS, maxLength: PARTITIONS }),
      fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 5 }),
      async (all, steps, limit) => {
        const coming = all.map((some, partition) => batchesOf(partition, some))
        const ends = coming.map(batches => batches.at(-1)?.next ?? 0)
        const expected = coming.map(batches => batches.flatMap(({ records }) => records.map(({ offset }) => offset)))
        const inner: Membership = {
          async next() {
            const batches = coming.flatMap(batches => batches.splice(0, 1))
            return batches.length === 0 ? undefined : { type: 'records', batches }
          },
          start() {},
          committed() {},
          async leave() {},
        }
        let bound = 0
        const member = new BoundedMembership(inner, async () => () => bound, systemClock)
        const at = ends.map(() => 0)
        const got: number[][] = ends.map(() => [])
        const far = Math.max(...ends)
        for (let i = 0; at.some((position, partition) => position < ends[partition]!); i++) {
          if (i > 500) throw new Error('it does not come to an end')
          bound = Math.min(far, bound + (steps[i] ?? far))
          const signal = await member.next(limit, 0)
          if (signal?.type !== 'records') continue
          expect(new Set(signal.batches.map(({ partition }) => partition)).size).toBe(signal.batches.length)
          for (const { partition, from, next, records } of signal.batches) {
            expect(from).toBe(at[partition])
            expect(next).toBeLessThanOrEqual(bound)
            for (const { offset } of records) expect(offset >= from && offset < next).toBe(true)
            at[partition] = next
            got[partition]!.push(...records.map(({ offset }) => offset))
          }
        }
        expect(got).toEqual(expected)
      },
    ),
  )
})
