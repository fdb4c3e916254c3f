import type { Cell } from './cell.ts'
import { decodeText, isWindows1252 } from './decode-text.ts'
import type { Problems, Tally } from './problems.ts'
import type { FileName } from './validation.ts'

/** A column of texts: what is not UTF-8 is read as Windows-1252, and counted. */
export class TextColumn {
  private readonly foreign: Tally

  constructor(file: FileName, column: string, problems: Problems) {
    this.foreign = problems.tally(file, column, 'not_utf8', 'repaired')
  }

  read(bytes: Buffer, { start, end }: Cell, row: number): string {
    if (isWindows1252(bytes, start, end)) this.foreign.hit(row, bytes, start, end)
    return decodeText(bytes, start, end)
  }
}
