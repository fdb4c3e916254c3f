import type { LineStore } from './line-store.ts'

/** Lines of one order up to which each is compared with all before it. */
const FEW = 16

/**
 * Marks lines that say again what an earlier line of their order says: customer, product, instant, price and quantity. The same order with another product
 * is another line of it. Lines without an order's id repeat nothing, for nothing tells that they were not bought twice.
 *
 * Lines are laid out by order (a counting sort), so that only lines of one order are compared; large orders go through a hash table.
 */
export function markRepeated(lines: LineStore, orders: number, out: Uint8Array): void {
  const starts = new Int32Array(orders + 1)
  for (let line = 0; line < lines.length; line++) if (isCompared(lines, out, line)) starts[lines.order[line]! + 1]!++
  for (let order = 0; order < orders; order++) starts[order + 1]! += starts[order]!
  const filled = starts.slice(0, orders)
  const byOrder = new Int32Array(starts[orders]!)
  for (let line = 0; line < lines.length; line++) if (isCompared(lines, out, line)) byOrder[filled[lines.order[line]!]!++] = line
  for (let order = 0; order < orders; order++) {
    const [from, to] = [starts[order]!, starts[order + 1]!]
    if (to - from > FEW) markInTable(lines, byOrder.subarray(from, to), out)
    else if (to - from > 1) markAmongFew(lines, byOrder, from, to, out)
  }
}

const isCompared = ({ order }: LineStore, out: Uint8Array, line: number): boolean => order[line]! >= 0 && out[line] === 0

function markAmongFew(lines: LineStore, byOrder: Int32Array, from: number, to: number, out: Uint8Array): void {
  for (let at = from + 1; at < to; at++) {
    const line = byOrder[at]!
    for (let other = from; other < at && out[line] === 0; other++) if (areSame(lines, line, byOrder[other]!)) out[line] = 1
  }
}

function markInTable(lines: LineStore, group: Int32Array, out: Uint8Array): void {
  const mask = (1 << Math.ceil(Math.log2(group.length * 2))) - 1
  const slots = new Int32Array(mask + 1).fill(-1)
  for (const line of group) {
    let slot = hashOf(lines, line) & mask
    while (slots[slot] !== -1 && !areSame(lines, line, slots[slot]!)) slot = (slot + 1) & mask
    if (slots[slot] === -1) slots[slot] = line
    else out[line] = 1
  }
}

const areSame = ({ customer, product, at, price, quantity }: LineStore, one: number, other: number): boolean =>
  customer[one] === customer[other] &&
  product[one] === product[other] &&
  at[one] === at[other] &&
  price[one] === price[other] &&
  quantity[one] === quantity[other]

function hashOf({ customer, product, at, price, quantity }: LineStore, line: number): number {
  let hash = Math.imul(customer[line]!, 0x9e3779b1) ^ Math.imul(product[line]!, 0x85ebca6b)
  hash = Math.imul(hash ^ (at[line]! / 1000), 0xc2b2ae35)
  hash = Math.imul(hash ^ (hash >>> 15) ^ price[line]!, 0x27d4eb2f)
  hash = Math.imul(hash ^ (hash >>> 13) ^ (quantity[line]! * 1000), 0x165667b1)
  return hash ^ (hash >>> 16)
}
