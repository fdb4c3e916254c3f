/**
 * About how many bytes a value takes in V8's heap, all it holds counted, where pointers take 8 bytes: an object its header and a word
 * for each property, a Map some 50 bytes for each entry beside key and value. What is shared is counted each time it is met.
 */
export function footprint(value: unknown): number {
  if (typeof value === 'string') return 24 + value.length
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? 0 : 16
  if (typeof value !== 'object' || value === null) return 0
  if (ArrayBuffer.isView(value)) return 200 + value.byteLength
  let bytes: number
  if (value instanceof Map) {
    bytes = 150
    for (const [key, one] of value) bytes += 48 + footprint(key) + footprint(one)
  } else if (Array.isArray(value)) {
    bytes = 48
    for (const one of value) bytes += 8 + footprint(one)
  } else {
    bytes = 24
    for (const key in value) bytes += 8 + footprint(value[key as keyof typeof value])
  }
  return bytes
}
