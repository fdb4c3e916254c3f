import type { FileFormat, Row } from './file-format.ts'
import { lines, type Place } from './lines.ts'

/** A row, and the places before and after it. */
export interface Placed {
  readonly row: Row
  readonly before: Place
  readonly after: Place
}

/** The rows of a file from a place on, one after the other, broken ones told as skipped. */
export async function* readRows(format: FileFormat, bytes: AsyncIterable<Uint8Array>, from: Place): AsyncGenerator<Placed> {
  let before = from
  for await (const line of (format.split ?? lines)(bytes, from)) {
    const { number, fault } = line
    const row: Row | undefined = fault === undefined ? format.read(line.text, number) : { row: number, skipped: fault }
    const after = { line: number + 1, byte: line.after }
    if (row !== undefined) yield { row, before, after }
    before = after
  }
}
