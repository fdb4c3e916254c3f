import fc from 'fast-check'
import Type from 'typebox'
import { expect, test } from 'vitest'
import { topic } from '../../schemas/topic.ts'
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

type Sent = Pick<Addressed, 'topic' | 'partition' | 'key' | 'timestamp' | 'alone'> & { source: string | undefined; text: string }
const sent: fc.Arbitrary<Sent[]> = fc.array(
  fc.record({
    topic: fc.constantFrom(bundled, bundled, plain),
    partition: fc.nat(1),
    key: fc.constantFrom('ada', 'گلاب', '"\\'),
    timestamp: fc.nat(1e12),
    alone: fc.boolean(),
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
  return slices[0]!.reads.map(({ key, at, mark, outcome }) => ({ key, at, mark, ...outcome }))
}

test('a reader meets the records that were packed, in their order, with their own keys, times and marks', async () => {
  await fc.assert(
    fc.asyncProperty(sent, async all => {
      const records = pack(addressed(all), names, codec)
      for (const of of [bundled, plain])
        for (const partition of [0, 1])
          expect(await met(records, of, partition)).toEqual(
            addressed(all)
              .filter(one => one.topic === of && one.partition === partition)
              .map(({ key, timestamp, value, from }) => ({
                key,
                at: timestamp,
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
