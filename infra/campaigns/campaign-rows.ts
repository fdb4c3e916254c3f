import type { CampaignStanding } from '../../models/flow/campaign-moves.ts'
import type { Flow } from '../../schemas/flow.ts'
import type { Campaign, CampaignChange, CampaignEntry, KeptReport } from '../../serving/ports/campaigns.ts'
import type { SqlRow } from '../../streams/sql.ts'

/** Of `campaigns c`, each with its newest flow. */
export const FOUND = `SELECT c.*, v.flow,
  NOT EXISTS (SELECT FROM campaign_words w WHERE w.campaign_id = c.id AND NOT w.reported) AS told
FROM campaigns c JOIN campaign_versions v ON v.campaign_id = c.id AND v.version = c.version`

const standingOf = (row: SqlRow): CampaignStanding => ({
  status: row.status as CampaignStanding['status'],
  version: row.version as number,
  liveVersion: row.live_version as number | null,
})

export const entryOf = (row: SqlRow): CampaignEntry => entryWith(row, flowOf(row))

export function campaignOf(row: SqlRow): Campaign {
  const flow = flowOf(row)
  return { ...entryWith(row, flow), flow, report: reportOf(row) }
}

const reportOf = (row: SqlRow): KeptReport => JSON.parse(row.report as string) as KeptReport

const flowOf = (row: SqlRow): Flow => JSON.parse(row.flow as string) as Flow

const entryWith = (row: SqlRow, flow: Flow): CampaignEntry => ({
  ...standingOf(row),
  id: row.id as string,
  seq: row.seq as number,
  revision: row.revision as number,
  name: flow.name ?? null,
  passed: reportOf(row).passed,
  checkedAt: row.checked_at as number,
  launchedAt: row.launched_at as number | null,
  told: row.told as boolean,
  createdAt: row.created_at as number,
  createdBy: row.created_by as string,
  changedAt: row.changed_at as number,
  changedBy: row.changed_by as string,
})

export const changeOf = (row: SqlRow): CampaignChange => ({
  seq: row.seq as number,
  at: row.at as number,
  who: row.who as string,
  what: row.what as string,
  before: row.before as CampaignStanding | null,
  after: row.after as CampaignStanding,
})
