import type { FileFormat, Row } from './file-format.ts'
import { lines } from './lines.ts'

/** The rows of a file, one after the other, broken ones told as skipped. */
export async function* readRows(format: FileFormat, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Row> {
  for await (const line of lines(bytes)) {
    const { number, fault } = line
    const row: Row | undefined = fault === undefined ? format.read(line.text, number) : { row: number, skipped: fault }
    if (row !== undefined) yield row
  }
}
