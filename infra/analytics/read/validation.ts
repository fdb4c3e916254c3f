import type { ProblemCode } from './problem-codes.ts'

export const fileNames = ['customers', 'products', 'transactions'] as const
export type FileName = (typeof fileNames)[number]

/** What became of rows with a problem: read as they were meant, used as they are, or not used. */
export type Treatment = 'repaired' | 'kept' | 'left_out'

/**
 * Something that was wrong with rows of a file, told once however many rows have it. A row is left out for one reason alone; what else is wrong with it may be
 * counted, too, as far as it was read.
 */
export interface Problem {
  readonly file: FileName
  /** As the contract calls it; null of what concerns whole rows. */
  readonly column: string | null
  readonly code: ProblemCode
  readonly treatment: Treatment
  readonly rows: number
  /** Up to five. `row` is its number in the file as spreadsheets count, the header being row 1; values are short, with e-mails and phones masked. */
  readonly examples: readonly { readonly row: number; readonly value: string }[]
  readonly says: string
  readonly fix: string
}

/** One file: `rows` is `used` and `leftOut` together, without header and empty lines. */
export interface FileTotals {
  readonly name: string
  readonly compression: 'gzip' | 'none'
  readonly encoding: 'utf-8' | 'utf-16' | 'windows-1252'
  readonly delimiter: string
  /** The header, as it stands in the file. */
  readonly columns: readonly string[]
  readonly rows: number
  readonly used: number
  readonly leftOut: number
  /** How values were read that could have been read otherwise, in words: `decimal point`, `day before month`. */
  readonly readAs: Readonly<Record<string, string>>
}

/** What three files are like, and what was done about it: `validation.json`. */
export interface Validation {
  readonly files: Readonly<Record<FileName, FileTotals>>
  readonly problems: readonly Problem[]
}
