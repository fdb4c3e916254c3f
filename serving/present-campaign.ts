import Type from 'typebox'
import { documentedFlow, exampleFlow } from './flow-document.ts'
import type { Campaign, CampaignChange, CampaignEntry } from './ports/campaigns.ts'
import { FlowReportView, presentReport } from './present-flow-report.ts'

export const CampaignStatus = Type.Enum(['draft', 'running', 'paused', 'stopped'])
const Instant = Type.String({ format: 'date-time' })
const orNull = (schema: Type.TSchema) => Type.Union([schema, Type.Null()])

const entry = {
  id: Type.String(),
  name: orNull(Type.String()),
  status: CampaignStatus,
  version: Type.Integer({ description: 'The newest version of its flow.' }),
  liveVersion: orNull(Type.Integer({ description: 'The version that customers enter; who entered finishes on theirs.' })),
  passed: Type.Boolean({ description: 'Whether the checker lets the newest version run.' }),
  checkedAt: Instant,
  launchedAt: orNull(Instant),
  told: Type.Boolean({ description: 'Whether the log has all of this: events behind it meet the campaign as it stands here.' }),
  createdAt: Instant,
  createdBy: Type.String({ description: 'The name of a key, or `open` where none is needed.' }),
  changedAt: Instant,
  changedBy: Type.String(),
}
export const CampaignEntryView = Type.Object(entry, { title: 'CampaignEntry' })
const CampaignView = Type.Object(
  { ...entry, flow: Type.Unsafe(documentedFlow), report: FlowReportView },
  { title: 'Campaign', description: 'Its ETag goes into the If-Match of a change.' },
)
const Standing = Type.Object({
  status: CampaignStatus,
  version: Type.Integer(),
  liveVersion: orNull(Type.Integer()),
})
export const CampaignChangeView = Type.Object(
  { at: Instant, who: Type.String(), what: Type.String(), before: orNull(Standing), after: Standing },
  { title: 'CampaignChange' },
)

const iso = (at: number): string => new Date(at).toISOString()

export const presentEntry = ({ seq: _, revision: __, ...found }: CampaignEntry) => ({
  ...found,
  checkedAt: iso(found.checkedAt),
  launchedAt: found.launchedAt === null ? null : iso(found.launchedAt),
  createdAt: iso(found.createdAt),
  changedAt: iso(found.changedAt),
})

export const presentCampaign = ({ flow, report, ...found }: Campaign) => ({
  ...presentEntry(found),
  flow,
  report: presentReport(report),
})

export const presentChange = ({ seq: _, at, ...change }: CampaignChange) => ({ at: iso(at), ...change })

const example: ReturnType<typeof presentCampaign> = {
  id: 'cmp_2f1c6f0e-4c54-4d0c-9f0e-0f7c9b7f5a11',
  name: 'Win back',
  status: 'draft',
  version: 1,
  liveVersion: null,
  passed: true,
  checkedAt: '2026-05-01T12:30:00.000Z',
  launchedAt: null,
  told: true,
  createdAt: '2026-05-01T12:30:00.000Z',
  createdBy: 'marketing',
  changedAt: '2026-05-01T12:30:00.000Z',
  changedBy: 'marketing',
  flow: exampleFlow,
  report: {
    passed: true,
    findings: [],
    properties: [{ property: 'ends', outcome: 'proved', detail: 'every customer is through after 3 days' }],
  },
}

/** For the pages at /docs: an answer that is a campaign. */
export const campaignAnswer = (description: string) => ({
  description,
  content: { 'application/json': { schema: CampaignView, example } },
})
