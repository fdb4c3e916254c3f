import { interestIn } from '../../models/affinity.ts'
import type { OutcomeKind } from '../../models/learning/credit.ts'
import { lineTotal } from '../../models/money.ts'
import type { CustomerChange } from '../../schemas/records.ts'

/** Something a customer did with a product that may be put down to a list they saw. `amount` in 1/10,000 of the major unit. */
export interface Act {
  readonly customerId: string
  readonly eventId: string
  readonly productId: string
  readonly kind: OutcomeKind
  /** Epoch ms when it happened. */
  readonly at: number
  readonly amount: number
}

/** What a change tells of: a click that shows interest, or each product that was bought. */
export function actsOf({ customerId, at, event }: CustomerChange): Act[] {
  if (event?.type === 'click')
    return event.productId === undefined || interestIn(event.kind) === 0
      ? []
      : [{ customerId, eventId: event.id, productId: event.productId, kind: 'click', at, amount: 0 }]
  if (event?.type !== 'purchase') return []
  const amounts = new Map<string, number>()
  for (const { productId, quantity, unitPrice } of event.lines)
    if (quantity > 0) amounts.set(productId, (amounts.get(productId) ?? 0) + Math.max(0, lineTotal(quantity, unitPrice)))
  return [...amounts].map(([productId, amount]) => ({ customerId, eventId: event.id, productId, kind: 'purchase', at, amount }))
}
