import type { CampaignMove, CampaignStanding } from '../../models/flow/campaign-moves.ts'
import type { FlowReport } from '../../models/flow/flow-report.ts'
import type { Flow } from '../../schemas/flow.ts'

/** A flow, and what the checker said of it at an instant (epoch ms). */
export interface CheckedFlow {
  readonly flow: Flow
  readonly report: KeptReport
}
export type KeptReport = Omit<FlowReport, 'flow'>

/** A campaign without its flow. Instants are epoch ms. */
export interface CampaignEntry extends CampaignStanding {
  readonly id: string
  /** Where it stands in the list of all. */
  readonly seq: number
  /** One more with every change of anything. */
  readonly revision: number
  readonly name: string | null
  readonly passed: boolean
  readonly checkedAt: number
  readonly launchedAt: number | null
  /** Whether all of it is on the log. */
  readonly told: boolean
  readonly createdAt: number
  readonly createdBy: string
  readonly changedAt: number
  readonly changedBy: string
}

export interface Campaign extends CampaignEntry, CheckedFlow {}

/** A change that was made to a campaign. */
export interface CampaignChange {
  readonly seq: number
  readonly at: number
  readonly who: string
  readonly what: string
  readonly before: CampaignStanding | null
  readonly after: CampaignStanding
}

/** The key of whoever asks; undefined where none is needed. */
export type Who = { readonly id: string } | undefined

/** `stale`: it is not at the revision that was said. `refused`: there is no such change from where it stands. */
export type Changed =
  | { readonly outcome: 'changed' | 'stale' | 'refused'; readonly campaign: Campaign }
  | { readonly outcome: 'unknown' }

export interface Page {
  readonly limit: number
  /** The `seq` to go on behind. */
  readonly from: number | undefined
}

/** Campaigns as people make them. Every change is kept with who made it, in the same transaction. */
export interface Campaigns {
  create(checked: CheckedFlow, who: Who): Promise<Campaign>
  get(id: string): Promise<Campaign | undefined>
  /** Newest first. */
  list(page: Page, status: CampaignStanding['status'] | undefined): Promise<CampaignEntry[]>
  /** A new version of the flow. Nobody enters it before it is launched. */
  edit(id: string, checked: CheckedFlow, revision: number | undefined, who: Who): Promise<Changed>
  /** Keeps what the checker said of a version; nothing where there is a newer one. */
  keepReport(id: string, version: number, report: KeptReport): Promise<void>
  /** Durable when it answers, and sure to come to the log; undefined for `revision`: whatever it is. */
  move(id: string, move: CampaignMove, revision: number | undefined, who: Who): Promise<Changed>
  /** Newest first. */
  history(id: string, page: Page): Promise<CampaignChange[]>
}
