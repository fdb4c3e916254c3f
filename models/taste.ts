import type { Purchase } from '../schemas/events.ts'
import { type Affinity, interestIn, touch } from './affinity.ts'

/** How many products a customer is remembered to have bought; older ones are let go first. */
const REMEMBERED = 5000

/** How often a customer bought a product, first and last (epoch ms). */
export interface Bought {
  readonly times: number
  readonly firstAt: number
  readonly lastAt: number
}

/** What scoring needs of a customer: everything bought, and what they were drawn to lately. `at` is the newest instant of it. */
export interface Taste {
  readonly at: number
  readonly bought: ReadonlyMap<string, Bought>
  readonly recent: readonly Affinity[]
}

export const noTaste: Taste = { at: 0, bought: new Map(), recent: [] }

/** Adds a purchase's lines of positive quantity. */
export function bought(taste: Taste, { lines }: Pick<Purchase, 'lines'>, at: number): Taste {
  const all = new Map(taste.bought)
  let { recent } = taste
  for (const { productId, quantity } of lines) {
    if (quantity <= 0) continue
    const before = all.get(productId)
    all.delete(productId)
    all.set(productId, {
      times: (before?.times ?? 0) + 1,
      firstAt: Math.min(before?.firstAt ?? at, at),
      lastAt: Math.max(before?.lastAt ?? at, at),
    })
    recent = touch(recent, productId, interestIn('purchase'), at)
  }
  for (const productId of all.keys()) {
    if (all.size <= REMEMBERED) break
    all.delete(productId)
  }
  return { at: Math.max(taste.at, at), bought: all, recent }
}

/** Adds a click on a product. */
export const clicked = (
  taste: Taste,
  productId: string | undefined,
  kind: Parameters<typeof interestIn>[0],
  at: number,
): Taste => ({
  ...taste,
  at: Math.max(taste.at, at),
  recent: productId === undefined || interestIn(kind) === 0 ? taste.recent : touch(taste.recent, productId, interestIn(kind), at),
})
