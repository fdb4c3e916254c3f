import Type from 'typebox'
import { expect, test } from 'vitest'
import { topic } from '../../schemas/topic.ts'
import { openCodec, type SchemaRegistry } from '../../streams/codec.ts'
import { decodeBatch } from '../../streams/decode-batch.ts'

const Value = Type.Object({ name: Type.String() }, { additionalProperties: false })
const closed = topic('closed', Value)
const open = topic('open', Value, { open: true })
const nameOf = ({ name }: { name: string }) => `p.${name}.v1`

/** A registry of a few ids, which may be away. */
function registryOf(ids: readonly number[], answers: () => boolean = () => true) {
  const asked: number[] = []
  const registered: string[] = []
  const registry: SchemaRegistry = {
    async register(name) {
      registered.push(name)
      return 7
    },
    async knows(id) {
      asked.push(id)
      if (!answers()) throw new Error('the registry is away')
      return ids.includes(id)
    },
  }
  return { registry, asked, registered }
}

const framed = (id: number, value: unknown) => Buffer.concat([Buffer.from([0, 0, 0, 0, id]), Buffer.from(JSON.stringify(value))])
const batchOf = (...values: (Buffer | null)[]) => [
  {
    topic: 'p.closed.v1',
    partition: 0,
    from: 0,
    next: values.length,
    records: values.map((value, offset) => ({
      topic: 'p.closed.v1',
      partition: 0,
      offset,
      key: 'k',
      value,
      headers: {},
      timestamp: 0,
    })),
  },
]
const outcomes = async (codec: Awaited<ReturnType<typeof openCodec>>, ...values: (Buffer | null)[]) =>
  (await decodeBatch(codec, closed, batchOf(...values))).slices[0]!.reads.map(({ outcome }) =>
    'value' in outcome ? outcome.value : outcome.unreadable.code,
  )

test('records are in Confluent’s wire format under the id that the registry gave', async () => {
  const { registry, registered } = registryOf([])
  const codec = await openCodec([closed, open], nameOf, registry)
  expect(registered).toEqual(['p.closed.v1', 'p.open.v1'])
  expect(codec.encode(closed, { name: 'گلاب' })).toEqual(framed(7, { name: 'گلاب' }))
  expect(codec.decode(closed, framed(7, { name: 'گلاب' }))).toEqual({ value: { name: 'گلاب' } })
})

test('bare JSON is read with a registry and without, and is what is written without', async () => {
  const bare = Buffer.from('{"name":"rose"}')
  expect((await openCodec([closed], nameOf)).encode(closed, { name: 'rose' })).toEqual(bare)
  for (const codec of [await openCodec([closed], nameOf), await openCodec([closed], nameOf, registryOf([]).registry)])
    expect(codec.decode(closed, bare)).toEqual({ value: { name: 'rose' } })
})

test('another version’s schema id is asked for once, an unknown one makes its record unreadable, and neighbours get through', async () => {
  const { registry, asked } = registryOf([8])
  const codec = await openCodec([closed], nameOf, registry)
  const [known, unknown] = [framed(8, { name: 'a' }), framed(9, { name: 'b' })]
  expect(await outcomes(codec, known, unknown, known, unknown, framed(7, { name: 'c' }))).toEqual([
    { name: 'a' },
    'schema_unknown',
    { name: 'a' },
    'schema_unknown',
    { name: 'c' },
  ])
  expect(asked).toEqual([8, 9])
})

test('a registry that does not answer fails the batch instead of making dead letters, and is asked again', async () => {
  let there = false
  const codec = await openCodec([closed], nameOf, registryOf([8], () => there).registry)
  await expect(outcomes(codec, framed(8, { name: 'a' }))).rejects.toThrow('away')
  there = true
  expect(await outcomes(codec, framed(8, { name: 'a' }))).toEqual([{ name: 'a' }])
})

test('a schema id where no registry is configured is unreadable, not a crash', async () => {
  expect(await outcomes(await openCodec([closed], nameOf), framed(7, { name: 'a' }))).toEqual(['schema_unknown'])
})

test('what is no record is told apart by its code', async () => {
  const codec = await openCodec([closed], nameOf, registryOf([]).registry)
  const bytes = (text: string) => Buffer.from(text)
  expect(
    await outcomes(
      codec,
      bytes('{"name":'),
      bytes(''),
      Buffer.from([0, 0, 0]),
      bytes('{"name":1}'),
      bytes('{"name":"a","more":1}'),
      bytes('[]'),
      Buffer.from('{"name":"Andr\xe9"}', 'latin1'),
      bytes('{"name":"\\u0000"}'),
      bytes('{"name":"\\ud800"}'),
      null,
      bytes('{"name":"\\u0627\\ud83c\\udf39"}'),
    ),
  ).toEqual([
    'json_invalid',
    'json_invalid',
    'record_unreadable',
    'record_invalid',
    'record_invalid',
    'record_invalid',
    'json_invalid',
    'character_invalid',
    'character_invalid',
    'record_unreadable',
    { name: 'ا🌹' },
  ])
})

test('of an open topic any JSON is read', async () => {
  const codec = await openCodec([open], nameOf)
  expect(codec.decode(open, Buffer.from('{"name":1,"more":[]}'))).toEqual({ value: { name: 1, more: [] } })
})
