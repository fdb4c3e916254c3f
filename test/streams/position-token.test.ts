import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodePosition, encodePosition } from '../../streams/position-token.ts'
import { topicNames } from '../../streams/topic-names.ts'
import { beats, sums } from '../support/counting-topology.ts'

const names = topicNames({ prefix: 'test', partitions: 4 })
const decode = (text: string) => decodePosition(text, [beats, sums], names)
const token = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

test('a position survives the way to a client and back', () => {
  const written = [
    { topic: beats, partition: 3, end: 42 },
    { topic: sums, partition: 0, end: 0 },
  ]
  expect(decode(encodePosition(written))).toEqual(written)
})

test('anything else is told apart, and never throws', () => {
  const odd = [
    '',
    '!!!',
    token(null),
    token({}),
    token([1]),
    token([['beats', 0]]),
    token([['beats', 0, 1, 2]]),
    token([['other', 0, 1]]),
    token([['beats', 4, 1]]),
    token([['beats', -1, 1]]),
    token([['sums', 1, 1]]),
    token([['beats', 0, -1]]),
    token([['beats', 0, 1.5]]),
    token([['beats', '0', 1]]),
    token([['beats', 0, 1e300]]),
    token(Array.from({ length: 1001 }, () => ['beats', 0, 1])),
  ]
  for (const text of odd) expect(decode(text)).toBeUndefined()
  fc.assert(fc.property(fc.string(), text => decode(text) === undefined))
  fc.assert(
    fc.property(fc.json(), json => {
      const found = decode(Buffer.from(json).toString('base64url'))
      return found === undefined || found.length === (JSON.parse(json) as unknown[]).length
    }),
  )
})
