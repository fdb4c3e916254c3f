import { type Customer, customerTable } from '../../consumers/customer-state.ts'
import { lineTotal } from '../../models/money.ts'
import { addPurchase } from '../../models/rfm.ts'
import type { CustomerEvent } from '../../schemas/events.ts'
import { customerChanges, events } from '../../schemas/topics.ts'
import { type Fold, output } from '../../streams/processor.ts'

/** The least that a fold over purchases does: a customer's sums, and word of each change. What it costs beyond that is the engine's. */
export const netSpend: Fold<CustomerEvent, { customer: Customer }> = {
  kind: 'fold',
  name: 'net-spend',
  input: events,
  outputs: [customerChanges],
  state: {
    tables: { customer: customerTable },
    keys: event => (event.type === 'purchase' ? { customer: [event.customerId] } : {}),
  },
  identity: event => (event.type === 'purchase' ? { owner: event.customerId, id: event.id } : undefined),
  fold(state, event) {
    if (event.type !== 'purchase') return { state, outputs: [] }
    const { customer } = state
    const at = Date.parse(event.occurredAt)
    const gross = event.lines.reduce((sum, { quantity, unitPrice }) => sum + lineTotal(quantity, unitPrice), 0)
    const rfm = addPurchase(customer.rfm, { at, gross, newOrder: true })
    const seq = customer.seq + 1
    const change = { customerId: event.customerId, seq, at, event, rfm }
    return { state: { customer: { ...customer, seq, rfm } }, outputs: [output(customerChanges, event.customerId, change)] }
  },
}
