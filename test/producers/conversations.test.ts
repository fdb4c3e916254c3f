import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bookmarksIn } from '../../producers/bookmark.ts'
import { replay } from '../../producers/replay.ts'
import type { Inbound } from '../../schemas/events.ts'
import { type Clock, systemClock } from '../../streams/clock.ts'
import { collectingSink } from '../support/collecting-sink.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tarang-conversations-'))
})
afterAll(() => rm(folder, { recursive: true }))

let files = 0
const file = async (content: string | Buffer): Promise<string> => {
  const path = join(folder, `${files++}.json`)
  await writeFile(path, content)
  return path
}
const shop = { currency: 'PKR', region: 'PK' as const }
async function replayed(content: string | Buffer) {
  const sink = collectingSink()
  const summary = await replay(await file(content), { shop, clock: systemClock, sink })
  return { summary, texts: sink.events.map(event => (event.type === 'message' ? event.text : event.type)), events: sink.events }
}

const talk = (user: string, ...texts: unknown[]) => ({
  user_id: user,
  campaign_id: 'spring',
  timestamp: '2024-01-01T00:00:00Z',
  messages: texts.map((text, n) => ({ role: n % 2 ? 'assistant' : 'user', text })),
})
const two = [talk('ada', 'a1', 'a2', 'a3'), talk('bob', 'b1')]
const view = { type: 'click', id: 'e1', customerId: 'ada', occurredAt: '2024-01-01', kind: 'view' }

describe('a file of conversations', () => {
  test.each<[string, string | Buffer, string]>([
    ['a list', JSON.stringify(two), 'json'],
    ['a list laid out', JSON.stringify(two, null, 2), 'json'],
    ['one a line', two.map(one => JSON.stringify(one)).join('\n'), 'jsonl'],
    ['a list, compressed', gzipSync(JSON.stringify(two, null, 2)), 'json'],
  ])('is the same events as %s', async (_, content, format) => {
    const { summary, events, texts } = await replayed(content)
    expect(summary).toMatchObject({ format, rows: 2, sent: 4, skipped: {}, rejected: {}, complete: true })
    expect(texts).toEqual(['a1', 'a2', 'a3', 'b1'])
    expect(events).toEqual((await replayed(JSON.stringify(two))).events)
  })

  test.each([
    ['on one line', JSON.stringify(two[0])],
    ['laid out', JSON.stringify(two[0], null, 2)],
  ])('may be a single one, %s', async (_, content) => {
    expect((await replayed(content)).texts).toEqual(['a1', 'a2', 'a3'])
  })

  test('may have events beside them; what is broken or refused is counted with its place, and the others go through', async () => {
    const { summary, texts } = await replayed(
      `[${[two[0], view, talk('cyd', 'c1', 7), { timestamp: '2024-01-01', messages: [] }].map(one => JSON.stringify(one)).join()}, {"a":}, 9, ${JSON.stringify(two[1])}]`,
    )
    expect(texts).toEqual(['a1', 'a2', 'a3', 'click', 'c1', 'b1'])
    expect(summary).toMatchObject({ rows: 7, sent: 6 })
    expect(summary.skipped).toEqual({ 'it is not JSON': { count: 1, firstRows: [5], example: 'it is not JSON' } })
    expect(summary.rejected).toMatchObject({
      field_invalid: { count: 1, firstRows: [3], example: expect.stringMatching(/^\/messages\/1\/text: /) },
      field_missing: { count: 1, firstRows: [4], example: expect.stringMatching(/^\/user_id: /) },
      event_invalid: { count: 1, firstRows: [6] },
    })
  })
})

test('a replay killed in the middle of a conversation leaves none of its messages out', async () => {
  const swift: Clock = { ...systemClock, monotonic: () => performance.now() * 1000 }
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(7), { maxLength: 8 }),
      fc.nat(8),
      fc.boolean(),
      fc.boolean(),
      async (lengths, batches, lines, wrong) => {
        const all = lengths.map((length, n) =>
          talk(`u${n}`, ...Array.from({ length }, (_, m) => `${n}.${m}`), ...(wrong ? [7] : [])),
        )
        const path = await file(lines ? `${all.map(one => JSON.stringify(one)).join('\n')}\n{}` : JSON.stringify(all, null, 1))
        const options = { shop, clock: swift, batchSize: 3, bookmarks: bookmarksIn(join(folder, `marks-${files}`)) }
        const sent: Inbound[][] = []
        const dying = {
          async send(events: readonly Inbound[]) {
            if (sent.length >= batches) throw new Error('killed')
            sent.push([...events])
          },
        }
        await replay(path, { ...options, sink: dying }).catch(() => undefined)
        const rest = collectingSink()
        await replay(path, { ...options, sink: rest })
        const texts = [...sent.flat(), ...rest.events].map(event => (event.type === 'message' ? event.text : ''))
        expect([...new Set(texts)].sort()).toEqual(
          all.flatMap(one => one.messages.map(({ text }) => text).filter(text => text !== 7)).sort(),
        )
      },
    ),
    { numRuns: 60 },
  )
}, 60_000)
