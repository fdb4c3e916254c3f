import type { EngagementSpread } from '../../models/engagement.ts'
import type { Clock } from '../../streams/clock.ts'
import type { Sql } from '../../streams/sql.ts'

/** Reading it goes through all customers: it is read anew after this many times what that took, so that it takes few percent of a core. */
const REST = 30
const AT_LEAST_MS = 1000

/** How everybody's engagement is spread, as of a little while ago. The first to ask waits; later ones get what is there while it is read anew. */
export function sqlEngagement(sql: Sql, clock: Clock): () => Promise<EngagementSpread> {
  let held: EngagementSpread | undefined
  let until = 0
  let reading: Promise<EngagementSpread> | undefined
  const read = async () => {
    const begun = clock.monotonic()
    try {
      held = await readSpread(sql)
      return held
    } finally {
      const now = clock.monotonic()
      until = now + Math.max(AT_LEAST_MS, REST * (now - begun))
      reading = undefined
    }
  }
  return async () => {
    if (held !== undefined && clock.monotonic() < until) return held
    reading ??= read()
    if (held === undefined) return reading
    reading.catch(() => {}) // who asks after the next rest tries again; until then the last one stands
    return held
  }
}

async function readSpread(sql: Sql): Promise<EngagementSpread> {
  const [row] = await sql.query(SPREAD)
  return {
    top: row!.top as number | null,
    lowest: row!.lowest as number,
    mean: row!.mean as number,
    deviation: row!.deviation as number,
  }
}

/** Shares of the highest; Postgres calls e^−746 an error. Who has done nothing counts as 0. */
const SPREAD = `SELECT max(top) AS top, coalesce(min(share), 0) AS lowest, coalesce(avg(share), 0) AS mean, coalesce(stddev_pop(share), 0) AS deviation
FROM (SELECT top, CASE WHEN engagement > top - 700 THEN exp(engagement - top) ELSE 0 END AS share
        FROM customers, (SELECT max(engagement) AS top FROM customers) AS highest) AS shares`
