import type { clickKinds } from '../schemas/events.ts'
import type { Fading } from '../schemas/records.ts'
import { fade } from './fading.ts'

const DAY = 86_400_000
/** A customer's interest in a product halves in 30 days; in ms. */
export const INTEREST_HALF_LIFE = 30 * DAY
/** Two products touched a week apart belong together half as much as two touched at once. */
export const GAP_HALF_LIFE = 7 * DAY
/** How many products a customer is remembered to be drawn to, and how many of them are told to a product as its company. */
export const REMEMBERED_AFFINITIES = 50
export const COMPANY = 10

/** How strongly a customer is drawn to a product. */
export interface Affinity extends Fading {
  readonly productId: string
}

/** What one act says of the interest in its product: the engagement weights of the field, a purchase being 1. */
const INTEREST: Record<(typeof clickKinds)[number] | 'link' | 'purchase', number> = {
  purchase: 1,
  cart_add: 0.5,
  share: 0.5,
  wishlist: 0.4,
  comment: 0.4,
  like: 0.3,
  view: 0.1,
  link: 0.1,
  search: 0,
  dislike: 0,
  cart_remove: 0,
}

export const interestIn = (act: keyof typeof INTEREST): number => INTEREST[act]

/** Adds to the interest in a product and puts it last: the list is in the order in which products were last touched, and forgets its first. */
export function touch(affinities: readonly Affinity[], productId: string, amount: number, at: number): readonly Affinity[] {
  const before = affinities.find(affinity => affinity.productId === productId)
  const others = affinities.filter(affinity => affinity !== before)
  const next = { productId, ...fade(before ?? { value: 0, at }, amount, at, INTEREST_HALF_LIFE) }
  return [...(others.length >= REMEMBERED_AFFINITIES ? others.slice(others.length - REMEMBERED_AFFINITIES + 1) : others), next]
}

/** 0–1: interest beyond one purchase's worth counts no more, so that no single customer rules a product. */
export const strengthOf = ({ value }: Affinity): number => round(Math.min(1, value))

/** The products touched last besides this one, each with how much the two belong together for this customer (0–1): both strengths, halved for every week between them. */
export function nearTo(affinity: Affinity, affinities: readonly Affinity[]): { productId: string; weight: number }[] {
  const near: { productId: string; weight: number }[] = []
  for (let i = affinities.length - 1; i >= 0 && near.length < COMPANY; i--) {
    const other = affinities[i]!
    if (other.productId === affinity.productId) continue
    const weight = round(strengthOf(affinity) * strengthOf(other) * 2 ** (-Math.abs(affinity.at - other.at) / GAP_HALF_LIFE))
    if (weight > 0) near.push({ productId: other.productId, weight })
  }
  return near
}

/** Four decimals are plenty and keep records short. */
const round = (value: number): number => Math.round(value * 1e4) / 1e4
