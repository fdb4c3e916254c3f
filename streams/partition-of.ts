/**
 * Which partition a key belongs to: murmur2 of its UTF-8 bytes, as Kafka's own default partitioner, so that every log
 * and every client that keeps the default agrees.
 */
export function partitionOf(key: string, partitions: number): number {
  return (murmur2(bytesOf(key)) & 0x7fffffff) % partitions
}

const short = new Uint8Array(64)

/** Nearly every key is a short id in ASCII: its bytes are written to one place again and again, for this runs for every record. */
function bytesOf(key: string): Uint8Array {
  const { length } = key
  if (length > short.length) return Buffer.from(key, 'utf8')
  for (let i = 0; i < length; i++) {
    const code = key.charCodeAt(i)
    if (code > 127) return Buffer.from(key, 'utf8')
    short[i] = code
  }
  return short.subarray(0, length)
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
