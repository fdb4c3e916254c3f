import fc from 'fast-check'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { expect, test } from 'vitest'
import { topic, wireSchema } from '../../schemas/topic.ts'
import { openCodec } from '../../streams/codec.ts'
import { decodeBatch } from '../../streams/decode-batch.ts'
import type { NewRecord } from '../../streams/log.ts'
import { type Addressed, pack } from '../../streams/pack.ts'
import { topicNames } from '../../streams/topic-names.ts'

const Value = Type.Object({ n: Type.Integer(), text: Type.String() }, { additionalProperties: false })
const bundled = topic('bundled', Value, { bundled: true })
const plain = topic('plain', Value)
const names = topicNames({ prefix: 'test', partitions: 2 })
const codec = await openCodec([bundled, plain], names.of)

const TRACE = `00-${'a1'.repeat(16)}-${'b2'.repeat(8)}-01`
const OTHER_TRACE = `00-${'c3'.repeat(16)}-${'d4'.repeat(8)}-03`

type Sent = Pick<Addressed, 'topic' | 'partition' | 'key' | 'timestamp' | 'alone' | 'trace'> & {
  source: string | undefined
  text: string
}
const sent: fc.Arbitrary<Sent[]> = fc.array(
  fc.record({
    topic: fc.constantFrom(bundled, bundled, plain),
    partition: fc.nat(1),
    key: fc.constantFrom('ada', 'گلاب', '"\\'),
    timestamp: fc.nat(1e12),
    alone: fc.boolean(),
    trace: fc.constantFrom(undefined, undefined, TRACE, OTHER_TRACE),
    source: fc.constantFrom('a/t/1/0', 'b/t/1/0', undefined),
    text: fc.string({ unit: 'grapheme', maxLength: 20 }),
  }),
  { maxLength: 300 },
)
const addressed = (all: readonly Sent[]): Addressed[] =>
  all.map(({ source, text, ...one }, n) => ({
    ...one,
    value: { n, text },
    from: source === undefined ? { id: `${n}` } : { source, offset: n, n: 0 },
  }))

/** What a reader of a partition meets, record by record. */
async function met(records: readonly NewRecord[], of: typeof bundled, partition: number) {
  const here = records
    .filter(record => record.topic === names.of(of) && record.partition === partition)
    .map((record, offset) => ({ ...record, offset }))
  const { slices } = await decodeBatch(codec, of, [{ topic: names.of(of), partition, from: 0, next: here.length, records: here }])
  return slices[0]!.reads.map(({ key, at, mark, trace, outcome }) => ({ key, at, mark, trace, ...outcome }))
}

test('a reader meets the records that were packed, in their order, with their own keys, times, marks and traces', async () => {
  await fc.assert(
    fc.asyncProperty(sent, async all => {
      const records = pack(addressed(all), names, codec)
      for (const of of [bundled, plain])
        for (const partition of [0, 1])
          expect(await met(records, of, partition)).toEqual(
            addressed(all)
              .filter(one => one.topic === of && one.partition === partition)
              .map(({ key, timestamp, value, from, trace }) => ({
                key,
                at: timestamp,
                trace,
                mark: from.source === undefined ? undefined : { source: from.source, mark: [from.offset, from.n] },
                value,
              })),
          )
    }),
  )
})

test('a thousand records of one partition travel as ten, and one that is alone or told to all goes by itself', () => {
  const one = { topic: bundled, partition: 0, key: 'ada', timestamp: 0, alone: false, source: 'a/t/1/0', text: '' }
  expect(pack(addressed(Array(1000).fill(one)), names, codec)).toHaveLength(10)
  const [first, told, last] = pack(addressed([one, { ...one, alone: true }, one]), names, codec)
  expect([first, told, last].map(record => JSON.parse(record!.value!.toString()).n)).toEqual([0, 1, 2])
})

test('large records go in bundles that a reader can take in one round', () => {
  const large = {
    topic: bundled,
    partition: 0,
    key: 'ada',
    timestamp: 0,
    alone: false,
    source: 'a/t/1/0',
    text: 'x'.repeat(50_000),
  }
  for (const { value } of pack(addressed(Array(20).fill(large)), names, codec)) expect(value!.length).toBeLessThan(200_000)
})

test('of a bundle with a record that is none nothing is believed', () => {
  const item = { at: 0, key: 'ada', value: { n: 1, text: '' } }
  for (const bad of [{ ...item, value: { n: 'one' } }, { ...item, at: 'now' }, { ...item, mark: [1] }, 7, null])
    expect(codec.decode(bundled, Buffer.from(JSON.stringify([item, bad])))).toMatchObject({
      unreadable: { code: 'record_invalid' },
    })
  expect(codec.decode(plain, Buffer.from(JSON.stringify([item])))).toMatchObject({ unreadable: { code: 'record_invalid' } })
})

test('what is not traced travels as if there were no traces, and a bundle with a trace is what the registry was told', () => {
  const one = { topic: bundled, partition: 0, key: 'ada', timestamp: 0, alone: false, source: 'a/t/1/0', text: '' }
  const [untraced] = pack(addressed([one, one]), names, codec)
  expect(untraced!.value!.toString()).not.toContain('trace')
  const [single] = pack(addressed([{ ...one, topic: plain }]), names, codec)
  expect(single!.headers).not.toHaveProperty('traceparent')
  const [traced] = pack(addressed([one, { ...one, trace: TRACE }]), names, codec)
  const items = JSON.parse(traced!.value!.toString())
  expect(items.map((item: object) => 'trace' in item)).toEqual([false, true])
  expect(Compile(wireSchema(bundled)).Check(items)).toBe(true)
})

test('a trace that is none, or is not sampled, is as if it were not there, and the record is read all the same', async () => {
  for (const trace of ['', 'nonsense', TRACE.replace(/01$/, '00'), `${TRACE}-more`, TRACE.toUpperCase()]) {
    const item = { at: 0, trace, key: 'ada', value: { n: 1, text: '' } }
    for (const value of [[item], item.value].map(json => Buffer.from(JSON.stringify(json)))) {
      const record = { topic: names.of(bundled), partition: 0, key: 'ada', value, headers: { traceparent: trace }, timestamp: 0 }
      expect(await met([record], bundled, 0)).toMatchObject([{ value: { n: 1 }, trace: undefined }])
    }
  }
})
