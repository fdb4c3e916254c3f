import type { RfmCuts, RfmFacts } from '../schemas/records.ts'

const DAY = 86_400_000

/** A customer's history of purchases: a commutative summary. Instants in epoch ms, money in 1/10,000 of the major unit. */
export type Rfm = RfmFacts

export const noHistory: Rfm = { firstAt: null, lastAt: null, orders: 0, gross: 0, net: 0 }

/** The columns of `customers` that hold a history. */
export const RFM_COLUMNS = 'first_at, last_at, orders, gross, net'

/** The history in these columns. */
export const rfmOf = (row: Readonly<Record<string, unknown>>): Rfm => ({
  firstAt: row.first_at as number | null,
  lastAt: row.last_at as number | null,
  orders: row.orders as number,
  gross: row.gross as number,
  net: row.net as number,
})

export interface CountedPurchase {
  readonly at: number
  readonly gross: number
  /** True for an order's first counted line. */
  readonly newOrder: boolean
}

/**
 * Adds a counted purchase to a customer's history.
 *
 * A history is min, max, count and integer sums, so late and out-of-order events need no special case:
 * every arrival order gives the same history.
 */
export function addPurchase(history: Rfm, { at, gross, newOrder }: CountedPurchase): Rfm {
  return {
    firstAt: history.firstAt === null ? at : Math.min(history.firstAt, at),
    lastAt: history.lastAt === null ? at : Math.max(history.lastAt, at),
    orders: history.orders + (newOrder ? 1 : 0),
    gross: history.gross + gross,
    net: history.net + gross,
  }
}

/** Takes a refund off net alone. It may come before the purchase it refunds. */
export const addRefund = (history: Rfm, amount: number): Rfm => ({ ...history, net: history.net - amount })

export interface RfmScore {
  readonly recencyDays: number
  readonly r: number
  readonly f: number
  readonly m: number
}

/**
 * Quintile scores of a history under published cuts, null without an order; `now` in epoch ms.
 * Recency ages without events: days are computed here, never stored. `r` does not age: it compares last purchases.
 */
export function scoreRfm({ lastAt, orders, gross }: Rfm, cuts: RfmCuts, now: number): RfmScore | null {
  if (lastAt === null) return null
  return {
    recencyDays: Math.max(0, Math.floor((now - lastAt) / DAY)),
    r: quintile(cuts.recency, lastAt),
    f: quintile(cuts.frequency, orders),
    m: quintile(cuts.monetary, gross),
  }
}

/** 1–5: one more than the cuts that the value reaches. A cut is the smallest value that many customers are worse than; null: none is. */
export function quintile(cuts: readonly (number | null)[], value: number): number {
  let score = 1
  for (const cut of cuts) if (cut !== null && value >= cut) score++
  return score
}

/** Cuts before anybody was ranked: everyone scores 1. */
export const noCuts: RfmCuts = {
  version: 0,
  customers: 0,
  recency: [null, null, null, null],
  frequency: [null, null, null, null],
  monetary: [null, null, null, null],
}

/**
 * The four cuts of a dimension: cut k is the smallest value that at least k fifths of all customers are strictly worse than,
 * so that a value's score is min(5, 1 + floor(5 × worse / N)) and ties share theirs.
 */
export const cutsOf = (values: { readonly size: number; smallestAbove(worse: number): number | null }): (number | null)[] =>
  [1, 2, 3, 4].map(k => values.smallestAbove((k * values.size) / 5))
