import { csvFields } from '../csv-fields.ts'

/** The columns that the first line of a text names. */
export function headerOf(head: string, delimiter: string): string[] {
  const [line = ''] = head.replace(/^\ufeff/, '').split(/\r?\n/, 1)
  return (csvFields(line, delimiter) ?? line.split(delimiter)).map(name => name.trim())
}
