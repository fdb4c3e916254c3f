const [ZERO, COLON, POINT, COMMA, PLUS, MINUS, SPACE] = [48, 58, 46, 44, 43, 45, 32]
const HOUR = 3_600_000
const MINUTE = 60_000

/** A time of day, its offset from UTC taken off. */
export interface Time {
  ms: number
  zoned: boolean
}

/** Reads `8:26`, `08:26:00.123`, `8:26 PM`, with `Z`, `UTC`, `GMT`, `+05`, `+0500` or `+05:00` behind it. */
export function readTime(bytes: Uint8Array, start: number, end: number, out: Time): boolean {
  let at = start
  const parts = [0, 0, 0]
  let part = 0
  for (; part < 3; part++) {
    const from = at
    while (at < end && at - from < 2 && isDigit(bytes[at])) parts[part] = parts[part]! * 10 + bytes[at++]! - ZERO
    if (at === from) return false
    if (bytes[at] !== COLON || at >= end) break
    at++
  }
  if (part === 3) return false
  let [hour, minute, second] = parts as [number, number, number]
  let ms = 0
  if (part === 2 && at < end && (bytes[at] === POINT || bytes[at] === COMMA)) {
    for (let [scale, from] = [100, ++at]; at < end && isDigit(bytes[at]); scale /= 10, at++) {
      if (at - from < 3) ms += (bytes[at]! - ZERO) * scale
    }
  }
  while (at < end && bytes[at] === SPACE) at++
  const letters = (bytes[at]! | 32) === 97 || (bytes[at]! | 32) === 112 // a or p
  if (at < end && letters && (bytes[at + 1]! | 32) === 109) {
    if (hour < 1 || hour > 12) return false
    hour = (hour % 12) + ((bytes[at]! | 32) === 112 ? 12 : 0)
    at += 2
    while (at < end && bytes[at] === SPACE) at++
  } else if (part === 0) return false
  if (hour > 23 || minute > 59 || second > 60) return false
  // A leap second is the last one told twice.
  second = Math.min(second, 59)
  const offset = at >= end ? 0 : offsetOf(bytes, at, end)
  if (Number.isNaN(offset)) return false
  out.zoned = at < end && offset !== 0
  minute *= MINUTE
  out.ms = hour * HOUR + minute + second * 1000 + ms - offset
  return true
}

/** In ms, NaN of what is none. */
function offsetOf(bytes: Uint8Array, start: number, end: number): number {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1')
  if (/^(z|utc|gmt)$/i.test(text)) return 0
  if (bytes[start] !== PLUS && bytes[start] !== MINUS) return Number.NaN
  const told = /^([+-])(\d\d)(?::?(\d\d))?$/.exec(text)
  if (told === null) return Number.NaN
  return (told[1] === '-' ? -1 : 1) * (Number(told[2]) * HOUR + Number(told[3] ?? 0) * MINUTE)
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= ZERO + 9
