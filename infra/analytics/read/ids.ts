import { ByteTable, MAX_KEY } from './byte-table.ts'
import { decodeText, isAscii } from './decode-text.ts'

/** Numbers ids in the order in which they first come. One id is one however its file spells its letters: in UTF-8 or Windows-1252, composed or not. */
export class Ids {
  private readonly table = new ByteTable()

  /** -1 of an id that is too long. */
  number(bytes: Buffer, start: number, end: number): number {
    if (isAscii(bytes, start, end)) return end - start > MAX_KEY ? -1 : this.table.number(bytes, start, end)
    const composed = Buffer.from(decodeText(bytes, start, end).normalize('NFC'))
    return composed.length > MAX_KEY ? -1 : this.table.number(composed, 0, composed.length)
  }

  get size(): number {
    return this.table.size
  }

  get bytes(): number {
    return this.table.bytes
  }

  text(number: number): string {
    return this.table.text(number)
  }

  /** All of them, by their numbers. */
  texts(): string[] {
    return Array.from({ length: this.size }, (_, number) => this.table.text(number))
  }
}
