import type { Outline, Part, Remarks, TextPart } from './outline.ts'
import type { TextPurpose } from './texts/text-purpose.ts'

const byTrigger: Readonly<Record<string, TextPurpose>> = {
  first_purchase: 'first_thanks',
  purchase: 'order_thanks',
  cart_abandoned: 'abandoned_cart',
  inactivity: 'win_back',
  signup: 'welcome',
  birthday: 'birthday',
  back_in_stock: 'back_in_stock',
  price_drop: 'price_drop',
}
/** Flows that want a purchase, and are of no use to whoever has made one. */
const WANTS_PURCHASE = new Set(['cart_abandoned', 'inactivity', 'back_in_stock', 'price_drop'])

/** What the first texts are for, by what begins the flow; and whether a purchase ends it. */
export function settlePurposes(outline: Outline, goalWanted: boolean, { assumptions }: Remarks): Outline {
  const first = byTrigger[outline.trigger.type]
  if (first !== undefined)
    for (const text of firstTexts(outline.parts))
      if (text.purpose === 'news' || text.purpose === 'offer' || (text.purpose === 'order_thanks' && first === 'first_thanks'))
        text.purpose = first
  settleAnswers(outline.parts)
  carryOffers(outline.parts, undefined)
  if (outline.goal !== undefined) return outline
  const waitsForPurchase = JSON.stringify(outline.parts).includes('"kind":"purchase"')
  const reminds = JSON.stringify(outline.parts).includes('reminder')
  if (
    waitsForPurchase ||
    !(goalWanted || WANTS_PURCHASE.has(outline.trigger.type) || (reminds && outline.trigger.type !== 'purchase'))
  )
    return outline
  if (!goalWanted) assumptions.push('Whoever buys leaves the flow: nobody is asked for what they have done.')
  return { ...outline, goal: { event: 'purchase' } }
}

/** Texts that a customer may get first. */
function firstTexts(parts: readonly Part[]): TextPart[] {
  for (const part of parts) {
    if (part.kind === 'text') return [part]
    if (part.kind === 'experiment') return part.variants.flatMap(variant => firstTexts(variant.parts))
    if (part.kind === 'split') return [...firstTexts(part.match), ...firstTexts(part.otherwise)]
    if (part.kind !== 'wait' && part.kind !== 'moment' && part.kind !== 'property' && part.kind !== 'webhook') return []
  }
  return []
}

/** What answers a reply thanks for it. */
function settleAnswers(parts: readonly Part[]): void {
  for (const part of parts)
    if (part.kind === 'text')
      for (const { intent, parts: reply } of part.replies)
        for (const text of firstTexts(reply))
          if (text.purpose === 'news' || text.purpose === 'order_thanks') text.purpose = intent === 'no' ? 'goodbye' : 'answer'
}

/** A reminder that offers nothing itself reminds of what was offered last, and leads there. */
function carryOffers(parts: readonly Part[], before: TextPart | undefined): TextPart | undefined {
  let last = before
  for (const part of parts) {
    const text = part.kind === 'text' ? part : part.kind === 'repeat' ? part.text : undefined
    if (text !== undefined) {
      const reminds = text.purpose === 'reminder' || text.purpose === 'last_reminder'
      if (reminds && text.discount === undefined && last?.discount !== undefined) text.discount = last.discount
      if (reminds && text.link === undefined && last?.link !== undefined) text.link = last.link
      for (const { parts: reply } of text.replies) carryOffers(reply, text)
      carryOffers(text.clicked ?? [], text)
      carryOffers(text.silent?.parts ?? [], text)
      last = text
    } else if (part.kind === 'split') {
      carryOffers(part.match, last)
      carryOffers(part.otherwise, last)
    } else if (part.kind === 'purchase') {
      carryOffers(part.bought, last)
      carryOffers(part.silent, last)
    }
  }
  return last
}
