import type { Cell } from '../table.ts'

/** A field as RFC 4180 has it. */
function csvField(value: Cell): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  return /[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}

export const csvLine = (fields: readonly Cell[]): string => `${fields.map(csvField).join(',')}\n`

/** For people's spreadsheets, which would run text that begins like a formula (OWASP, "CSV injection"). Ids that programs join by are left as they are. */
export const harmless = (value: Cell): Cell => (typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : value)
