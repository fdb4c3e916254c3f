import { appendFile, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bookmarksIn } from '../../producers/bookmark.ts'
import { forget, type ReplayOptions, replay } from '../../producers/replay.ts'
import type { Inbound } from '../../schemas/events.ts'
import { type Clock, systemClock } from '../../streams/clock.ts'
import { collectingSink } from '../support/collecting-sink.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tarang-resume-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** So fast that a place is kept after every batch. */
const swift: Clock = { ...systemClock, monotonic: () => performance.now() * 1000 }
let files = 0

/** Ends like a killed process: nothing happens after so many batches. */
function dyingSink(batches: number) {
  const sink = collectingSink()
  return {
    events: sink.events,
    async send(events: readonly Inbound[]) {
      if (sink.batches.length >= batches) throw new Error('killed')
      await sink.send(events)
    },
  }
}

const options = (bookmarks: string): Omit<ReplayOptions, 'sink'> => ({
  shop: { currency: 'PKR', region: 'PK' },
  clock: swift,
  batchSize: 3,
  bookmarks: bookmarksIn(bookmarks),
})

const lineOf = (n: number) =>
  n % 5 === 3
    ? '{"broken"'
    : JSON.stringify({ type: 'click', id: `é${n}`, customerId: 'ada', occurredAt: '2024-01-01T00:00:00.000Z', kind: 'view' })

test('a replay killed after any batch goes on where it was: what is sent before and after is everything, and little of it twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(40), fc.nat(10), fc.boolean(), fc.constantFrom('\n', '\r\n'), async (rows, batches, gzip, end) => {
      const path = join(folder, `${files++}.jsonl`)
      const text = Array.from({ length: rows }, (_, n) => lineOf(n)).join(end)
      const whole = `${lineOf(1000)}${end}${text}`
      await writeFile(path, gzip ? gzipSync(whole) : whole)
      const bookmarks = join(folder, `${files}`)
      const dying = dyingSink(batches)
      await replay(path, { ...options(bookmarks), sink: dying }).catch(() => undefined)
      const rest = collectingSink()
      const { from } = await replay(path, { ...options(bookmarks), sink: rest })
      const straight = collectingSink()
      await replay(path, { ...options(join(folder, 'none')), sink: straight, fromStart: true })
      const ids = straight.events.map(({ id }) => id)
      const [before, after] = [dying.events.map(({ id }) => id), rest.events.map(({ id }) => id)]
      expect([...new Set([...before, ...after])]).toEqual(ids)
      expect(before.length + after.length).toBeLessThanOrEqual(ids.length + 3)
      if (batches > 1 && before.length > 3) expect(from).toBeGreaterThan(1)
    }),
    { numRuns: 60 },
  )
}, 60_000)

const clicks = async (name: string) => {
  const path = join(folder, name)
  await writeFile(path, Array.from({ length: 20 }, (_, n) => lineOf(n * 5)).join('\n'))
  return path
}

async function halfSent(name: string): Promise<{ path: string; marks: string }> {
  const [path, marks] = [await clicks(name), join(folder, `${name}.marks`)]
  await replay(path, { ...options(marks), sink: dyingSink(3) }).catch(() => undefined)
  return { path, marks }
}

test('a file that was changed since, or is read by another mapping, begins at the beginning', async () => {
  const { path, marks } = await halfSent('changed.jsonl')
  await appendFile(path, `\n${lineOf(500)}`)
  expect(await replay(path, { ...options(marks), sink: collectingSink() })).toMatchObject({ from: 1, rows: 21 })

  const touched = await halfSent('touched.jsonl')
  await utimes(touched.path, 1, 1)
  expect(await replay(touched.path, { ...options(touched.marks), sink: collectingSink() })).toMatchObject({ from: 1 })

  const csv = join(folder, 'mapped.csv')
  await writeFile(csv, ['who,what,when', ...Array.from({ length: 20 }, () => 'ada,tea,2024-01-01')].join('\n'))
  const mapping = {
    name: 'm',
    type: 'view',
    customer: 'who',
    product: 'what',
    instant: { column: 'when', format: 'iso' },
  } as const
  const mapped = { ...options(join(folder, 'mapped.marks')), mapping }
  await replay(csv, { ...mapped, sink: dyingSink(3) }).catch(() => undefined)
  const corrected = { ...mapped, mapping: { ...mapping, type: 'like' as const } }
  expect(await replay(csv, { ...corrected, sink: collectingSink() })).toMatchObject({ from: 1, rows: 20 })
  const going = await replay(csv, { ...mapped, sink: collectingSink() })
  expect(going.from).toBeGreaterThan(1)
})

test('--from-start begins at the beginning', async () => {
  const { path, marks } = await halfSent('again.jsonl')
  expect(await replay(path, { ...options(marks), sink: collectingSink(), fromStart: true })).toMatchObject({ from: 1, rows: 20 })
})

test('a file sent whole by a replay of several that was killed is not sent again; once the replay is over it is', async () => {
  const [path, marks] = [await clicks('whole.jsonl'), join(folder, 'whole.marks')]
  await replay(path, { ...options(marks), sink: collectingSink() })
  expect(await replay(path, { ...options(marks), sink: collectingSink() })).toMatchObject({ from: 21, rows: 0, complete: true })
  await forget(path, options(marks))
  expect(await replay(path, { ...options(marks), sink: collectingSink() })).toMatchObject({ from: 1, rows: 20 })
})

test('at a pace, what is left of an interrupted file is sent in the order of time', async () => {
  const path = join(folder, 'shuffled.jsonl')
  const at = (n: number) => new Date(Date.UTC(2024, 0, 1) + ((n * 7) % 20) * 1000).toISOString()
  const event = (n: number) => ({ type: 'click', id: `${n}`, customerId: 'ada', occurredAt: at(n), kind: 'view' })
  await writeFile(path, Array.from({ length: 20 }, (_, n) => JSON.stringify(event(n))).join('\n'))
  const paced = { ...options(join(folder, 'shuffled.marks')), speed: 100 as const, clock: systemClock }
  const first = dyingSink(2)
  await replay(path, { ...paced, sink: first }).catch(() => undefined)
  const rest = collectingSink()
  await replay(path, { ...paced, sink: rest })
  const instants = rest.events.map(({ occurredAt }) => occurredAt)
  expect(instants).toEqual([...instants].sort())
  expect(new Set([...first.events, ...rest.events].map(({ id }) => id)).size).toBe(20)
})
