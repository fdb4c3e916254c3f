import type { Rfm } from '../../models/rfm.ts'
import type { SqlRow } from '../../streams/sql.ts'

/** The columns of `customers` that hold purchase facts. */
export const RFM_COLUMNS = 'first_at, last_at, orders, gross, net'

export const rfmOf = (row: SqlRow): Rfm => ({
  firstAt: row.first_at as number | null,
  lastAt: row.last_at as number | null,
  orders: row.orders as number,
  gross: row.gross as number,
  net: row.net as number,
})
