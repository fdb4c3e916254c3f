import { createHash } from 'node:crypto'
import { Command } from 'commander'
import { formatMoney } from '../../models/money.ts'
import type { Tx } from '../../streams/sql.ts'
import { openTables } from './open-tables.ts'

const PAGE = 10_000

export interface Digest {
  readonly sha256: string
  /** Customers of whom any event was folded. */
  readonly customers: number
  readonly customersWithPurchase: number
  readonly orders: number
  readonly lines: number
  /** Decimal strings, over customers with a purchase. */
  readonly gross: string
  readonly net: string
}

export const digestCommand = (): Command =>
  new Command('digest')
    .description('Print what the state comes to: a hash over every customer, and the totals. Equal input gives equal digests.')
    .option('--json', 'one JSON object')
    .action(async ({ json }: { json?: boolean }) => {
      await using tables = await openTables()
      const found = await digest(tables.sql)
      if (json) return console.log(JSON.stringify(found))
      const { sha256, customers, customersWithPurchase, orders, lines, gross, net } = found
      console.log(`sha256 ${sha256}`)
      console.log(
        `${customersWithPurchase} customers with a purchase (${customers} in all), ${orders} orders, ${lines} purchase lines`,
      )
      console.log(`gross ${gross}, net ${net}`)
    })

/** The digest of contracts/api.md: one JSON line `[id, firstAt, lastAt, orders, gross, net]` per customer, in code-point order of id. */
export async function digest(sql: Tx): Promise<Digest> {
  const hash = createHash('sha256')
  let [customers, customersWithPurchase, after] = [0, 0, '']
  let [gross, net] = [0n, 0n]
  for (;;) {
    // The C collation compares UTF-8 bytes, which is code-point order.
    const rows = await sql.query(
      `SELECT customer_id, first_at, last_at, orders, gross, net FROM customers
       WHERE customer_id COLLATE "C" > $1 ORDER BY customer_id COLLATE "C" LIMIT $2`,
      [after, PAGE],
    )
    for (const row of rows) {
      hash.update(`${JSON.stringify([row.customer_id, row.first_at, row.last_at, row.orders, row.gross, row.net])}\n`)
      customers++
      if (row.orders === 0) continue
      customersWithPurchase++
      gross += BigInt(row.gross as number)
      net += BigInt(row.net as number)
    }
    if (rows.length < PAGE) break
    after = rows.at(-1)!.customer_id as string
  }
  const [counted] = await sql.query(
    'SELECT count(*) AS orders, coalesce(sum(lines), 0)::bigint AS lines FROM orders WHERE lines > 0',
  )
  return {
    sha256: hash.digest('hex'),
    customers,
    customersWithPurchase,
    orders: counted!.orders as number,
    lines: counted!.lines as number,
    gross: formatMoney(gross),
    net: formatMoney(net),
  }
}
