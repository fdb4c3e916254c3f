import { isUtf8 } from 'node:buffer'

/** What Windows-1252 has from 0x80 to 0x9F; elsewhere it is Latin-1 (WHATWG Encoding, index-windows-1252). */
const FROM_80 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

export const isAscii = (bytes: Uint8Array, start: number, end: number): boolean => {
  for (let at = start; at < end; at++) if (bytes[at]! > 127) return false
  return true
}

/**
 * Text of bytes: UTF-8, or Windows-1252 where they are not. Each value is looked at by itself, for files are put together from others; letters of
 * Windows-1252 are hardly ever UTF-8 by chance, since behind an accented one stands a plain one.
 */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)
  if (isAscii(bytes, start, end)) return buffer.toString('latin1')
  if (isUtf8(buffer)) return buffer.toString('utf8')
  return buffer.toString('latin1').replace(/[\x80-\x9f]/g, letter => FROM_80[letter.charCodeAt(0) - 0x80]!)
}

/** Whether bytes are text of neither ASCII nor UTF-8. */
export const isWindows1252 = (bytes: Uint8Array, start: number, end: number): boolean =>
  !isAscii(bytes, start, end) && !isUtf8(bytes.subarray(start, end))
