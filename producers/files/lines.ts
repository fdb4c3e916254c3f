import { isUtf8 } from 'node:buffer'

/** A line longer than the largest body we take over HTTP is no event. */
const MAX_LINE = 5 * 1024 * 1024
const NEWLINE = 10
const RETURN = 13
const BYTE_ORDER_MARK = Buffer.from('\ufeff')

/** Where reading goes on: the number of the next line, the first being 1, and the byte of the uncompressed text it begins at. */
export interface Place {
  readonly line: number
  readonly byte: number
}

export const beginning: Place = { line: 1, byte: 0 }

/** A line without its end, or why it cannot be read; `number` counts from 1, `after` is the byte that the next one begins at. */
export type Line = { readonly number: number; readonly after: number } & (
  | { readonly text: string; readonly fault?: undefined }
  | { readonly fault: string }
)

/**
 * Lines of UTF-8 text, ended by \n or \r\n, without a byte order mark. Memory is bounded whatever the file holds.
 *
 * @param from where `bytes` begin
 */
export async function* lines(bytes: AsyncIterable<Uint8Array>, from: Place = beginning): AsyncGenerator<Line> {
  const gathering = gather(from)
  for await (const chunk of bytes) {
    let start = 0
    for (let to = chunk.indexOf(NEWLINE); to !== -1; to = chunk.indexOf(NEWLINE, start)) {
      gathering.add(chunk.subarray(start, to))
      yield gathering.end(1)
      start = to + 1
    }
    if (start < chunk.length) gathering.add(chunk.subarray(start))
  }
  if (gathering.size() > 0) yield gathering.end()
}

/** Gathers the bytes of one line after the other, of each no more than it may have. */
export function gather(from: Place) {
  let number = from.line - 1
  let after = from.byte
  let begun: Uint8Array[] = []
  let size = 0
  return {
    size: () => size,
    add(piece: Uint8Array): void {
      size += piece.length
      if (size <= MAX_LINE) begun.push(piece)
      else begun = []
    },
    /** What was gathered is a line, followed by as many bytes that end it. */
    end(ending = 0): Line {
      number += 1
      after += size + ending
      const line =
        size > MAX_LINE ? { number, after, fault: 'it is longer than 5 MiB' } : read(number, after, Buffer.concat(begun))
      begun = []
      size = 0
      return line
    },
    /** Between two lines are bytes of neither. */
    pass(count: number): void {
      after += count
    },
  }
}

function read(number: number, after: number, line: Buffer): Line {
  // Read as text all the same, each such byte would become U+FFFD, and ids that differ become one.
  if (!isUtf8(line)) return { number, after, fault: 'it is not UTF-8' }
  const from = number === 1 && line.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0
  return { number, after, text: line.toString('utf8', from, line.at(-1) === RETURN ? line.length - 1 : line.length) }
}
