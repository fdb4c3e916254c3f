/**
 * Which partition a key belongs to: murmur2 of its UTF-8 bytes, as Kafka's own default partitioner, so that every log
 * and every client that keeps the default agrees.
 */
export function partitionOf(key: string, partitions: number): number {
  return (murmur2(Buffer.from(key, 'utf8')) & 0x7fffffff) % partitions
}

/** MurmurHash2, 32 bit, seed 0x9747b28c (Austin Appleby), as org.apache.kafka.common.utils.Utils has it. */
function murmur2(data: Uint8Array): number {
  const m = 0x5bd1e995
  const { length } = data
  let h = 0x9747b28c ^ length
  let i = 0
  for (; i + 4 <= length; i += 4) {
    let k = data[i]! | (data[i + 1]! << 8) | (data[i + 2]! << 16) | (data[i + 3]! << 24)
    k = Math.imul(k, m)
    k ^= k >>> 24
    h = Math.imul(h, m) ^ Math.imul(k, m)
  }
  if (length - i === 3) h ^= data[i + 2]! << 16
  if (length - i >= 2) h ^= data[i + 1]! << 8
  if (length - i >= 1) h = Math.imul(h ^ data[i]!, m)
  h ^= h >>> 13
  h = Math.imul(h, m)
  return h ^ (h >>> 15)
}
