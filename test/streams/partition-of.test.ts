import { expect, test } from 'vitest'
import { partitionOf } from '../../streams/partition-of.ts'

/** org.apache.kafka.common.utils.UtilsTest.testMurmur2 */
const vectors: readonly (readonly [string, number])[] = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
]

test('keys go where every other Kafka client puts them', () => {
  for (const [key, murmur2] of vectors)
    for (const partitions of [1, 7, 12, 1000, 0x7fffffff])
      expect(partitionOf(key, partitions)).toBe((murmur2 & 0x7fffffff) % partitions)
})

test('keys are hashed by their UTF-8 bytes, so that other scripts do not land elsewhere', () => {
  const spread = new Set(Array.from({ length: 200 }, (_, i) => partitionOf(`گاہک-${i}`, 12)))
  expect(spread.size).toBe(12)
  expect(partitionOf('ہ', 1000)).not.toBe(partitionOf('A', 1000)) // both end in the byte 0x41 as UTF-16
})
