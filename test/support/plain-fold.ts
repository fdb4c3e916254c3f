import { createHash } from 'node:crypto'
import type { Inbound, Line } from '../../schemas/events.ts'

interface Facts {
  firstAt: number | null
  lastAt: number | null
  orders: Set<string>
  gross: bigint
  net: bigint
}

export interface Totals {
  customers: number
  orders: number
  purchaseLines: number
  /** In 1/10,000 of the major unit, over customers with a purchase. */
  gross: number
  net: number
  /** What `tarang digest` prints (contracts/api.md), over every customer of the events. */
  digest: string
}

/**
 * What a log must add up to, computed in the plainest way and with none of the product's own code: maps, sets and bigints.
 * Events are counted once each by customer and id.
 */
export class PlainFold {
  readonly #customers = new Map<string, Facts>()
  readonly #seen = new Set<string>()
  #purchaseLines = 0

  add(event: Inbound): void {
    if (event.type === 'product') return
    const key = JSON.stringify([event.customerId, event.id])
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    const facts = this.#customers.get(event.customerId) ?? { firstAt: null, lastAt: null, orders: new Set(), gross: 0n, net: 0n }
    this.#customers.set(event.customerId, facts)
    if (event.type === 'refund') for (const line of event.lines) facts.net -= units(line)
    if (event.type === 'purchase')
      for (const line of event.lines)
        if (line.quantity > 0 && Number(line.unitPrice) > 0) this.#count(facts, event.orderId, Date.parse(event.occurredAt), line)
  }

  totals(): Totals {
    const buyers = [...this.#customers.values()].filter(({ orders }) => orders.size > 0)
    const sum = (of: (facts: Facts) => bigint) => Number(buyers.reduce((total, facts) => total + of(facts), 0n))
    return {
      customers: buyers.length,
      orders: buyers.reduce((total, { orders }) => total + orders.size, 0),
      purchaseLines: this.#purchaseLines,
      gross: sum(({ gross }) => gross),
      net: sum(({ net }) => net),
      digest: this.#digest(),
    }
  }

  #count(facts: Facts, orderId: string, at: number, line: Line): void {
    this.#purchaseLines += 1
    facts.firstAt = Math.min(facts.firstAt ?? at, at)
    facts.lastAt = Math.max(facts.lastAt ?? at, at)
    facts.orders.add(orderId)
    facts.gross += units(line)
    facts.net += units(line)
  }

  #digest(): string {
    const digest = createHash('sha256')
    for (const id of [...this.#customers.keys()].sort(byCodePoint)) {
      const { firstAt, lastAt, orders, gross, net } = this.#customers.get(id)!
      digest.update(`${JSON.stringify([id, firstAt, lastAt, orders.size, Number(gross), Number(net)])}\n`)
    }
    return digest.digest('hex')
  }
}

/** UTF-8 bytes sort as code points do; JavaScript's own order is by UTF-16 units. */
const byCodePoint = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

/** Quantity × price in 1/10,000, half away from zero, by whole numbers of 10^-14. */
function units({ quantity, unitPrice }: Line): bigint {
  const exact = scaled(quantity.toFixed(4), 4) * scaled(unitPrice, 10)
  const unit = 10n ** 10n
  const half = exact < 0n ? -unit / 2n : unit / 2n
  return (exact + half) / unit
}

function scaled(decimal: string, digits: number): bigint {
  const [whole = '', fraction = ''] = decimal.split('.')
  return BigInt(whole + fraction.padEnd(digits, '0'))
}
