import type { SegmentRule, SegmentRules } from '../models/segment-rules.ts'
import type { Clock } from '../streams/clock.ts'
import type { Sql } from '../streams/sql.ts'
import { type Newest, newest } from './newest.ts'

/**
 * The rules of segments that this instance scores with: those of the table `segment_rules`, eleven rows that a shop edits while everything
 * runs. The table itself takes nothing that is no rule; a segment without a row is led nowhere.
 */
export const openSegmentRules = (sql: Sql, clock: Clock): Promise<Newest<SegmentRules>> =>
  newest(clock, async () => {
    const rows = await sql.query('SELECT segment, lean, strength FROM segment_rules', [])
    return Object.fromEntries(rows.map(({ segment, lean, strength }) => [segment, { lean, strength } as SegmentRule]))
  })
