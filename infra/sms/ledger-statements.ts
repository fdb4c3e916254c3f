/** Now by the database's clock in epoch ms, the same throughout a statement, so that an index can be searched with it. */
export const NOW = '(extract(epoch FROM statement_timestamp()) * 1000)::bigint'
/** The same at this very moment: leases are judged by it. */
export const MOMENT = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint'

/** Appends the result of each row that `moved` (a CTE that returns whole ledger rows) changed. */
export const TOLD = toldAt('updated_at')

/** The same with another time of the result: an SQL expression of epoch ms. */
export function toldAt(at: string): string {
  return `told AS (
  INSERT INTO sms_results (id, partition, request_id, n, customer_id, recipient, campaign_id, status, detail, attempt, at, trace)
  SELECT result_key || ':' || transitions, partition, id, transitions, customer_id, recipient, campaign_id, status, reason, attempts, ${at}, trace
  FROM moved)`
}

/** What every change of status sets. */
export const MOVE = `transitions = l.transitions + 1, updated_at = ${NOW}`

export const due = `SELECT EXISTS (SELECT 1 FROM sms_ledger WHERE status = 'queued' AND not_before <= ${NOW}) AS due`

/** $1 token, $2 ms */
export const renewSlots = `UPDATE sms_slots SET lease_until = ${MOMENT} + $2::bigint WHERE token = $1 AND lease_until > ${MOMENT} RETURNING slot`

/** $1 token, $2 ms, $3 count. Never takes back a slot of the same token whose lease ended: what was claimed under it may be somebody else's. */
export const takeSlots = `WITH free AS MATERIALIZED (
  SELECT slot FROM sms_slots WHERE token IS NULL OR (lease_until <= ${MOMENT} AND token <> $1) ORDER BY slot LIMIT $3 FOR UPDATE SKIP LOCKED)
UPDATE sms_slots s SET token = $1, lease_until = ${MOMENT} + $2::bigint FROM free WHERE s.slot = free.slot RETURNING s.slot`

/**
 * $1 ids. FOR SHARE waits for a commit of the \`customers\` fold in flight and keeps the next one out: a fold that changes a
 * customer's phone or consent writes this row. Locked in the order in which the fold writes.
 */
export const lockCustomers = `SELECT c.customer_id, c.segment, c.consents->'sms'->>'state' AS consent FROM customers c
WHERE c.customer_id IN (SELECT l.customer_id FROM sms_ledger l WHERE l.id = ANY($1::text[]))
ORDER BY c.customer_id COLLATE "C" FOR SHARE`

/** Of a ledger row the keyword that it answers, where it is the very text that was sealed for that: another one under its id is none. */
const replyTo = (row: string) => `LEFT JOIN sms_replies r ON r.request_id = ${row}.id AND r.sealed = ${row}.sealed`

/**
 * $1 ids, $2 tokens, $3 numbers of texts to a bare one. With each claim the newest keyword that whoever has the number wrote by SMS, and what their
 * profile says of where they live.
 */
export const lockClaims = `SELECT l.id, l.class, l.customer_id, l.campaign_id, l.doubtful, p.phone, k.owner IS NULL AS erased, ${NOW} AS now,
  p.traits->>'timeZone' AS zone, p.traits->>'city' AS city, p.traits->'properties'->>'country' AS country,
  w.keyword, w.at AS keyword_at, r.keyword AS confirms, r.said_at AS confirms_at
FROM unnest($1::text[], $2::text[], $3::text[]) AS u(id, token, phone)
JOIN sms_ledger l ON l.id = u.id AND l.token = u.token AND l.status = 'claimed'
LEFT JOIN profiles p ON p.customer_id = l.customer_id LEFT JOIN customer_keys k ON k.owner = l.owner
${replyTo('l')}
LEFT JOIN LATERAL (
  SELECT d.keyword, d.at FROM profiles q
  CROSS JOIN LATERAL (SELECT keyword, at, id FROM documents WHERE customer_id = q.customer_id AND keyword IN ('stop', 'start')
    ORDER BY at DESC, id DESC LIMIT 1) d
  WHERE q.phone = CASE WHEN l.customer_id IS NULL THEN u.phone ELSE p.phone END ORDER BY d.at DESC, d.id DESC LIMIT 1) w ON true
ORDER BY l.id COLLATE "C" FOR UPDATE OF l`

/** Whether a text went, or may have: what was surely refused did not. */
export const WENT = `(status IN ('submitting', 'submitted', 'unknown', 'delivered', 'undelivered', 'expired')
  OR (doubtful AND status IN ('queued', 'claimed')))`

/** $1 phone hashes, $2 the customers who have them, $3 since when: when marketing texts went to either. */
export const went = (() => {
  const texts = (whose: string) =>
    `SELECT id, begun_at FROM sms_ledger WHERE ${whose} AND class = 'marketing' AND begun_at > $3 AND ${WENT}`
  return `SELECT u.phone_hash, l.begun_at FROM unnest($1::text[], $2::text[]) AS u(phone_hash, customer_id) CROSS JOIN LATERAL (
  ${texts('phone_hash = u.phone_hash')} UNION ${texts('customer_id = u.customer_id')}) l`
})()

/** $1 phone hashes */
export const lockOptOuts =
  'SELECT phone_hash, stopped, since FROM opt_outs WHERE phone_hash = ANY($1::text[]) ORDER BY phone_hash COLLATE "C" FOR UPDATE'
/** $1 phone hashes */
export const addOptOuts =
  'INSERT INTO opt_outs (phone_hash) SELECT p FROM unnest($1::text[]) AS u(p) ORDER BY p COLLATE "C" ON CONFLICT (phone_hash) DO NOTHING'

/**
 * $1 ids, $2 tokens, $3 slots, $4 statuses, $5 reasons, $6 phone hashes, $7 when those are due that wait, $8 arms, $9 segments, $10 gateway. Answers
 * those that moved. An arm once drawn stays, and with it when that was and where the customer stood.
 */
export const begin = `WITH moved AS (
  UPDATE sms_ledger l SET status = u.status, reason = u.reason,
    slot = CASE WHEN u.status = 'queued' THEN NULL ELSE u.slot END, token = CASE WHEN u.status = 'queued' THEN NULL ELSE l.token END,
    not_before = CASE WHEN u.status = 'queued' THEN u.due ELSE l.not_before END,
    phone_hash = coalesce(u.phone_hash, l.phone_hash),
    begun_at = CASE WHEN u.status = 'submitting' THEN ${NOW} ELSE l.begun_at END,
    attempts = l.attempts + CASE WHEN u.status = 'submitting' THEN 1 ELSE 0 END,
    gateway = CASE WHEN u.status = 'submitting' THEN $10 ELSE l.gateway END,
    arm = coalesce(l.arm, u.arm), drawn_at = CASE WHEN l.arm IS NULL AND u.arm IS NOT NULL THEN ${NOW} ELSE l.drawn_at END,
    segment = CASE WHEN l.arm IS NULL AND u.arm IS NOT NULL THEN u.segment ELSE l.segment END, ${MOVE}
  FROM unnest($1::text[], $2::text[], $3::integer[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[], $9::text[])
    AS u(id, token, slot, status, reason, phone_hash, due, arm, segment)
  JOIN sms_slots s ON s.slot = u.slot AND s.token = u.token AND s.lease_until > ${MOMENT}
  WHERE l.id = u.id AND l.token = u.token AND l.status = 'claimed' RETURNING l.*),
${TOLD}
SELECT id, attempts, excused FROM moved`

/**
 * $1 ids, $2 tokens, $3 attempts, $4 statuses, $5 details, $6 gateway ids, $7 delays (null: none, and the place in the queue stays), $8 whether
 * excused, $9 gateway. Answers those that moved, and for how many ms their phones have been stopped; of the reply to a keyword
 * not that, for it is meant to go after STOP.
 */
export const settle = `WITH moved AS (
  UPDATE sms_ledger l SET status = u.status, reason = u.detail, gateway = $9, gateway_id = u.gateway_id,
    not_before = CASE WHEN u.status = 'queued' THEN coalesce(${NOW} + u.delay, l.not_before) ELSE l.not_before END,
    excused = l.excused + u.excused::integer,
    token = CASE WHEN u.status = 'queued' THEN NULL ELSE l.token END, ${MOVE}
  FROM unnest($1::text[], $2::text[], $3::integer[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::boolean[])
    AS u(id, token, attempt, status, detail, gateway_id, delay, excused)
  WHERE l.id = u.id AND l.token = u.token AND l.attempts = u.attempt
    AND (l.status = 'submitting' OR (l.status = 'unknown' AND u.status IN ('submitted', 'rejected'))) RETURNING l.*),
${TOLD}
SELECT m.id, CASE WHEN r.request_id IS NULL THEN ${MOMENT} - o.stopped_at END AS since_stop FROM moved m
LEFT JOIN opt_outs o ON o.phone_hash = m.phone_hash AND o.stopped ${replyTo('m')}`

/** $1 token */
export const releaseClaims = `WITH moved AS (
  UPDATE sms_ledger l SET status = 'queued', reason = 'released', token = NULL, ${MOVE}
  WHERE l.status = 'claimed' AND l.token = $1 RETURNING l.*),
${TOLD}
SELECT id FROM moved`

/** $1 token, $2 busy slots */
export const releaseSlots = 'UPDATE sms_slots SET token = NULL, lease_until = 0 WHERE token = $1 AND slot <> ALL($2::integer[])'

/** $1 limit. A claim lives as long as any slot of its token; a submission, as long as its own slot. */
export const reap = `WITH dead AS MATERIALIZED (
  SELECT l.id FROM sms_ledger l WHERE l.status IN ('claimed', 'submitting') AND NOT EXISTS (
    SELECT 1 FROM sms_slots s WHERE s.token = l.token AND s.lease_until > ${NOW} AND (l.status = 'claimed' OR s.slot = l.slot))
  LIMIT $1 FOR UPDATE OF l SKIP LOCKED),
moved AS (
  UPDATE sms_ledger l SET status = CASE l.status WHEN 'claimed' THEN 'queued' ELSE 'unknown' END,
    reason = CASE l.status WHEN 'claimed' THEN 'lease_ended' ELSE 'instance_lost' END,
    token = CASE l.status WHEN 'claimed' THEN NULL ELSE l.token END, ${MOVE}
  FROM dead WHERE l.id = dead.id RETURNING l.*),
${TOLD}
SELECT id FROM moved`
