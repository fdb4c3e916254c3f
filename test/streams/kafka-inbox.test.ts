import fc from 'fast-check'
import { expect, test } from 'vitest'
import { systemClock } from '../../streams/clock.ts'
import { Inbox } from '../../streams/kafka-inbox.ts'
import type { Batch, LogRecord } from '../../streams/log.ts'

/** Batches of three partitions as a log with gaps would bring them: each from where the one before it ended. */
const arrivals = fc
  .array(fc.record({ partition: fc.nat(2), gaps: fc.array(fc.nat(3), { maxLength: 8 }), tail: fc.nat(2) }))
  .map(fetches => {
    const next = [0, 0, 0]
    return fetches.map(({ partition, gaps, tail }): Batch => {
      const from = next[partition]!
      const records = gaps.map(gap => {
        next[partition]! += gap + 1
        return record(partition, next[partition]! - 1)
      })
      next[partition]! += tail
      return { topic: 't', partition, from, next: next[partition]!, records }
    })
  })

const record = (partition: number, offset: number): LogRecord => ({
  topic: 't',
  partition,
  offset,
  key: null,
  value: Buffer.alloc(10),
  headers: {},
  timestamp: 0,
})

test('whatever the limits, what was put in comes out once, in line, and without holes', async () => {
  await fc.assert(
    fc.asyncProperty(arrivals, fc.infiniteStream(fc.integer({ min: 1, max: 9 })), async (batches, limits) => {
      const inbox = new Inbox(systemClock)
      for (const batch of batches) inbox.add(batch)
      const [next, seen] = [[0, 0, 0], [] as LogRecord[]]
      for (const limit of limits) {
        const got = await inbox.next(limit, 0)
        if (got?.type !== 'records') break
        expect(got.batches.reduce((sum, batch) => sum + batch.records.length, 0)).toBeLessThanOrEqual(limit)
        for (const batch of got.batches) {
          expect(batch.from).toBe(next[batch.partition])
          for (const { offset } of batch.records) expect(offset >= batch.from && offset < batch.next).toBe(true)
          next[batch.partition] = batch.next
          seen.push(...batch.records)
        }
      }
      for (const partition of [0, 1, 2]) {
        const put = batches.filter(batch => batch.partition === partition)
        expect(next[partition]).toBe(put.at(-1)?.next ?? 0)
        expect(seen.filter(r => r.partition === partition)).toEqual(put.flatMap(batch => batch.records))
      }
    }),
  )
})

test('an assignment nobody has heard of is never revoked, and one that was heard of is revoked once', async () => {
  const inbox = new Inbox(systemClock)
  const [a, b, c] = [0, 1, 2].map(partition => ({ topic: 't', partition }))
  inbox.rebalanced([a!])
  inbox.rebalanced([b!])
  expect(await inbox.next(1, 0)).toEqual({ type: 'assigned', partitions: [b] })
  inbox.rebalanced([])
  inbox.rebalanced([c!])
  expect(inbox.owns(b!)).toBe(false)
  expect(await inbox.next(1, 0)).toEqual({ type: 'revoked', partitions: [b] })
  expect(await inbox.next(1, 0)).toEqual({ type: 'assigned', partitions: [c] })
  expect(inbox.owns(c!)).toBe(true)
  expect(await inbox.next(1, 0)).toBeUndefined()
})

test('room comes back when what fills it is taken, dropped or belongs to an old assignment', async () => {
  const large: Batch = {
    topic: 't',
    partition: 0,
    from: 0,
    next: 1,
    records: [{ ...record(0, 0), value: Buffer.alloc(9 << 20) }],
  }
  const emptied: ((inbox: Inbox) => unknown)[] = [i => i.next(1, 0), i => i.drop(large), i => i.rebalanced([])]
  for (const empty of emptied) {
    const inbox = new Inbox(systemClock)
    inbox.add(large)
    expect(inbox.full()).toBe(true)
    const waiting = Promise.all([inbox.roomier(60_000), inbox.roomier(60_000)])
    await empty(inbox)
    await waiting
    expect(inbox.full()).toBe(false)
  }
})
