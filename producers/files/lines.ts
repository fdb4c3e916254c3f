import { isUtf8 } from 'node:buffer'

/** A line longer than the largest body we take over HTTP is no event. */
const MAX_LINE = 5 * 1024 * 1024
const NEWLINE = 10
const RETURN = 13
const BYTE_ORDER_MARK = Buffer.from('\ufeff')

/** A line without its end, or why it cannot be read; `number` counts from 1. */
export type Line =
  | { readonly number: number; readonly text: string; readonly fault?: undefined }
  | { readonly number: number; readonly fault: string }

/** Lines of UTF-8 text, ended by \n or \r\n, without a byte order mark. Memory is bounded whatever the file holds. */
export async function* lines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let number = 0
  let begun: Uint8Array[] = []
  let size = 0
  const add = (piece: Uint8Array) => {
    size += piece.length
    if (size <= MAX_LINE) begun.push(piece)
    else begun = []
  }
  const end = (): Line => {
    number += 1
    const line = size > MAX_LINE ? { number, fault: 'it is longer than 5 MiB' } : read(number, Buffer.concat(begun))
    begun = []
    size = 0
    return line
  }
  for await (const chunk of bytes) {
    let from = 0
    for (let to = chunk.indexOf(NEWLINE); to !== -1; to = chunk.indexOf(NEWLINE, from)) {
      add(chunk.subarray(from, to))
      yield end()
      from = to + 1
    }
    if (from < chunk.length) add(chunk.subarray(from))
  }
  if (size > 0) yield end()
}

function read(number: number, line: Buffer): Line {
  // Read as text all the same, each such byte would become U+FFFD, and ids that differ become one.
  if (!isUtf8(line)) return { number, fault: 'it is not UTF-8' }
  const from = number === 1 && line.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0
  return { number, text: line.toString('utf8', from, line.at(-1) === RETURN ? line.length - 1 : line.length) }
}
