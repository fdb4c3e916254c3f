import type { Campaign } from './campaign.ts'
import type { CustomerFlows, Happened } from './customer-flows.ts'
import { CustomerFold } from './customer-fold.ts'
import type { Effect } from './run.ts'

/** Whose flows are folded, and among which campaigns. */
export interface Circumstances {
  readonly customerId: string
  readonly campaigns: ReadonlyMap<string, Campaign>
}

/**
 * What happens to a customer's flows: their state after it, and what is to be done in the world. Pure: the same records give the same answer
 * whenever they are folded.
 *
 * Timers come first (engine rule 11): all that are due at or before what happened go off as of when they were due, in the order of (due, set).
 * So it makes no difference whether somebody told of a timer in time, late, or not at all before the customer did something.
 */
export function foldCustomer(
  circumstances: Circumstances,
  before: CustomerFlows,
  happened: Happened,
): { readonly state: CustomerFlows; readonly effects: readonly Effect[] } {
  const fold = new CustomerFold(circumstances, before)
  fold.meet(happened)
  return { state: fold.state(), effects: fold.effects }
}
