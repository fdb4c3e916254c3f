import type { SmsClass } from '../../consumers/sms-ledger.ts'
import { MOMENT, MOVE, NOW, TOLD } from './ledger-statements.ts'

const QUEUED = "FROM sms_ledger WHERE status = 'queued'"
const LANE = "class, coalesce(campaign_id, '')"
const OF_LANE = `class = p.class AND coalesce(campaign_id, '') = p.lane AND not_before <= ${NOW}`

/**
 * Locks those of a class whose turn it is. What another instance is just claiming is passed over, and the next come in its stead: hence twice as many.
 * Row by row, so that the planner has no choice but the primary key, and in the order of the turns.
 */
const taken = (of: SmsClass, limit: string) => `SELECT l.id FROM (
    SELECT id FROM turns WHERE class = '${of}' ORDER BY turn, not_before, requested_at, id LIMIT 2 * ${limit}::integer) t
  CROSS JOIN LATERAL (SELECT id ${QUEUED} AND id = t.id AND not_before <= ${NOW} FOR UPDATE SKIP LOCKED) l
  WHERE EXISTS (SELECT 1 FROM sms_slots WHERE token = $1 AND lease_until > ${MOMENT}) LIMIT ${limit}::integer`

/**
 * $1 token, $2 how many transactional, $3 how many of marketing. Campaigns take turns: the first text of each, the longest due first, then the second
 * of each, and so on, so none waits for another to be through (max-min fairness; Bertsekas and Gallager, *Data Networks*, 1992, §6.5.2). What
 * belongs to no campaign is one of its own. Within a campaign the longest due goes first.
 *
 * The campaigns are found by steps over the index from one to the next (a "loose index scan"), so a claim costs as many steps as there are campaigns
 * that wait, however many texts each has.
 */
export const claim = `WITH RECURSIVE lanes AS (
  (SELECT class, coalesce(campaign_id, '') AS lane ${QUEUED} ORDER BY ${LANE} LIMIT 1)
  UNION ALL
  SELECT n.class, n.lane FROM lanes p CROSS JOIN LATERAL (
    SELECT class, coalesce(campaign_id, '') AS lane ${QUEUED} AND (${LANE}) > (p.class, p.lane) ORDER BY ${LANE} LIMIT 1) n),
due AS MATERIALIZED (
  SELECT p.class, p.lane,
    ceil(2.0 * CASE p.class WHEN 'transactional' THEN $2::integer ELSE $3::integer END / count(*) OVER (PARTITION BY p.class))::bigint AS share
  FROM lanes p CROSS JOIN LATERAL (SELECT 1 ${QUEUED} AND ${OF_LANE} LIMIT 1) one),
turns AS MATERIALIZED (
  SELECT w.*, p.class, row_number() OVER (PARTITION BY p.class, p.lane ORDER BY w.not_before, w.requested_at, w.id) AS turn
  FROM due p CROSS JOIN LATERAL (
    SELECT id, not_before, requested_at ${QUEUED} AND ${OF_LANE} ORDER BY not_before, requested_at, id LIMIT p.share) w),
transactional AS MATERIALIZED (${taken('transactional', '$2')}),
marketing AS MATERIALIZED (${taken('marketing', '$3')}),
picked AS MATERIALIZED (SELECT ARRAY(SELECT id FROM transactional UNION ALL SELECT id FROM marketing) AS ids),
moved AS (
  UPDATE sms_ledger l SET status = 'claimed', reason = NULL, token = $1, slot = NULL, ${MOVE}
  WHERE l.id = ANY((SELECT ids FROM picked)::text[]) RETURNING l.*),
${TOLD}
SELECT m.id, m.class, m.owner, m.sealed, m.link, m.recipient, m.trace, p.phone FROM moved m LEFT JOIN profiles p ON p.customer_id = m.customer_id
ORDER BY array_position((SELECT ids FROM picked), m.id)`
