import type { ByteTable } from './byte-table.ts'
import type { Cell } from './cell.ts'
import type { Fields } from './csv-records.ts'
import { IdColumn } from './id-column.ts'
import { NumberColumn } from './number-column.ts'
import type { Problems, Tally } from './problems.ts'
import type { TableTaker } from './read-rows.ts'
import { TextColumn } from './text-column.ts'

const FILE = 'products'
/** 1/10,000 of the major unit. */
const UNIT = 10_000
/** Strings and a price, by the heap as it was measured. */
const BYTES_EACH = 120

export const productColumns = {
  required: ['product_id'],
  optional: ['product_name', 'category', 'price'],
} as const

type Name = 'product_id' | 'product_name' | 'category' | 'price'

/** The file of products, a row a product, numbered as its table of ids does. */
export class ProductRows implements TableTaker {
  readonly name: string[] = []
  readonly category: string[] = []
  /** In 1/10,000 of the major unit, NaN where unknown. */
  readonly price: number[] = []
  private readonly unclear: (0 | 1 | 2)[] = []
  private readonly cells: Readonly<Record<Name, Cell>>
  private readonly table: ByteTable
  private readonly ids: IdColumn
  private readonly prices: NumberColumn
  private readonly names: TextColumn
  private readonly categories: TextColumn
  /** Each category once. */
  private readonly shared = new Map<string, string>()
  private readonly tallies: Readonly<Record<'repeated' | 'differing' | 'unknown' | 'unreadable' | 'notPositive', Tally>>

  constructor(cells: Readonly<Record<Name, Cell>>, table: ByteTable, problems: Problems) {
    this.cells = cells
    this.table = table
    this.ids = new IdColumn(FILE, 'product_id', cells.product_id, table, problems)
    this.names = new TextColumn(FILE, 'product_name', cells.product_name, problems)
    this.categories = new TextColumn(FILE, 'category', cells.category, problems)
    this.prices = new NumberColumn(FILE, 'price', UNIT, problems)
    this.tallies = {
      repeated: problems.tally(FILE, null, 'row_repeated', 'left_out'),
      differing: problems.tally(FILE, 'product_id', 'id_repeated', 'left_out'),
      unknown: problems.tally(FILE, 'price', 'value_unknown', 'kept'),
      unreadable: problems.tally(FILE, 'price', 'price_unreadable', 'kept'),
      notPositive: problems.tally(FILE, 'price', 'price_not_positive', 'kept'),
    }
  }

  row(fields: Fields, row: number) {
    const { bytes } = fields
    const id = this.cells.product_id
    const { tallies } = this
    if (this.ids.take(fields, row) !== 'id') return
    const before = this.table.size
    const number = this.ids.number()
    const [nameRead, categoryRead] = [this.names.read(fields, row), this.categories.read(fields, row)]
    const price = this.readPrice(fields, row)
    if (number < before) {
      const same =
        this.name[number] === nameRead && this.category[number] === categoryRead && Object.is(this.price[number], price)
      return (same ? tallies.repeated : tallies.differing).hit(row, bytes, id.start, id.end)
    }
    this.name.push(nameRead)
    this.category.push(this.once(categoryRead))
    this.price.push(price)
    this.unclear.push(Number.isNaN(price) ? 0 : this.prices.unclear)
  }

  memory() {
    return { bytes: this.table.bytes, heap: this.name.length * BYTES_EACH }
  }

  /** Prices, and how they were read. */
  finish(): { price: Float64Array; readAs: string } {
    const price = Float64Array.from(this.price, (price, number) => this.prices.settled(price, this.unclear[number]!))
    return { price, readAs: this.prices.finish() }
  }

  private once(text: string): string {
    const known = this.shared.get(text)
    if (known !== undefined) return known
    this.shared.set(text, text)
    return text
  }

  private readPrice(fields: Fields, row: number): number {
    const { bytes } = fields
    const { price } = this.cells
    price.take(fields, row)
    if (price.empty || !this.prices.read(bytes, price, row)) {
      const why = price.empty || price.saysNothing(bytes) ? this.tallies.unknown : this.tallies.unreadable
      if (price.place !== -1) why.hit(row, bytes, price.start, price.end)
      return Number.NaN
    }
    if (this.prices.value > 0) return this.prices.value
    this.tallies.notPositive.hit(row, bytes, price.start, price.end)
    return Number.NaN
  }
}
