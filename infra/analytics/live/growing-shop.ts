import { rfmColumns } from '../../../models/analytics/rfm/rfm-columns.ts'
import { lineTotal } from '../../../models/money.ts'
import type { CustomerChangeOrCampaign } from '../../../schemas/records.ts'
import { type LineColumns, NO_DAY, type ShopColumns } from '../shop-columns.ts'
import { bytes, doubles, GrowingColumn } from './growing-column.ts'
import { GrowingIds } from './growing-ids.ts'
import { GrowingLines, type Ordered } from './growing-lines.ts'

/** A product as the catalogue has it now. */
export interface CatalogueRow {
  readonly productId: string
  readonly name: string | null
  readonly category: string | null
  /** A decimal string in major units. */
  readonly price: string | null
}

/** A person, as far as analysts are told. */
export interface PersonRow {
  readonly customerId: string
  readonly name: string | null
  readonly email: string | null
}

/** Customers whose standing is not what the lines that were read come to: what is between them stood in records that the log has deleted. */
export interface Lost {
  readonly customers: number
  /** In 1/10,000 of the major unit. */
  readonly gross: number
}

/** What was read does not fit into the memory that there is for it. */
export class ShopTooLarge extends Error {
  override readonly name = 'ShopTooLarge'
}

/** Of a line, in six columns. */
const LINE_BYTES = 36
/** Of an id in a map, apart from its letters: its text, its place in a list, and in the map, which is there twice while it grows. */
const ID_BYTES = 128
const CUSTOMER_BYTES = 40
/** What a shop in columns may take unless told otherwise. */
export const MOST_BYTES = 1 << 30

/**
 * A shop in columns, grown from `customer-changes`: what `customers` counted, in the order in which it counted it, so that lines come to the same
 * sums as the state does. Each change of a customer has a `seq`, which only grows: what was appended again after a crash is met once.
 */
export class GrowingShop {
  private readonly customers: GrowingIds
  private readonly products = new GrowingIds()
  private readonly orders = new GrowingIds()
  private readonly growing = new GrowingLines()
  private readonly seq = new GrowingColumn(doubles)
  private readonly gross = new GrowingColumn(doubles)
  private readonly net = new GrowingColumn(doubles)
  private readonly known = new GrowingColumn(bytes)
  private readonly catalogue = new Map<number, CatalogueRow>()
  private readonly people = new Map<number, PersonRow>()
  private readonly mostBytes: number
  private held = 0

  /** @param customers those who are numbered already, in the order of their numbers */
  constructor({ customers = [], mostBytes = MOST_BYTES }: { customers?: Iterable<string>; mostBytes?: number } = {}) {
    this.mostBytes = mostBytes
    this.customers = new GrowingIds()
    for (const id of customers) this.numberOf(id)
  }

  /** Lines that were read by now. */
  get lines(): number {
    return this.growing.length
  }

  /** @throws ShopTooLarge */
  meet(change: CustomerChangeOrCampaign): void {
    if ('campaign' in change || change.asks !== undefined) return
    const { customerId, seq, rfm, event } = change
    const customer = this.numberOf(customerId)
    if (seq <= this.seq.at(customer)) return
    this.seq.set(customer, seq)
    this.gross.set(customer, rfm.gross)
    this.net.set(customer, rfm.net)
    if (event?.type === 'purchase' || event?.type === 'refund') this.bought(customer, event)
    else if (event?.type === 'profile') this.known.set(customer, 1)
    if (this.held > this.mostBytes) throw new ShopTooLarge(this.complaint())
  }

  meetProduct(row: CatalogueRow): void {
    this.catalogue.set(this.numbered(this.products, row.productId), row)
  }

  meetPerson(row: PersonRow): void {
    const customer = this.numberOf(row.customerId)
    this.known.set(customer, 1)
    this.people.set(customer, row)
  }

  /** What came of it. The columns are handed over: nothing is met after this. */
  whole(): { readonly shop: ShopColumns; readonly lost: Lost } {
    const { people, catalogue } = this
    const lines = this.growing.whole(this.orders.all.length)
    const lost = this.lostIn(lines)
    const [id, productId] = [this.customers.all, this.products.all]
    const shop = {
      customers: {
        id,
        name: id.map((_, c) => people.get(c)?.name ?? ''),
        email: id.map((_, c) => people.get(c)?.email ?? ''),
        registeredDay: new Int32Array(id.length).fill(NO_DAY),
        known: this.known.whole(),
      },
      products: {
        id: productId,
        name: productId.map((_, p) => catalogue.get(p)?.name ?? ''),
        category: productId.map((_, p) => catalogue.get(p)?.category ?? ''),
        price: Float64Array.from(productId, (_, p) => priceOf(catalogue.get(p))),
        known: Uint8Array.from(productId, (_, p) => (catalogue.has(p) ? 1 : 0)),
      },
      lines,
    }
    return { shop, lost }
  }

  private bought(customer: number, event: Ordered): void {
    const order = this.numbered(this.orders, `${customer}\u001f${event.orderId}`)
    this.growing.push(event, customer, order, productId => this.numbered(this.products, productId))
    this.held += LINE_BYTES * event.lines.length
  }

  private numberOf(customerId: string): number {
    const number = this.numbered(this.customers, customerId)
    if (number === this.seq.length) {
      this.seq.push(0)
      this.gross.push(0)
      this.net.push(0)
      this.known.push(0)
      this.held += CUSTOMER_BYTES
    }
    return number
  }

  private numbered(ids: GrowingIds, id: string): number {
    const before = ids.all.length
    const number = ids.of(id)
    if (number === before) this.held += ID_BYTES + id.length
    return number
  }

  private lostIn(lines: LineColumns): Lost {
    const { gross, net } = rfmColumns(lines, this.customers.all.length)
    let [customers, missing] = [0, 0]
    for (let c = 0; c < gross.length; c++) {
      if (gross[c] === this.gross.at(c) && net[c] === this.net.at(c)) continue
      customers++
      missing += this.gross.at(c) - gross[c]!
    }
    return { customers, gross: missing }
  }

  private complaint(): string {
    const [lines, customers] = [this.lines, this.customers.all.length].map(count => count.toLocaleString('en-US'))
    return `The log holds more than fits into ${Math.floor(this.mostBytes / (1 << 20))} MB: ${lines} lines of orders of ${customers} customers were read by then. TARANG_ANALYTICS_MB gives it more.`
  }
}

const priceOf = (row: CatalogueRow | undefined): number =>
  row?.price === undefined || row.price === null ? Number.NaN : lineTotal(1, row.price)
