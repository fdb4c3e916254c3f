import { rfmColumns } from '../../models/analytics/rfm/rfm-columns.ts'
import { type RfmTable, rfmTable } from '../../models/analytics/rfm/rfm-table.ts'
import { codePointOrder } from '../../models/code-point-order.ts'
import type { ShopColumns } from './shop-columns.ts'

const DAY = 86_400_000
/** A first order within so many days makes a customer new. */
const NEW_DAYS = 30

/** Facts, scores, segments and flags of all customers. */
export const rfmStage = ({ customers, lines }: ShopColumns, asOf: number): RfmTable =>
  rfmTable(rfmColumns(lines, customers.id.length), { asOf, byId: codePointOrder(customers.id), newDays: NEW_DAYS })

/** The end of the last day on which anything was paid or paid back, UTC; the end of 1970-01-01 where nothing was. */
export function endOfLines({ lines }: ShopColumns): number {
  let last = 0
  for (const at of lines.at) if (at > last) last = at
  return (Math.floor(last / DAY) + 1) * DAY
}
