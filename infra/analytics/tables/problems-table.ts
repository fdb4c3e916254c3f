import type { Validation } from '../read/validation.ts'
import type { Table } from '../table.ts'
import { tableOf } from './table-of.ts'

/** What was wrong with the files, most rows first; of the examples the first. */
export const problemsTable = (validation: Validation | undefined): Table =>
  tableOf(
    'problems',
    [...(validation?.problems ?? [])]
      .sort((a, b) => b.rows - a.rows || (a.code < b.code ? -1 : 1))
      .map(({ file, column, code, treatment, rows, examples }) => ({
        file,
        column: column ?? '',
        code,
        treatment,
        rows,
        example: examples[0] === undefined ? '' : `row ${examples[0].row}: ${examples[0].value}`,
      })),
  )
