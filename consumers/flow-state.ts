import type { Campaign } from '../models/flow/run/campaign.ts'
import { campaignOf, type KeptCampaign, keep } from '../models/flow/run/campaigns.ts'
import { type CustomerFlows, noFlows } from '../models/flow/run/customer-flows.ts'
import type { CampaignTold } from '../schemas/campaign.ts'
import type { Whole } from '../streams/processor.ts'
import type { Table } from '../streams/table.ts'

export type FlowFacts = Pick<CustomerFlows, 'clock' | 'timers' | 'facts'>

// Each of the two is to be no more than its own part: they are joined again for the fold.
const { clock, timers, facts, ...others } = noFlows
const NO_FACTS: FlowFacts = { clock, timers, facts }
export const NO_INSTANCES: FlowInstances = others

export const flowFactsTable: Table<FlowFacts> = {
  name: 'flow_facts',
  key: ['customer_id'],
  columns: [
    { name: 'clock', type: 'bigint', value: f => f.clock },
    { name: 'timers', type: 'bigint', value: f => f.timers },
    { name: 'facts', type: 'jsonb', value: f => JSON.stringify(f.facts) },
  ],
  entry: row => ({
    clock: row.clock as number,
    timers: row.timers as number,
    facts: row.facts as FlowFacts['facts'],
  }),
  empty: () => NO_FACTS,
}

export type FlowInstances = Pick<CustomerFlows, 'runs' | 'pendings' | 'standings'>

/** The campaigns that a customer is in, or is to enter. */
const campaignsIn = ({ runs, pendings }: FlowInstances): string[] => [
  ...new Set([...runs, ...pendings].map(({ campaignId }) => campaignId)),
]

export const flowInstanceTable: Table<FlowInstances> = {
  name: 'flow_instances',
  key: ['customer_id'],
  columns: [
    { name: 'campaigns', type: 'jsonb', value: f => JSON.stringify(campaignsIn(f)) },
    { name: 'runs', type: 'jsonb', value: f => JSON.stringify(f.runs) },
    { name: 'pendings', type: 'jsonb', value: f => JSON.stringify(f.pendings) },
    { name: 'standings', type: 'jsonb', value: f => JSON.stringify(f.standings) },
  ],
  entry: row => ({
    runs: row.runs as FlowInstances['runs'],
    pendings: row.pendings as FlowInstances['pendings'],
    standings: row.standings as FlowInstances['standings'],
  }),
  empty: () => NO_INSTANCES,
}

/** When the first of a customer's timers is due. Which was told is the timer service's to write (consumers/flow-timers.ts). */
export interface FlowTimer {
  readonly due: number | null
}

const NO_TIMER: FlowTimer = { due: null }

export const flowTimerTable: Table<FlowTimer> = {
  name: 'timers',
  key: ['customer_id'],
  columns: [{ name: 'due_at', type: 'bigint', value: t => t.due }],
  entry: row => ({ due: row.due_at as number | null }),
  empty: () => NO_TIMER,
}

/** What of a campaign concerns customers who are on their way, or are to come. */
const standing = ['status', 'version', 'launchedAt', 'zone'] as const

/** The campaigns that a partition was told of, made ready. Changed in place, for a word on one is a word to all its customers. */
export class FlowCampaigns {
  all: ReadonlyMap<string, Campaign> = new Map()
  private readonly kept = new Map<string, KeptCampaign>()
  private readonly touched = new Set<string>()
  /** Whether the last word changed more than how variants are drawn. */
  isMoved = false

  tell(told: CampaignTold): void {
    const before = this.kept.get(told.id)
    const after = keep(before, told)
    this.isMoved = before === undefined || standing.some(name => before.told[name] !== after.told[name])
    this.put(after)
    this.touched.add(told.id)
  }

  /** In the order of their ids, in which what they lead to is said, whichever was told first and wherever they were loaded since. */
  put(kept: KeptCampaign): void {
    const { id } = kept.told
    this.kept.set(id, kept)
    this.all = new Map([...new Map(this.all).set(id, campaignOf(kept))].sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  /** All, with one as it was before the last word on it. */
  before(id: string): ReadonlyMap<string, Campaign> {
    const all = new Map(this.all)
    const { before } = this.kept.get(id) ?? {}
    if (before === undefined) all.delete(id)
    else all.set(id, { ...all.get(id)!, ...before })
    return all
  }

  /** Those that changed since this was last asked. */
  takeTouched(): KeptCampaign[] {
    const taken = [...this.touched].map(id => this.kept.get(id)!)
    this.touched.clear()
    return taken
  }
}

export const flowCampaignsWhole: Whole<FlowCampaigns> = {
  tables: ['flow_campaigns'],
  told: [],
  async load(tx, partition) {
    const campaigns = new FlowCampaigns()
    const rows = await tx.query('SELECT kept FROM flow_campaigns WHERE partition = $1', [partition])
    for (const { kept } of rows) campaigns.put(kept as KeptCampaign)
    return campaigns
  },
  async save(tx, campaigns, partition) {
    const touched = campaigns.takeTouched()
    if (touched.length === 0) return
    await tx.query(
      `INSERT INTO flow_campaigns (campaign_id, partition, status, version, kept)
       SELECT u.id, $1, u.status, u.version, u.kept::jsonb FROM unnest($2::text[], $3::text[], $4::bigint[], $5::text[]) AS u(id, status, version, kept)
       ON CONFLICT (campaign_id, partition) DO UPDATE SET status = excluded.status, version = excluded.version, kept = excluded.kept`,
      [
        partition,
        touched.map(({ told }) => told.id),
        touched.map(({ told }) => told.status),
        touched.map(({ told }) => told.version),
        touched.map(kept => JSON.stringify(kept)),
      ],
    )
  },
}
