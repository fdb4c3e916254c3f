import { createHash } from 'node:crypto'

/** Bytes that are no model: cut off, changed on their way, or written by another version of this program. */
export class ModelDamaged extends Error {}

const MAGIC = 'tarang-model'
/** Of the layout and of what features mean: a model of another one is not read but trained anew. */
const FORMAT = 1
const DIGEST = 32
const KINDS = { Float64Array, Float32Array, Int32Array, Uint16Array, Int8Array } as const
type Kind = keyof typeof KINDS
type Numbers = Float64Array | Float32Array | Int32Array | Uint16Array | Int8Array

interface ArrayAt {
  readonly array: Kind
  readonly from: number
  readonly length: number
}

/** A value of plain objects, arrays and typed arrays as bytes: a digest, a header in JSON, and the typed arrays one after the other. */
export function toBytes(value: unknown): Uint8Array {
  const arrays: Numbers[] = []
  let length = 0
  const header = JSON.stringify({
    magic: MAGIC,
    format: FORMAT,
    value: replaceArrays(value, array => {
      const at: ArrayAt = { array: array.constructor.name as Kind, from: length, length: array.length }
      arrays.push(array)
      length += aligned(array.byteLength)
      return at
    }),
  })
  const head = Buffer.from(header)
  const start = aligned(DIGEST + 4 + head.length)
  const bytes = new Uint8Array(start + length)
  new DataView(bytes.buffer).setUint32(DIGEST, head.length)
  bytes.set(head, DIGEST + 4)
  let at = start
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at)
    at += aligned(array.byteLength)
  }
  bytes.set(digestOf(bytes), 0)
  return bytes
}

/** @throws {ModelDamaged} */
export function fromBytes(bytes: Uint8Array): unknown {
  if (bytes.length < DIGEST + 4) throw new ModelDamaged('The model is cut off.')
  if (!digestOf(bytes).equals(bytes.subarray(0, DIGEST)))
    throw new ModelDamaged('The model is not what was written: its digest is another.')
  // Typed arrays begin at multiples of 8; a buffer of the database's may begin anywhere.
  const whole = bytes.byteOffset % 8 === 0 ? bytes : Uint8Array.from(bytes)
  const headLength = new DataView(whole.buffer, whole.byteOffset).getUint32(DIGEST)
  const head = JSON.parse(Buffer.from(whole.subarray(DIGEST + 4, DIGEST + 4 + headLength)).toString()) as Record<string, unknown>
  if (head.magic !== MAGIC || head.format !== FORMAT)
    throw new ModelDamaged(`The model is of format ${String(head.format)}; this version reads ${FORMAT}.`)
  const start = whole.byteOffset + aligned(DIGEST + 4 + headLength)
  return restoreArrays(
    head.value,
    ({ array, from, length }) => new KINDS[array](whole.buffer as ArrayBuffer, start + from, length),
  )
}

const aligned = (length: number): number => Math.ceil(length / 8) * 8

const digestOf = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes.subarray(DIGEST)).digest()

function replaceArrays(value: unknown, replace: (array: Numbers) => ArrayAt): unknown {
  if (ArrayBuffer.isView(value)) return { $: replace(value as Numbers) }
  if (Array.isArray(value)) return value.map(one => replaceArrays(one, replace))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, replaceArrays(one, replace)]))
}

function restoreArrays(value: unknown, restore: (at: ArrayAt) => Numbers): unknown {
  if (Array.isArray(value)) return value.map(one => restoreArrays(one, restore))
  if (typeof value !== 'object' || value === null) return value
  if ('$' in value) return restore(value.$ as ArrayAt)
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, restoreArrays(one, restore)]))
}
