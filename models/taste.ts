import type { Purchase } from '../schemas/events.ts'
import { type Affinity, interestIn, touch } from './affinity.ts'
import { anotherSitting } from './sitting.ts'

/** How many products a customer is remembered to have bought, and how many to have looked at or disliked; older ones are let go first. */
export const REMEMBERED_BOUGHT = 5000
const GLANCES = 200
/** How many of the sittings in which a product was bought are remembered, besides the first. */
const SITTINGS = 12

/** In how many sittings a customer bought a product, and when each was (epoch ms, rising): the first, and the last ones of the others. */
export interface Bought {
  readonly times: number
  readonly sittings: readonly number[]
}

export const firstOf = ({ sittings }: Bought): number => sittings[0]!
export const lastOf = ({ sittings }: Bought): number => sittings[sittings.length - 1]!

/** What scoring needs of a customer. `at` is the newest instant of it. */
export interface Taste {
  readonly at: number
  /** Everything bought, what was bought last at the end. */
  readonly bought: ReadonlyMap<string, Bought>
  /** What they were drawn to lately. */
  readonly recent: readonly Affinity[]
  /** What was looked at, and when last (epoch ms), the newest at the end. */
  readonly looked: ReadonlyMap<string, number>
  /** What they do not want to see. */
  readonly disliked: ReadonlySet<string>
  readonly segment: string | null
  /** How their messages are felt on average, from −1 to 1. */
  readonly mood: number
}

export const noTaste: Taste = {
  at: 0,
  bought: new Map(),
  recent: [],
  looked: new Map(),
  disliked: new Set(),
  segment: null,
  mood: 0,
}

/** Adds a purchase's lines of positive quantity. Who buys what they disliked likes it. */
export function bought(taste: Taste, { lines }: Pick<Purchase, 'lines'>, at: number): Taste {
  const all = new Map(taste.bought)
  let { recent, disliked } = taste
  for (const [place, { productId, quantity }] of lines.entries()) {
    if (quantity <= 0) continue
    const before = all.get(productId)
    all.delete(productId)
    // A millisecond apart: the order of the lines tells what belongs together.
    const when = at + place
    all.set(productId, before === undefined ? { times: 1, sittings: [when] } : again(before, when))
    recent = touch(recent, productId, interestIn('purchase'), at)
    if (disliked.has(productId)) disliked = new Set([...disliked].filter(other => other !== productId))
  }
  forget(all, REMEMBERED_BOUGHT)
  return { ...taste, at: Math.max(taste.at, at), bought: all, recent, disliked }
}

function again(before: Bought, at: number): Bought {
  if (!before.sittings.every(other => anotherSitting(other, at))) return before
  const all = [...before.sittings, at].sort((a, b) => a - b)
  return { times: before.times + 1, sittings: all.length > SITTINGS + 1 ? [all[0]!, ...all.slice(-SITTINGS)] : all }
}

/** Adds a click on a product. */
export function clicked(taste: Taste, productId: string | undefined, kind: Parameters<typeof interestIn>[0], at: number): Taste {
  const moved = { ...taste, at: Math.max(taste.at, at) }
  if (productId === undefined) return moved
  if (kind === 'dislike') return { ...moved, disliked: forget(new Set(taste.disliked).add(productId), GLANCES) }
  if (interestIn(kind) === 0) return moved
  const looked = new Map(taste.looked)
  looked.delete(productId)
  return {
    ...moved,
    recent: touch(taste.recent, productId, interestIn(kind), at),
    looked: forget(looked.set(productId, at), GLANCES),
  }
}

/** Lets go of what has been there longest until no more than `most` are left. */
function forget<T extends Map<string, unknown> | Set<string>>(all: T, most: number): T {
  for (const oldest of all.keys()) {
    if (all.size <= most) break
    all.delete(oldest)
  }
  return all
}
