import { createReadStream } from 'node:fs'
import { crc32 } from 'node:zlib'

/** CRC-32 of a file: it finds what a crash or a disk cut off, and costs less than reading. */
export async function checksum(file: string): Promise<number> {
  let sum = 0
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) sum = crc32(chunk as Buffer, sum)
  return sum
}
