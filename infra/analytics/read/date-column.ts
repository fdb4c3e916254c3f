import type { Cell } from './cell.ts'
import { withDayAsMonth } from './civil-days.ts'
import { type DateForm, DateReader } from './date-reader.ts'
import type { ProblemCode } from './problem-codes.ts'
import type { Problems, Tally } from './problems.ts'
import type { FileName } from './validation.ts'

const DAY = 86_400_000

const forms: readonly (readonly [DateForm, ProblemCode])[] = [
  ['year_first', 'date_year_first'],
  ['day_first', 'date_day_first'],
  ['month_first', 'date_month_first'],
  ['in_words', 'date_in_words'],
  ['compact', 'date_compact'],
  ['unix', 'date_unix'],
  ['sheet', 'date_sheet'],
]

/** A column of dates, what was repaired in it counted. */
export class DateColumn {
  /** The last one read, in epoch ms. */
  at = 0
  /** Whether day and month of it may be exchanged. */
  either = false
  private readonly reader = new DateReader()
  private readonly tallies: ReadonlyMap<DateForm, Tally>
  private readonly eithers: Tally
  private readonly unclearOnes: Tally
  private readonly mixedOnes: Tally

  constructor(file: FileName, column: string, problems: Problems) {
    this.tallies = new Map(forms.map(([form, code]) => [form, problems.tally(file, column, code, 'repaired')]))
    this.unclearOnes = problems.tally(file, column, 'date_order_unclear', 'kept')
    this.mixedOnes = problems.tally(file, column, 'date_order_mixed', 'kept')
    this.eithers = problems.scratch(file, column, 'date_order_unclear')
  }

  read(bytes: Buffer, { start, end }: Cell, row: number): boolean {
    const { reader } = this
    if (!reader.read(bytes, start, end)) return false
    this.at = reader.at
    this.either = reader.form === 'either'
    if (reader.form !== 'iso') (this.tallies.get(reader.form) ?? this.eithers).hit(row, bytes, start, end)
    return true
  }

  /** Whether dates that may be either are other than they were read. */
  get turns(): boolean {
    return this.reader.monthFirst && this.eithers.rows > 0
  }

  /** What `at` is with the month first, of a date that may be either. */
  turned(at: number): number {
    const day = Math.floor(at / DAY)
    return withDayAsMonth(day) * DAY + (at - day * DAY)
  }

  /** Counts dates that may be either as what they were taken for; says how the column was read. */
  finish(): string {
    const { dayFirst, monthsFirst, monthFirst } = this.reader
    if (this.eithers.rows > 0) {
      if (dayFirst === 0 && monthsFirst === 0) this.unclearOnes.add(this.eithers)
      else if (dayFirst > 0 && monthsFirst > 0) this.mixedOnes.add(this.eithers)
      this.tallies.get(monthFirst ? 'month_first' : 'day_first')!.add(this.eithers)
    }
    return this.formsTold(monthFirst)
  }

  private formsTold(monthFirst: boolean): string {
    const slashed = this.tallies.get('day_first')!.rows + this.tallies.get('month_first')!.rows
    const others = [...this.tallies].filter(([form, { rows }]) => rows > 0 && form !== 'day_first' && form !== 'month_first')
    return (
      [
        ...(slashed > 0 ? [monthFirst ? 'month before day' : 'day before month'] : []),
        ...others.map(([form]) => form.replaceAll('_', ' ')),
      ].join(', ') || 'year-month-day'
    )
  }
}
