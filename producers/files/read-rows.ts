import type { FileFormat, Row } from './file-format.ts'
import { lines } from './lines.ts'

/** The rows of a file, one after the other, broken ones told as skipped. */
export async function* readRows(format: FileFormat, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Row> {
  for await (const { number, text, cut } of lines(bytes)) {
    const row: Row | undefined = cut ? { row: number, skipped: 'it is longer than 5 MiB' } : format.read(text, number)
    if (row !== undefined) yield row
  }
}
