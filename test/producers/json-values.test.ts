import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jsonValues, objects } from '../../producers/files/json-values.ts'
import { beginning, type Line, type Place } from '../../producers/files/lines.ts'
import { recognise } from '../../producers/files/recognise.ts'

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
async function split(text: string | Buffer, size = 7, from: Place = beginning): Promise<Line[]> {
  const found: Line[] = []
  for await (const line of objects(inChunks(Buffer.from(text as string).subarray(from.byte), size), from)) found.push(line)
  return found
}
const textsOf = (all: readonly Line[]) => all.map(line => ('text' in line ? line.text : line.fault))

const layouts: readonly ((all: readonly unknown[]) => string)[] = [
  all => JSON.stringify(all),
  all => JSON.stringify(all, null, 2),
  all => `\ufeff\r\n${JSON.stringify(all, null, '\t').replaceAll('\n', '\r\n')}\r\n`,
  all => all.map(one => JSON.stringify(one, null, 2)).join('\n'),
  all => all.map(one => JSON.stringify(one)).join('\n'),
]

describe('JSON', () => {
  test('falls into its objects, whatever is in them, however they are laid out and wherever chunks end', async () => {
    const object = fc.dictionary(fc.string({ unit: fc.constantFrom(...'a"\\{}[],:\né👍') }), fc.jsonValue())
    await fc.assert(
      fc.asyncProperty(
        fc.array(object, { maxLength: 5 }),
        fc.constantFrom(...layouts),
        fc.integer({ min: 1, max: 40 }),
        async (all, layout, size) => {
          const found = await split(layout(all), size)
          expect(textsOf(found).map(text => JSON.parse(text))).toEqual(all.map(one => JSON.parse(JSON.stringify(one))))
          expect(found.map(({ number }) => number)).toEqual(all.map((_, i) => i + 1))
        },
      ),
    )
  })

  test('goes on from after any object as if it had come from the beginning', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1, maxLength: 5 }),
        fc.constantFrom(...layouts),
        async (all, layout) => {
          const text = layout(all)
          const found = await split(text)
          for (const [i, { number, after }] of found.entries())
            expect(await split(text, 5, { line: number + 1, byte: after })).toEqual(found.slice(i + 1))
        },
      ),
      { numRuns: 50 },
    )
  })

  test('that is no object costs itself alone', async () => {
    expect(textsOf(await split('[7, {"a":1}, "{", null, {"b":}, ["x"], }, {"c":3}\n]'))).toEqual([
      '7',
      '{"a":1}',
      '"{"',
      'null',
      '{"b":}',
      '"x"]',
      '}',
      '{"c":3}',
    ])
  })

  test('cut off in an object tells of it', async () => {
    const [, cut] = await split('[{"a":1},{"b":"{')
    expect(jsonValues.read(textsOf([cut!])[0]!, 2)).toEqual({ row: 2, skipped: 'it is not JSON' })
  })

  test('an object of more than 5 MiB, and one that is not UTF-8, cost themselves alone', async () => {
    const huge = `{"a":"${'x'.repeat(6 * 1024 * 1024)}"}`
    expect(textsOf(await split(`[${huge},{"b":1}]`, 65_536))).toEqual(['it is longer than 5 MiB', '{"b":1}'])
    const broken = Buffer.concat([Buffer.from('[{"a":"'), Buffer.from([0xff]), Buffer.from('"},{"b":1}]')])
    expect(textsOf(await split(broken))).toEqual(['it is not UTF-8', '{"b":1}'])
  })

  test.each([
    ['[', 'json'],
    ['[{"user_id":"a"}]', 'json'],
    ['\ufeff[\r\n {', 'json'],
    ['{\n  "user_id": "a",', 'json'],
    ['{ "user_id": "a",\n  "messages": []\n}', 'json'],
    ['{"messages": [\n{"role": "user"', 'json'],
    ['{"type":"click"}', 'jsonl'],
    ['{"type":"click"}\n{"type":', 'jsonl'],
    ['{"type":"cli\n{"type":"click"}\n', 'jsonl'],
    ['{"user_id":"a","messages":[{"role":"us', 'jsonl'],
  ])('is known by how it begins: %j is %s', (head, format) => {
    expect(recognise('file', head).name).toBe(format)
  })
})
