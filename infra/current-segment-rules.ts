import type { SegmentRule, SegmentRules } from '../models/segment-rules.ts'
import type { Clock } from '../streams/clock.ts'
import type { Sql } from '../streams/sql.ts'

/** How often the table is read: eleven rows. */
const ASK_MS = 1000

/** The rules of segments that this instance scores with: those of the table `segment_rules`, which a shop edits while everything runs. */
export interface CurrentSegmentRules {
  readonly current: () => SegmentRules
  readonly follow: (signal: AbortSignal) => Promise<void>
}

/** Loads what there is; `follow` must then be run. The table itself takes nothing that is no rule; a segment without a row is led nowhere. */
export async function openSegmentRules(sql: Sql, clock: Clock): Promise<CurrentSegmentRules> {
  let held = await load()

  async function load(): Promise<SegmentRules> {
    const rows = await sql.query('SELECT segment, lean, strength FROM segment_rules', [])
    return Object.fromEntries(rows.map(({ segment, lean, strength }) => [segment, { lean, strength } as SegmentRule]))
  }

  return {
    current: () => held,
    async follow(signal) {
      while (!signal.aborted) {
        await clock.sleep(ASK_MS, signal)
        if (!signal.aborted) held = await load()
      }
    },
  }
}
