import { type RfmColumns, rfmColumns } from '../../models/analytics/rfm/rfm-columns.ts'
import { replay } from '../../producers/replay.ts'
import { systemClock } from '../../streams/clock.ts'
import { collectingSink } from './collecting-sink.ts'

/** The customers of a file that `tarang replay` knows, in its currency, and their facts by way of columns. */
export async function transactionsOf(path: string, currency: string): Promise<{ ids: readonly string[]; facts: RfmColumns }> {
  const sink = collectingSink()
  await replay(path, { shop: { currency, region: 'GB' }, sink, clock: systemClock })
  const [customers, orders] = [new Map<string, number>(), new Map<string, number>()]
  const lines: { customer: number; at: number; amount: number; order: number }[] = []
  for (const event of sink.events) {
    if (event.type !== 'purchase' && event.type !== 'refund') continue
    const [customer, order] = [numberOf(customers, event.customerId), numberOf(orders, event.orderId)]
    for (const { quantity, unitPrice } of event.lines) {
      const paid = quantity * Math.round(Number(unitPrice) * 10_000)
      const bought = quantity > 0 && Number(unitPrice) > 0 ? paid : 0
      lines.push({ customer, at: Date.parse(event.occurredAt), amount: event.type === 'refund' ? -paid : bought, order })
    }
  }
  const columns = {
    customer: Int32Array.from(lines, ({ customer }) => customer),
    at: Float64Array.from(lines, ({ at }) => at),
    amount: Float64Array.from(lines, ({ amount }) => amount),
    order: Int32Array.from(lines, ({ order }) => order),
  }
  return { ids: [...customers.keys()], facts: rfmColumns(columns, customers.size) }
}

function numberOf(numbers: Map<string, number>, id: string): number {
  const known = numbers.get(id)
  if (known === undefined) numbers.set(id, numbers.size)
  return known ?? numbers.size - 1
}
