import { DataValidationError } from '../customer-analytics-error.ts'
import type { Problems } from './problems.ts'
import type { RowsRead } from './read-rows.ts'
import type { FileName, FileTotals, Validation } from './validation.ts'

/** What a file came to. Columns that it does not have are told of, and nothing is said of how they were read. */
export function totalsOf(
  file: FileName,
  { absent, ...read }: RowsRead,
  readAs: Readonly<Record<string, string>>,
  problems: Problems,
): FileTotals {
  const leftOut = problems.leftOut(file)
  const told = Object.entries(readAs).filter(([column]) => !absent.includes(column))
  const encoding = problems.has(file, 'not_utf8') ? 'windows-1252' : read.encoding
  return { ...read, encoding, used: read.rows - leftOut, leftOut, readAs: Object.fromEntries(told) }
}

/** Not a line of the file of transactions can be used. */
export function nothingUsable({ files, problems }: Validation): DataValidationError {
  const why = problems
    .filter(({ file, treatment }) => file === 'transactions' && treatment === 'left_out')
    .sort((a, b) => b.rows - a.rows)
    .slice(0, 3)
    .map(
      ({ says, examples }) =>
        `${says.slice(0, -1)}${examples[0]?.value ? ` (such as ${JSON.stringify(examples[0].value)})` : ''}`,
    )
  return new DataValidationError('rows_missing', `${files.transactions.name} has no row that can be used. ${why.join('; ')}.`)
}
