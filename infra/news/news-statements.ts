/** $1 since when it is news */
export const untold = `SELECT product_id, what, news_id, at, appended_at, telling_id, reached, since FROM product_news
WHERE news_id IS DISTINCT FROM told_id AND appended_at > $1 ORDER BY appended_at, product_id, what LIMIT 1`

/**
 * $1 the trigger's type, $2 when it happened: what was before a launch brings nobody in. Campaigns as customers' flows know them (`flow_campaigns`), and as they were launched: between the two nothing is to be missed. A
 * campaign's flow is JSON in a text (models/flow/run/campaigns.ts).
 */
export const isAskedFor = `SELECT EXISTS (
  SELECT FROM flow_campaigns f WHERE f.status = 'running' AND (f.kept->'told'->>'launchedAt')::bigint <= $2
    AND (f.kept->'flows'->(f.version::text)->>'flow')::jsonb->'trigger'->>'type' = $1)
OR EXISTS (
  SELECT FROM campaigns c JOIN campaign_versions v ON v.campaign_id = c.id AND v.version = c.live_version
  WHERE c.status = 'running' AND c.launched_at <= $2 AND v.flow::jsonb->'trigger'->>'type' = $1) AS asked`

const ROW = 'WHERE product_id = $1 AND what = $2'

/** $3 news, $4 since when interest counts, $5 how many customers at most: of more, those whose interest is newest. */
export const begin = `UPDATE product_news SET telling_id = $3, reached = '', since = greatest($4::bigint, (
  SELECT at + 1 FROM item_signals WHERE product_id = $1 AND at >= $4::bigint ORDER BY at DESC OFFSET $5 LIMIT 1)) ${ROW}`

/** $1 product, $2 the last customer who was told, $3 since when, $4 how many */
export const interested = `SELECT customer_id FROM item_signals WHERE product_id = $1 AND customer_id > $2 AND at >= $3::bigint
ORDER BY customer_id LIMIT $4`

/** $3 news, $4 the last customer who was told. Newer news begins anew. */
export const goOn = `UPDATE product_news SET reached = $4 ${ROW} AND telling_id = $3`

/** $3 news */
export const end = `UPDATE product_news SET told_id = $3 ${ROW}`
