import { lineTotal } from '../../../../models/money.ts'
import { Random } from '../../../../models/random.ts'
import { addPurchase, addRefund, noHistory, type Rfm } from '../../../../models/rfm.ts'
import type { CustomerEvent } from '../../../../schemas/events.ts'
import type { CustomerChange } from '../../../../schemas/records.ts'
import { customerChanges } from '../../../../schemas/topics.ts'
import { partitionOf } from '../../../../streams/partition-of.ts'
import type { Sql } from '../../../../streams/sql.ts'
import { engineOf } from '../../../support/engine.ts'
import { type FlowWorld, newFlowWorld } from '../../../support/flow-world.ts'

export const DAY = 86_400_000
export const BEGAN = Date.UTC(2024, 0, 1)

/** A line of an order as a file would have it. */
export interface FileLine {
  readonly customer: string
  readonly order: string
  readonly product: string
  readonly at: number
  readonly quantity: number
  readonly price: string
  readonly refund?: boolean
}

/** Customers who buy at random: some orders in several lines, some lines given back. */
export function fileLines(customers: number, { seed = 1, days = 400, most = 8 } = {}): FileLine[] {
  const random = new Random('told shop', seed)
  const lines: FileLine[] = []
  for (let c = 0; c < customers; c++) {
    const begin = random.int(0, days - 1)
    for (let o = 0, many = random.int(1, most); o < many; o++) {
      const at = BEGAN + Math.min(days - 1, begin + random.int(0, days / 2)) * DAY + random.int(0, DAY - 1)
      for (let l = 0, pieces = random.int(1, 3); l < pieces; l++) {
        const line = { customer: `c${c}`, order: `o${c}-${o}`, product: `p${random.int(0, 20)}`, at }
        const [quantity, price] = [random.int(1, 5), `${random.int(1, 90)}.${random.int(10, 99)}`]
        lines.push({ ...line, quantity, price })
        if (random.chance(0.1)) lines.push({ ...line, order: `C-${line.order}`, quantity: 1, price, refund: true })
      }
    }
  }
  return lines
}

/** What `customers` would have said of these lines, an event each. */
export function changesOf(lines: readonly FileLine[]): CustomerChange[] {
  const standing = new Map<string, { rfm: Rfm; seq: number }>()
  const orders = new Set<string>()
  return lines.map((line, i) => {
    const { customer, order, product, at, quantity, price, refund } = line
    const { rfm: before, seq } = standing.get(customer) ?? { rfm: noHistory, seq: 0 }
    const gross = lineTotal(quantity, price)
    const newOrder = !orders.has(`${customer}/${order}`)
    const rfm = refund === true ? addRefund(before, gross) : addPurchase(before, { at, gross, newOrder })
    if (refund !== true) orders.add(`${customer}/${order}`)
    standing.set(customer, { rfm, seq: seq + 1 })
    const event = {
      ...{ type: refund === true ? 'refund' : 'purchase', id: `e${i}`, customerId: customer, orderId: order, currency: 'PKR' },
      occurredAt: new Date(at).toISOString(),
      lines: [{ productId: product, quantity, unitPrice: price }],
    } as CustomerEvent
    return { customerId: customer, seq: seq + 1, at, event, rfm }
  })
}

/** An empty log on an empty database, as an engine that nobody runs. */
export async function liveWorld(sql: Sql) {
  await sql.script('TRUNCATE analytics_snapshots, analytics_customers, products, rfm_cuts')
  const world = await newFlowWorld(sql, 2)
  return { ...world, engine: engineOf(world, 'analyst', { clock: { ...engineOf(world, 'x').clock } }) }
}

/** Appends changes in bundles, as folds do. */
export async function tell(
  { log, names, codec }: Pick<FlowWorld, 'log' | 'names' | 'codec'>,
  changes: readonly CustomerChange[],
): Promise<void> {
  const BUNDLE = 100
  for (let partition = 0; partition < names.partitions(customerChanges); partition++) {
    const own = changes.filter(({ customerId }) => partitionOf(customerId, names.partitions(customerChanges)) === partition)
    for (let at = 0; at < own.length; at += BUNDLE) {
      const bundle = own.slice(at, at + BUNDLE).map(value => ({ at: value.at, key: value.customerId, value }))
      const value = codec.frame(customerChanges, JSON.stringify(bundle))
      await log.publish([{ topic: names.of(customerChanges), partition, key: null, value, headers: {}, timestamp: BEGAN }])
    }
  }
}

/** Says that so many customers have bought something, as `ranking` would. */
export const ranked = (sql: Sql, customers: number) =>
  sql.query(`INSERT INTO rfm_cuts (moved, cuts) VALUES (false, $1::jsonb) ON CONFLICT (one) DO UPDATE SET cuts = excluded.cuts`, [
    JSON.stringify({ version: 1, customers }),
  ])
