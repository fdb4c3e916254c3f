import { type CustomerFlows, type Happened, nextDue } from '../models/flow/run/customer-flows.ts'
import { foldCustomer } from '../models/flow/run/fold-customer.ts'
import type { Effect } from '../models/flow/run/run.ts'
import type { CampaignTold } from '../schemas/campaign.ts'
import type { Personal } from '../schemas/events.ts'
import type { CustomerChange, CustomerChangeOrCampaign } from '../schemas/records.ts'
import { customerChanges, flowAsks, flowCalls, smsRequests } from '../schemas/topics.ts'
import { type Fold, type Output, output, type Position, sealedOutput } from '../streams/processor.ts'
import { type FlowRecords, flowRecordsWhole } from './flow-records.ts'
import {
  type FlowCampaigns,
  type FlowFacts,
  type FlowInstances,
  type FlowTimer,
  flowCampaignsWhole,
  flowFactsTable,
  flowInstanceTable,
  flowTimerTable,
  NO_INSTANCES,
} from './flow-state.ts'

/** What a customer's record meets: only their facts where their shop has no campaign yet. */
export interface FlowState {
  readonly campaigns: FlowCampaigns
  /** What is told of entries and variants, for results. */
  readonly records: FlowRecords
  readonly facts?: FlowFacts
  readonly instances?: FlowInstances
  readonly timer?: FlowTimer
}

/** A customer whom a word on a campaign concerns, met by the sweep after it: on no log. */
interface Concerned {
  readonly type: 'concerned'
  readonly customerId: string
  readonly told: CampaignTold
}

/** A text may wait for so long; lists of recommendations, which are made of the same changes beside this, may not. */
const ROUNDS_APART_MS = 100

/** What the fold meets: what is on the log, and what its sweep brings. */
type Met = CustomerChangeOrCampaign | Concerned

const isConcerned = (met: Met): met is Concerned => 'told' in met

/**
 * customer-changes → `sms-requests`, `flow-asks`, `flow-calls`, timers, and rows for results: what campaigns do to each customer (models/flow/run). What conditions ask
 * for is kept of every customer from their first event on, so that a campaign knows what was before it; the rest begins with the first campaign. A word on
 * a campaign ends its batch, so that what keys depend on, whether there is one, holds for all of a batch; one that only tells how variants are drawn from
 * now on does not, and nobody is met for it.
 */
export const flows: Fold<Met, FlowState> = {
  kind: 'fold',
  name: 'flows',
  input: customerChanges,
  outputs: [smsRequests, flowAsks, flowCalls],
  roundsApartMs: ROUNDS_APART_MS,
  state: {
    tables: { facts: flowFactsTable, instances: flowInstanceTable, timer: flowTimerTable },
    wholes: { campaigns: flowCampaignsWhole, records: flowRecordsWhole },
    keys(met, _, { campaigns }) {
      if ('campaign' in met) return {}
      const key = [met.customerId] as const
      if (campaigns.all.size === 0 && !isConcerned(met)) return { facts: key }
      return { facts: key, instances: key, timer: key }
    },
  },
  opens: met => ('event' in met ? sealOf(met) : undefined),
  sweep: {
    table: 'flow_instances',
    key: 'customer_id',
    after: ({ campaigns }, met) => 'campaign' in met && campaigns.isMoved,
    rows: (_, first, cause) => ({
      text: `campaigns @> to_jsonb($${first}::text)`,
      values: ['campaign' in cause ? cause.campaign.id : ''],
    }),
    event: (cause, customerId) => ({ type: 'concerned', customerId, told: (cause as { campaign: CampaignTold }).campaign }),
  },

  fold(state, met, at) {
    const { campaigns } = state
    if ('campaign' in met) {
      campaigns.tell(met.campaign)
      return { state, outputs: [] }
    }
    return meet(state, met.customerId, happenings(met, campaigns, at))
  },
}

/** What flows read of an event beyond what is open: what was written, what is told of a person, and what a cart's line costs. */
export function sealOf({ event }: CustomerChange): { owner: string; sealed: string } | undefined {
  if (event === undefined || !('sealed' in event) || event.sealed === undefined) return undefined
  const read =
    event.type === 'profile' ||
    (event.type === 'message' && event.direction === 'in') ||
    (event.type === 'click' && event.kind === 'cart_add')
  return read ? { owner: event.customerId, sealed: event.sealed } : undefined
}

/**
 * What a record is to its customer's flows. An event that says it is of a time to come counts as of when it was appended: nobody's clock makes timers go
 * off early.
 */
function happenings(met: CustomerChange | Concerned, campaigns: FlowCampaigns, { appendedAt, personal }: Position): Happened[] {
  if (isConcerned(met)) {
    const { id, at } = met.told
    return [{ type: 'campaign', at: Math.min(at, appendedAt), campaignId: id, launched: false, before: campaigns.before(id) }]
  }
  const at = Math.min(met.at, appendedAt)
  const { event } = met
  if (event?.type === 'timer') return [{ type: 'due', at }]
  if (event?.type === 'allowance') return [{ type: 'answered', at, ask: event.ask, allowed: event.allowed }]
  if (event?.type === 'called') return [{ type: 'called', at, call: event.call, ok: event.ok }]
  const change: Happened = { type: 'change', at, change: met, personal: personal as Personal | undefined }
  if (met.asks === undefined) return [change]
  return [change, { type: 'campaign', at, campaignId: met.asks, launched: true, before: campaigns.all }]
}

function meet(state: FlowState, customerId: string, all: readonly Happened[]) {
  const { campaigns } = state
  const before: CustomerFlows = { ...state.facts!, ...(state.instances ?? NO_INSTANCES) }
  let after = before
  const effects: Effect[] = []
  for (const happened of all) {
    const folded = foldCustomer({ customerId, campaigns: campaigns.all }, after, happened)
    after = folded.state
    const { segment } = after.facts
    for (const effect of folded.effects)
      state.records.note(customerId, effect, () => ({ holdout: holdoutOf(campaigns, effect), segment }))
    effects.push(...folded.effects)
  }
  return { state: kept(state, before, after), outputs: effects.flatMap(effect => outputsOf(customerId, effect)) }
}

const holdoutOf = ({ all }: FlowCampaigns, { campaignId, version }: Effect): number =>
  all.get(campaignId)?.flows.get(version)?.flow.holdoutPercent ?? 0

/** Entries that are as they were stay the same objects, so that they are not written. */
function kept(state: FlowState, before: CustomerFlows, after: CustomerFlows): FlowState {
  const { clock, timers, facts, runs, pendings, standings } = after
  const due = nextDue(after) ?? null
  const known = clock === before.clock && timers === before.timers && facts === before.facts
  const stands = standings === before.standings && isSame(runs, before.runs) && isSame(pendings, before.pendings)
  const kept = { ...state, facts: known ? state.facts! : { clock, timers, facts } }
  if (state.instances === undefined || state.timer === undefined) return kept
  return {
    ...kept,
    instances: stands ? state.instances : { runs, pendings, standings },
    timer: due === state.timer.due ? state.timer : { due },
  }
}

const isSame = (some: readonly unknown[], others: readonly unknown[]): boolean =>
  some.length === others.length && some.every((one, i) => one === others[i])

const askOf = (customerId: string, { id, campaignId, step, occurrences, perMs, at }: Extract<Effect, { type: 'ask' }>) => ({
  id,
  customerId,
  campaignId,
  step,
  occurrences,
  ...(perMs !== undefined && { perMs }),
  at,
})

const callOf = (customerId: string, { type: _, product, ...call }: Extract<Effect, { type: 'webhook' }>) => ({
  ...call,
  customerId,
  ...(product !== undefined && { productId: product }),
})

/** What an effect says to others. */
function outputsOf(customerId: string, effect: Effect): Output[] {
  if (effect.type === 'ask') return [output(flowAsks, effect.campaignId, askOf(customerId, effect))]
  if (effect.type === 'webhook') return [output(flowCalls, customerId, callOf(customerId, effect))]
  if (effect.type !== 'send') return []
  const { id, campaignId, at, content, link, variant, language, discount, choices, count, contactCard, imageUrl, product } =
    effect
  const step = { language, discount, at, choices, count, contactCard, imageUrl, product }
  const request = {
    id,
    customerId,
    campaignId,
    ...(link !== undefined && { link }),
    ...(variant !== undefined && { variant }),
    class: 'marketing' as const,
    requestedAt: at,
  }
  return [sealedOutput(smsRequests, customerId, request, { owner: customerId, id, personal: { text: content, step } })]
}
