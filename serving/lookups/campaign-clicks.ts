import type { Sql, SqlRow } from '../../streams/sql.ts'
import type { CampaignClicks, LinkCounts } from '../ports/links.ts'

/** Counted when asked for: receipts and clicks come whenever they like, and the ledger has them all. */
export const sqlCampaignClicks = (sql: Sql): CampaignClicks => ({
  async of(campaignId) {
    const rows = await sql.query(COUNT, [campaignId])
    const all = rows.find(row => row.whole === true)
    if (all === undefined || all.texts === 0) return undefined
    const segments = rows
      .filter(row => row.whole !== true)
      .map(row => ({ segment: row.segment as string | null, ...countsOf(row) }))
    return { all: countsOf(all), segments }
  },
})

const countsOf = ({ sent, delivered, people, programs, clicked, customers }: SqlRow): LinkCounts => ({
  sent: Number(sent),
  delivered: Number(delivered),
  people: Number(people),
  programs: Number(programs),
  clicked: Number(clicked),
  customers: Number(customers),
})

/** $1 campaign. Who was visited was sent, also where the ledger does not know. */
const COUNT = `WITH visits AS (
  SELECT code, count(*) FILTER (WHERE automatic IS NULL) AS people, count(*) FILTER (WHERE automatic IS NOT NULL) AS programs
  FROM link_clicks WHERE campaign_id = $1 GROUP BY code
), texts AS (
  SELECT t.segment, coalesce(t.customer_id, t.recipient) AS reader, l.status, coalesce(v.people, 0) AS people, coalesce(v.programs, 0) AS programs
  FROM sms_link_tracking t JOIN sms_ledger l ON l.id = t.request_id LEFT JOIN visits v ON v.code = t.code WHERE t.campaign_id = $1
)
SELECT grouping(segment) = 1 AS whole, segment, count(*)::integer AS texts,
  count(*) FILTER (WHERE status IN ('submitted', 'delivered', 'undelivered', 'expired') OR people + programs > 0) AS sent,
  count(*) FILTER (WHERE status = 'delivered') AS delivered, coalesce(sum(people), 0) AS people, coalesce(sum(programs), 0) AS programs,
  count(*) FILTER (WHERE people > 0) AS clicked, count(DISTINCT reader) FILTER (WHERE people > 0) AS customers
FROM texts GROUP BY GROUPING SETS ((segment), ()) ORDER BY segment`
