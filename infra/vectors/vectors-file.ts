import { open } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { SLAB_SLOTS, type VectorStore } from '../../models/vectors/vector-store.ts'
import { checksum } from './checksum.ts'

/** Bytes of a block's head: how many vectors it has, how long their names are. */
const HEAD = 8

/**
 * Writes all vectors of a store, slab by slab; answers the file's CRC-32. Each slab is copied in one go, so that a vector and its version always
 * belong together; what changes in slabs already written is not in the file.
 *
 * A block: two numbers of 32 bits (vectors, bytes of names); of each vector the slot (int32), then the versions (float64), the names as JSON, and
 * the vectors (float32), all little-endian as this machine has them.
 */
export async function writeVectors(store: VectorStore, path: string): Promise<number> {
  await using file = await open(path, 'w')
  let sum = 0
  for (let slab = 0; slab < store.slabs.length; slab++) {
    const block = blockOf(store, slab)
    sum = crc32(block, sum)
    await file.writeFile(block)
  }
  return sum
}

function blockOf({ ids, versions, dims, slabs }: VectorStore, slab: number): Buffer {
  const slots: number[] = []
  for (let slot = slab * SLAB_SLOTS; slot < Math.min(ids.length, (slab + 1) * SLAB_SLOTS); slot++)
    if (ids[slot] !== undefined) slots.push(slot)
  const all = new Float32Array(slabs[slab]!)
  const vectors = new Float32Array(slots.length * dims)
  for (const [i, slot] of slots.entries()) {
    const from = (slot % SLAB_SLOTS) * dims
    vectors.set(all.subarray(from, from + dims), i * dims)
  }
  const names = Buffer.from(JSON.stringify(slots.map(slot => ids[slot])))
  return Buffer.concat([
    bytes(Uint32Array.of(slots.length, names.length)),
    bytes(Int32Array.from(slots)),
    bytes(Float64Array.from(slots, slot => versions[slot]!)),
    names,
    bytes(vectors),
  ])
}

/**
 * Puts what `writeVectors` wrote into a store that is empty. Nothing of the file is believed before its sum is right: a slot that is off by a
 * bit would call for all memory there is.
 * @throws when the file is not the one with this CRC-32, or cannot be read
 */
export async function readVectors(store: VectorStore, path: string, sum: number): Promise<void> {
  if ((await checksum(path)) !== sum) throw new Error('the file of vectors is not what was written')
  await using file = await open(path, 'r')
  const { size } = await file.stat()
  let read = 0
  const next = async (length: number): Promise<Buffer> => {
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, read)
    read += length
    return buffer
  }
  while (read < size) {
    const head = await next(HEAD)
    const [count, names] = [head.readUInt32LE(0), head.readUInt32LE(4)]
    restoreBlock(store, count, names, await next(count * (4 + 8 + 4 * store.dims) + names))
  }
  store.findFree()
}

function restoreBlock(store: VectorStore, count: number, names: number, block: Buffer): void {
  const { dims } = store
  const body = block.buffer.slice(block.byteOffset, block.byteOffset + block.length) as ArrayBuffer
  const slots = new Int32Array(body, 0, count)
  const versions = new Float64Array(body.slice(4 * count, 12 * count))
  const ids = JSON.parse(block.toString('utf8', 12 * count, 12 * count + names)) as string[]
  const vectors = new Float32Array(body.slice(12 * count + names))
  for (const [i, slot] of slots.entries()) store.restore(slot, ids[i]!, vectors.subarray(i * dims, (i + 1) * dims), versions[i]!)
}

const bytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength)
