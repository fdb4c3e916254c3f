import { worthAt } from '../../engagement.ts'
import type { CustomerView, TextFate } from '../customer-view.ts'
import type { Facts } from './facts.ts'

/** Facts as of an instant (epoch ms), as conditions see them. `isMeant` picks the texts they are about. */
export function viewOf(
  facts: Facts,
  now: number,
  categories: ReadonlyMap<string, string>,
  isMeant: (text: TextFate) => boolean,
): CustomerView {
  const { segment, rfm, scores, level, mood, traits, properties, purchases, clicks, clickCount, cart, texts } = facts
  return {
    now,
    segment,
    rfm,
    scores,
    // All acts together, faded, and never more than 1: one purchase today is 0.63, a view 0.1.
    engagement: -Math.expm1(-worthAt(level, now)),
    sentiment: mood,
    traits: traits.fields,
    properties,
    purchases,
    clicks,
    clickCount,
    cart,
    texts: texts.filter(isMeant),
    categoryOf: productId => categories.get(productId),
  }
}
