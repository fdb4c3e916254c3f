import { hash } from 'node:crypto'

/** An event's id: the same file again gives the same ids, equal rows of one file do not. */
export const rowId = (format: string, row: number, text: string): string =>
  `${format}:${row}:${hash('sha256', text, 'hex').slice(0, 12)}`
