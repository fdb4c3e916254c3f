import { MOMENT, NOW } from '../sms/ledger-statements.ts'

const QUEUED = "FROM webhook_calls WHERE status = 'queued'"

/**
 * $1 how many, $2 how many of one host, $3 hosts with calls under way and $4 how many those are, $5 lease in ms. Hosts take turns, and of each the
 * longest due goes first. Hosts are found by steps over the index from one to the next, so a claim costs as many steps as there are hosts with
 * calls in the queue, however many each has. What another instance is just claiming is passed over.
 */
export const claim = `WITH RECURSIVE hosts AS (
  (SELECT host ${QUEUED} ORDER BY host LIMIT 1)
  UNION ALL
  SELECT n.host FROM hosts p CROSS JOIN LATERAL (SELECT host ${QUEUED} AND host > p.host ORDER BY host LIMIT 1) n),
room AS (SELECT h.host, $2::integer - coalesce(b.calls, 0) AS calls
  FROM hosts h LEFT JOIN unnest($3::text[], $4::integer[]) AS b(host, calls) ON b.host = h.host),
turns AS MATERIALIZED (
  SELECT c.id, c.not_before, row_number() OVER (PARTITION BY r.host ORDER BY c.not_before, c.id) AS turn
  FROM room r CROSS JOIN LATERAL (
    SELECT id, not_before ${QUEUED} AND host = r.host AND not_before <= ${NOW} ORDER BY not_before, id LIMIT greatest(0, r.calls)) c),
taken AS MATERIALIZED (
  SELECT l.id FROM (SELECT id FROM turns ORDER BY turn, not_before, id LIMIT 2 * $1::integer) t
  CROSS JOIN LATERAL (SELECT id ${QUEUED} AND id = t.id AND not_before <= ${NOW} FOR UPDATE SKIP LOCKED) l LIMIT $1::integer),
moved AS (
  UPDATE webhook_calls c SET status = 'calling', attempts = c.attempts + 1, lease_until = ${MOMENT} + $5::bigint, updated_at = ${NOW}
  WHERE c.id = ANY(ARRAY(SELECT id FROM taken)) RETURNING c.*),
begun AS (INSERT INTO webhook_attempts (call_id, attempt, begun_at) SELECT id, attempts, ${MOMENT} FROM moved)
SELECT id, customer_id, campaign_id, version, step, entry, at, url, method, product_id, host, attempts, ${NOW} - queued_at AS age FROM moved`

/** $1 id, $2 attempt, $3 outcome, $4 detail, $5 delay in ms. */
export const settle = `WITH moved AS (
  UPDATE webhook_calls c SET status = CASE WHEN $3 = 'again' THEN 'queued' ELSE $3 END, reason = $4, lease_until = NULL,
    not_before = CASE WHEN $3 = 'again' THEN ${NOW} + $5::bigint ELSE c.not_before END, updated_at = ${NOW}
  WHERE c.id = $1 AND c.attempts = $2::integer AND c.status IN ('calling', 'queued') RETURNING c.*),
ended AS (
  UPDATE webhook_attempts a SET ended_at = ${MOMENT}, outcome = $3, detail = $4
  WHERE a.call_id = $1 AND a.attempt = $2::integer AND a.outcome IS NULL)
INSERT INTO webhook_outcomes (id, customer_id, ok, at)
SELECT id, customer_id, status = 'ok', updated_at FROM moved WHERE status <> 'queued'
ON CONFLICT (id) DO NOTHING`

/** $1 limit */
export const reap = `WITH dead AS MATERIALIZED (
  SELECT id FROM webhook_calls WHERE status = 'calling' AND lease_until <= ${NOW} LIMIT $1 FOR UPDATE SKIP LOCKED)
UPDATE webhook_calls c SET status = 'queued', reason = 'Whoever made it was lost.', lease_until = NULL, updated_at = ${NOW}
FROM dead WHERE c.id = dead.id RETURNING c.id`

/** For how long the call waits that is due for longest, in ms; null where none is. */
export const longestDue = `SELECT ${MOMENT} - (SELECT not_before ${QUEUED} ORDER BY not_before LIMIT 1) AS ms`
