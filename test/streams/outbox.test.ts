import { expect, test } from 'vitest'
import { deadLetters } from '../../schemas/topics.ts'
import { systemClock } from '../../streams/clock.ts'
import { openCodec } from '../../streams/codec.ts'
import type { Engine } from '../../streams/engine.ts'
import type { NewRecord } from '../../streams/log.ts'
import { deadLetter, Outbox } from '../../streams/outbox.ts'
import { partitionOf } from '../../streams/partition-of.ts'
import { output } from '../../streams/processor.ts'
import { topicNames } from '../../streams/topic-names.ts'
import { beats, countingTopics, lines, tallies } from '../support/counting-topology.ts'
import { engineOf } from '../support/engine.ts'
import { unbundled } from '../support/unbundled.ts'

const names = topicNames({ prefix: 'test', partitions: 5 })
const codec = await openCodec(countingTopics, names.of)
const created: string[][] = []
const keyring: Engine['keyring'] = {
  create: async owners => {
    created.push([...owners])
  },
  fetch: async () => {},
  seal: (owner, id, personal) => `${owner}/${id}/${JSON.stringify(personal)}`,
  open: () => undefined,
}
const outbox = () => new Outbox(engineOf({ names, codec } as never, 'test', { keyring, clock: systemClock }))
const tally = (owner: string, seq: number) => output(tallies, owner, { owner, seq, total: seq, high: false })
const line = (version: number) => output(lines, 'line', { type: 'line', version, at: version })
/** Sorted by mark: what goes to different partitions has no order among each other. */
const taken = async (box: Outbox) =>
  (await box.take())
    .flatMap(record => unbundled<{ seq?: number; version?: number }, NewRecord>(record))
    .sort((a, b) => (a.record.headers.ce_id! < b.record.headers.ce_id! ? -1 : 1))

test('records are addressed by their key, dated as what led to them, and marked with where they came from', async () => {
  const box = outbox()
  box.add('s', 7, 1234, [tally('a', 1), tally('b', 2)])
  box.add('s', 8, 1235, [tally('a', 3)])
  const records = await taken(box)
  expect(records.map(({ record }) => record)).toMatchObject(
    [
      ['a', '7.0', 1234],
      ['b', '7.1', 1234],
      ['a', '8.0', 1235],
    ].map(([key, ce_id, timestamp]) => ({
      topic: 'test.tallies.v1',
      partition: partitionOf(key as string, 5),
      key,
      headers: { ce_source: 's', ce_id },
      timestamp,
    })),
  )
  expect(records.map(({ value }) => value.seq)).toEqual([1, 2, 3])
  expect(await box.take()).toEqual([])
})

test('outputs of a bundle’s records count on under its offset', async () => {
  const box = outbox()
  for (const owner of ['a', 'b']) box.add('s', 7, 0, [tally(owner, 1), tally(owner, 2)])
  box.add('s', 8, 0, [tally('a', 3)])
  expect((await taken(box)).map(({ record }) => record.headers.ce_id)).toEqual(['7.0', '7.1', '7.2', '7.3', '8.0'])
})

test('a sweep’s pages count their outputs on', async () => {
  const box = outbox()
  box.add('s', 7, 0, [tally('a', 1)], 40)
  box.add('s', 7, 0, [tally('a', 2), tally('b', 3)], 41)
  expect((await taken(box)).map(({ record }) => record.headers.ce_id)).toEqual(['7.40', '7.41', '7.42'])
})

test('of an absolute topic the newest of each key goes out, in its place; of others everything', async () => {
  const box = outbox()
  box.add('s', 1, 0, [line(1), tally('a', 1)])
  box.add('s', 2, 0, [line(2), tally('a', 2)])
  box.add('s', 3, 0, [tally('b', 3), line(3)])
  box.add('s', 4, 0, [tally('a', 4)])
  const records = await taken(box)
  expect(records.map(({ value }) => value.seq ?? `line ${value.version}`)).toEqual([1, 2, 3, 'line 3', 4])
})

test('what is for everybody is put once into each partition, under the same mark', async () => {
  const box = outbox()
  box.add('s', 9, 0, [output(beats, 'line', { type: 'line', version: 1, at: 1 }, { everywhere: true })])
  const records = await box.take()
  expect(records.map(({ partition }) => partition)).toEqual([0, 1, 2, 3, 4])
  expect(new Set(records.map(({ headers }) => headers.ce_id))).toEqual(new Set(['9.0']))
})

test('keys are created before anything is sealed with them', async () => {
  const box = outbox()
  const sealed = { ...tally('a', 1), seal: { owner: 'ada', id: '1', personal: { text: 'hi' } } }
  box.add('s', 1, 0, [sealed])
  const [record] = await taken(box)
  expect(created).toEqual([['ada']])
  expect(record!.value).toMatchObject({ seq: 1, sealed: 'ada/1/{"text":"hi"}' })
})

test('what was cleared is not published by the round after', async () => {
  const box = outbox()
  box.add('s', 1, 0, [tally('a', 1)])
  box.clear()
  box.add('s', 1, 0, [tally('a', 1)])
  expect(await box.take()).toHaveLength(1)
})

test('a dead letter has the record whole, and its schema takes it', () => {
  const bytes = Buffer.from([0, 1, 2, 255])
  const record = { topic: 't', partition: 3, offset: 9, key: null, value: bytes, headers: { a: 'b' }, timestamp: 5 }
  const outcome = { unreadable: { code: 'c', message: 'm'.repeat(5000) } }
  const read = { record, bundled: false, key: null, at: 5, mark: undefined, trace: undefined, outcome }
  const { key, value, topic } = deadLetter('p', read, outcome.unreadable)
  expect(topic).toBe(deadLetters)
  expect(key).toBe('')
  expect(codec.decode(deadLetters, codec.encode(deadLetters, value))).toEqual({ value })
  expect(value).toMatchObject({ processor: 'p', topic: 't', partition: 3, offset: 9, code: 'c', key: null, headers: { a: 'b' } })
  expect(Buffer.from((value as { value: string }).value, 'base64')).toEqual(bytes)
})

test('a dead letter of a bundle has its own record and none of its neighbours', () => {
  const record = { topic: 't', partition: 0, offset: 9, key: null, value: Buffer.from('[all]'), headers: {}, timestamp: 5 }
  const read = {
    record,
    bundled: true,
    key: 'ada',
    at: 6,
    mark: undefined,
    trace: undefined,
    outcome: { value: { owner: 'ada' } },
  }
  const { key, value } = deadLetter('p', read, { code: 'c', message: 'm' })
  expect([key, value]).toMatchObject(['ada', { key: 'ada', at: 6, offset: 9 }])
  expect(Buffer.from((value as { value: string }).value, 'base64').toString()).toBe('{"owner":"ada"}')
})
