import { deflateSync } from 'node:zlib'
import { formatMoney } from '../../../models/money.ts'
import type { DecodeChanges } from './change-decoder.ts'
import { endOfHistory } from './end-of-history.ts'
import { type CatalogueRow, GrowingShop, type Lost } from './growing-shop.ts'
import type { MadeSnapshot } from './snapshot-messages.ts'
import { snapshotTables } from './snapshot-tables.ts'

/** A snapshot in the making, page by page: what the worker does. */
export class SnapshotMaker {
  private readonly decode: DecodeChanges
  private readonly mostBytes: number | undefined
  private readonly roster: string[] = []
  private shop: GrowingShop | undefined
  private unreadable = 0

  constructor(decode: DecodeChanges, mostBytes?: number) {
    this.decode = decode
    this.mostBytes = mostBytes
  }

  /** Those who have numbers already, before anything else. */
  meetCustomers(ids: readonly string[]): void {
    for (const id of ids) this.roster.push(id)
  }

  /** @throws ShopTooLarge */
  meetChanges(bytes: Uint8Array, ends: Uint32Array): void {
    const shop = this.grown()
    let start = 0
    for (const end of ends) {
      const changes = this.decode(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start))
      if (changes === undefined) this.unreadable++
      else for (const change of changes) shop.meet(change)
      start = end
    }
  }

  meetProducts(rows: readonly CatalogueRow[]): void {
    const shop = this.grown()
    for (const row of rows) shop.meetProduct(row)
  }

  /** @param now epoch ms */
  finish(now: number): MadeSnapshot {
    const { shop, lost } = this.grown().whole()
    const asOf = endOfHistory(shop.lines, now)
    const { tables, degraded, rfm } = snapshotTables(shop, asOf)
    return {
      asOf,
      buyers: rfm.ranked,
      tables,
      degraded: [...degraded, ...this.missing(lost)],
      segments: deflateSync(rfm.segment),
      names: rfm.names,
      joined: shop.customers.id.slice(this.roster.length),
      lines: shop.lines.at.length,
    }
  }

  private grown(): GrowingShop {
    const { mostBytes } = this
    this.shop ??= new GrowingShop({ customers: this.roster, ...(mostBytes === undefined ? {} : { mostBytes }) })
    return this.shop
  }

  private missing({ customers, gross }: Lost): MadeSnapshot['degraded'] {
    const found: { stage: string; says: string }[] = []
    if (customers > 0)
      found.push({
        stage: 'history',
        says: `The log no longer has all that ${many(customers, 'customer')} bought: ${formatMoney(gross)} of gross is missing. Keep the topic customer-changes for longer.`,
      })
    if (this.unreadable > 0)
      found.push({
        stage: 'history',
        says: `${many(this.unreadable, 'record')} of the log cannot be read by this version, and nothing of it is counted.`,
      })
    return found
  }
}

const many = (count: number, what: string): string => `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`
