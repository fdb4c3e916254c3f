import { rewarded, tried } from '../bandit/linear.ts'
import { type Clickable, clickSlots } from './click-features.ts'
import { showed, wasClicked } from './click-model.ts'
import type { Learnt } from './learnt.ts'
import { VARIANTS, type Variant } from './variants.ts'

const HOUR = 3_600_000
/** How long after a list was seen an act on one of its items is put down to it. */
export const WINDOWS = { click: 24 * HOUR, purchase: 7 * 24 * HOUR } as const
export type OutcomeKind = keyof typeof WINDOWS

/** A list that was seen, as learning needs it. */
export interface Exposure {
  readonly variant: string
  readonly context: readonly number[]
  readonly items: readonly Clickable[]
  readonly segment: string | null
}

/** Counts a list that was seen, in place: a trial of its variant, its items as shown. */
export function seen({ variants, clicks }: Learnt, { variant, context, items, segment }: Exposure): void {
  const arm = VARIANTS.indexOf(variant as Variant)
  if (arm >= 0) {
    variants.tried[arm] = { ...variants.tried[arm]!, trials: variants.tried[arm]!.trials + 1 }
    tried(variants.linear[arm]!, context)
  }
  for (const [place, item] of items.entries()) showed(clicks, clickSlots(item, segment, place))
}

/**
 * Counts an act on an item of it, in place.
 * @param first whether it is the first on that list: a list succeeds once, however much comes of it
 * @param firstOfItem whether it is the first on that item
 */
export function actedOn(
  { variants, clicks }: Learnt,
  { variant, context, items, segment }: Exposure,
  productId: string,
  { first, firstOfItem }: { first: boolean; firstOfItem: boolean },
): void {
  const arm = VARIANTS.indexOf(variant as Variant)
  if (first && arm >= 0) {
    variants.tried[arm] = { ...variants.tried[arm]!, successes: variants.tried[arm]!.successes + 1 }
    rewarded(variants.linear[arm]!, context)
  }
  const place = items.findIndex(item => item.productId === productId)
  if (firstOfItem && place >= 0) wasClicked(clicks, clickSlots(items[place]!, segment, place))
}
