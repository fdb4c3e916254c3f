import type { SqlRow } from '../../streams/sql.ts'
import type { GroupResults } from '../ports/campaign-results.ts'

/** A group as queries of results count it; of no row, nobody. */
export function groupOf(row: SqlRow | undefined): GroupResults {
  const count = (name: keyof GroupResults) => Number(row?.[name] ?? 0)
  return {
    customers: count('customers'),
    open: count('open'),
    texts: count('texts'),
    sent: count('sent'),
    delivered: count('delivered'),
    unknown: count('unknown'),
    clicks: count('clicks'),
    clicked: count('clicked'),
    buyers: count('buyers'),
    orders: count('orders'),
    revenue: BigInt((row?.revenue as string | undefined) ?? 0),
  }
}

/** What the ledger says of texts that the gateway took. */
export const WENT = "('submitted', 'delivered', 'undelivered', 'expired')"
