import type { Sql } from '../../../streams/sql.ts'
import type { ShopColumns } from '../shop-columns.ts'
import { changeDecoder } from './change-decoder.ts'
import { type ChangeLog, changePages, type ReadingChanges } from './change-pages.ts'
import { GrowingShop, type Lost } from './growing-shop.ts'
import { catalogueRows, personRows } from './kept-rows.ts'

/** A running system, or what one left. */
export interface LiveSource extends ChangeLog {
  readonly sql: Sql
}

export interface LiveShop {
  readonly shop: ShopColumns
  /** Of what the log has deleted: without it all sums are too small. */
  readonly lost: Lost
  /** Records that another version wrote, and this one cannot read. */
  readonly unreadable: number
}

export interface ShopOfLogOptions extends ReadingChanges {
  /** What it may take in memory. */
  readonly mostBytes?: number
}

/**
 * The shop of a running system in columns, for `tarang analyze --live`.
 *
 * Lines come from the log: of purchases the database keeps sums by customer and by order, but neither products nor refunds. They come from
 * `customer-changes`, which has each event that `customers` counted once, and so needs no ids remembered. The catalogue and people are folded in the
 * database, once each, so they come from there.
 *
 * @throws ShopTooLarge; the signal's reason when it aborts
 */
export async function shopOfLog(source: LiveSource, options: ShopOfLogOptions = {}): Promise<LiveShop> {
  const shop = new GrowingShop(options.mostBytes === undefined ? {} : { mostBytes: options.mostBytes })
  const decode = await changeDecoder()
  let unreadable = 0
  for await (const page of changePages(source, options))
    for (const bytes of page) {
      const changes = decode(bytes)
      if (changes === undefined) unreadable++
      else for (const change of changes) shop.meet(change)
    }
  for await (const rows of catalogueRows(source.sql)) for (const row of rows) shop.meetProduct(row)
  for await (const rows of personRows(source.sql)) for (const row of rows) shop.meetPerson(row)
  return { ...shop.whole(), unreadable }
}
