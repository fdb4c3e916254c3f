import { NO_DAY } from '../shop-columns.ts'
import type { ByteTable } from './byte-table.ts'
import type { Cell } from './cell.ts'
import type { Fields } from './csv-records.ts'
import { DateColumn } from './date-column.ts'
import { IdColumn } from './id-column.ts'
import type { Problems, Tally } from './problems.ts'
import type { TableTaker } from './read-rows.ts'
import { TextColumn } from './text-column.ts'

const FILE = 'customers'
const DAY = 86_400_000
/** Three strings and their places in lists, by the heap as it was measured. */
const BYTES_EACH = 160
/** Something, a name of a host and another one, and no blanks: who may write to an address is for mail servers to tell. */
const EMAIL = /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/u

export const customerColumns = {
  required: ['customer_id'],
  optional: ['name', 'email', 'registration_date'],
} as const

type Name = 'customer_id' | 'name' | 'email' | 'registration_date'

/** The file of customers, a row a customer, numbered as its table of ids does. */
export class CustomerRows implements TableTaker {
  readonly name: string[] = []
  readonly email: string[] = []
  /** Epoch ms, NaN where unknown. */
  private readonly registered: number[] = []
  /** Customers whose day and month may be exchanged. */
  private readonly either: number[] = []
  /** Rows in the file, by customer. */
  private readonly rowOf: number[] = []
  private readonly cells: Readonly<Record<Name, Cell>>
  private readonly table: ByteTable
  private readonly ids: IdColumn
  private readonly dates: DateColumn
  private readonly names: TextColumn
  private readonly emails: TextColumn
  private readonly tallies: Readonly<Record<'repeated' | 'differing' | 'malformed' | 'noDate' | 'badDate' | 'outOfRange', Tally>>

  constructor(cells: Readonly<Record<Name, Cell>>, table: ByteTable, problems: Problems) {
    this.cells = cells
    this.table = table
    this.ids = new IdColumn(FILE, 'customer_id', cells.customer_id, table, problems)
    this.names = new TextColumn(FILE, 'name', cells.name, problems)
    this.emails = new TextColumn(FILE, 'email', cells.email, problems)
    this.dates = new DateColumn(FILE, 'registration_date', problems)
    this.tallies = {
      repeated: problems.tally(FILE, null, 'row_repeated', 'left_out'),
      differing: problems.tally(FILE, 'customer_id', 'id_repeated', 'left_out'),
      malformed: problems.tally(FILE, 'email', 'email_malformed', 'kept'),
      noDate: problems.tally(FILE, 'registration_date', 'value_unknown', 'kept'),
      badDate: problems.tally(FILE, 'registration_date', 'date_unknown', 'kept'),
      outOfRange: problems.tally(FILE, 'registration_date', 'registration_out_of_range', 'kept'),
    }
  }

  row(fields: Fields, row: number) {
    const { bytes } = fields
    const id = this.cells.customer_id
    const { tallies } = this
    if (this.ids.take(fields, row) !== 'id') return
    const before = this.table.size
    const number = this.ids.number()
    const [nameRead, emailRead] = [this.names.read(fields, row), this.emails.read(fields, row)]
    const at = this.readDate(fields, row)
    if (number < before) {
      const same = this.name[number] === nameRead && this.email[number] === emailRead && Object.is(this.registered[number], at)
      return (same ? tallies.repeated : tallies.differing).hit(row, bytes, id.start, id.end)
    }
    this.name.push(nameRead)
    this.email.push(emailRead)
    this.registered.push(at)
    this.rowOf.push(row)
    if (!Number.isNaN(at) && this.dates.either) this.either.push(number)
    if (emailRead !== '' && !EMAIL.test(emailRead)) tallies.malformed.say(row, emailRead)
  }

  memory() {
    return { bytes: this.table.bytes, heap: this.name.length * BYTES_EACH }
  }

  /** Registration days, `NO_DAY` where there is none between 1970 and a day from `now`; and how dates were read. */
  finish(now: number): { registeredDay: Int32Array; readAs: string } {
    if (this.dates.turns) for (const number of this.either) this.registered[number] = this.dates.turned(this.registered[number]!)
    const registeredDay = Int32Array.from(this.registered, (at, number) => {
      if (Number.isNaN(at)) return NO_DAY
      if (at >= 0 && at <= now + DAY) return Math.floor(at / DAY)
      this.tallies.outOfRange.say(this.rowOf[number]!, new Date(at).toISOString().slice(0, 10))
      return NO_DAY
    })
    return { registeredDay, readAs: this.dates.finish() }
  }

  private readDate(fields: Fields, row: number): number {
    const { bytes } = fields
    const date = this.cells.registration_date
    date.take(fields, row)
    if (!date.empty && this.dates.read(bytes, date, row)) return this.dates.at
    const why = date.empty || date.saysNothing(bytes) ? this.tallies.noDate : this.tallies.badDate
    if (date.place !== -1) why.hit(row, bytes, date.start, date.end)
    return Number.NaN
  }
}
