import { WINDOWS } from '../../models/learning/credit.ts'
import type { Decision } from '../../models/off-policy.ts'
import type { Sql } from '../../streams/sql.ts'
import { Complaint } from '../cli/complaint.ts'

/** Decisions with the names of their arms, and what a reward is. */
export interface LoggedDecisions {
  readonly arms: readonly string[]
  readonly reward: string
  readonly log: readonly Decision[]
}

const REWARDS = {
  any: { of: 'a click or a purchase of what was shown', sql: '(cardinality(clicked) + cardinality(bought) > 0)::int' },
  click: { of: 'a click on what was shown', sql: '(cardinality(clicked) > 0)::int' },
  purchase: { of: 'a purchase of what was shown', sql: '(cardinality(bought) > 0)::int' },
  revenue: { of: 'revenue of what was shown, in the major unit', sql: 'revenue / 10000.0' },
} as const

/** Most that are read: the newest. */
const MOST = 500_000

/** Lists that were seen and whose variant was a choice. Those of one customer are a cluster. */
export async function loggedExposures(
  sql: Sql,
  arms: readonly string[],
  reward: keyof typeof REWARDS,
  since?: string,
): Promise<LoggedDecisions> {
  const from = since === undefined ? 0 : Date.parse(since)
  if (Number.isNaN(from))
    throw new Complaint(`--since: expected an instant such as 2026-01-01T00:00:00Z, got ${JSON.stringify(since)}.`)
  const rows = await sql.query(
    `SELECT customer_id, variant, propensity, context, (${REWARDS[reward].sql})::double precision AS reward
     FROM exposures WHERE at >= $1 AND made->'lineage'->'choice'->>'by' <> 'rule' ORDER BY at DESC LIMIT ${MOST}`,
    [from],
  )
  if (rows.length === 0)
    throw new Complaint(
      'No list whose variant was a choice has been seen yet: variants are tried once 100 lists were looked up (GET /recommendations), with TARANG_LEARNING=on.',
    )
  const days = Math.round(WINDOWS.purchase / 86_400_000)
  return {
    arms,
    reward: `${REWARDS[reward].of} (clicks within a day, purchases within ${days})`,
    log: rows
      .filter(row => arms.includes(row.variant as string))
      .map(row => ({
        arm: arms.indexOf(row.variant as string),
        propensity: row.propensity as number,
        reward: row.reward as number,
        features: (row.context as number[]).slice(1),
        cluster: row.customer_id as string,
      })),
  }
}
