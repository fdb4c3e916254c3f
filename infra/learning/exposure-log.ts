import type { RecommendedItem } from '../../schemas/records.ts'
import type { Exposures } from '../../serving/ports/exposures.ts'
import type { Clock } from '../../streams/clock.ts'
import type { Meter } from '../../streams/meter.ts'
import type { Sql } from '../../streams/sql.ts'

/** How often what was looked up is written, and how much at once. */
const EVERY_MS = 250
const PAGE = 500
/** What waits to be written, at most; what comes while it is full is dropped, and counted. */
const MOST_WAITING = 5000
/** Customers whose last list is remembered, so that one looked up again within the hour costs a glance. */
const MOST_KNOWN = 50_000
const HOUR = 3_600_000
const BEFORE_ID = '{"customerId":"'.length
const ID_FIELD = '"recommendationId":"'

interface Waiting {
  readonly customerId: string
  readonly recommendationId: string
  readonly hour: number
  readonly at: number
  /** JSON of the items, where they are not those of the prepared answer. */
  readonly items: string | null
}

/**
 * Lists that were looked up, on their way to the table `exposures`: each once an hour. A lookup puts a few words into memory; they are
 * written in batches, by the database alone (it has the list). Nothing waits without bound: what there is no room for, and what cannot be
 * written, is dropped and counted, for an estimate bears a hole better than a shop bears a slow answer.
 */
export class ExposureLog implements Exposures {
  private readonly sql: Sql
  private readonly clock: Clock
  private readonly meter: Meter
  private readonly known = new Map<string, string>()
  private knownHour = 0
  private waiting: Waiting[] = []

  constructor({ sql, clock, meter }: { sql: Sql; clock: Clock; meter: Meter }) {
    this.sql = sql
    this.clock = clock
    this.meter = meter
    for (const result of ['kept', 'repeated', 'replaced', 'dropped']) meter.count('exposures_total', { result }, 0)
  }

  usual(customerId: string, prepared: string): void {
    const from = prepared.indexOf(ID_FIELD, BEFORE_ID + customerId.length)
    if (from < 0) return
    const start = from + ID_FIELD.length
    this.take(customerId, prepared.slice(start, prepared.indexOf('"', start)))
  }

  other(customerId: string, recommendationId: string, shown: readonly RecommendedItem[]): void {
    this.take(customerId, recommendationId, shown)
  }

  /** Writes until the signal aborts, and then what still waits. */
  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.clock.sleep(EVERY_MS, signal)
      do await this.flush()
      while (this.waiting.length >= (signal.aborted ? 1 : PAGE))
    }
  }

  /** Writes a page of what waits. One that cannot be written is dropped: whoever calls tries the next later. */
  async flush(): Promise<void> {
    if (this.waiting.length === 0) return
    const page = this.waiting.slice(0, PAGE)
    this.waiting = this.waiting.slice(PAGE)
    const column = <K extends keyof Waiting>(name: K) => page.map(one => one[name])
    try {
      const [row] = await this.sql.query(WRITE, [
        column('customerId'),
        column('recommendationId'),
        column('hour'),
        column('at'),
        column('items'),
      ])
      const { found, kept } = row as { found: number; kept: number }
      this.count('kept', kept)
      this.count('repeated', found - kept)
      this.count('replaced', page.length - found)
    } catch (error) {
      this.count('dropped', page.length)
      throw error
    }
  }

  private take(customerId: string, recommendationId: string, shown?: readonly RecommendedItem[]): void {
    const at = this.clock.now()
    const hour = Math.floor(at / HOUR)
    if (hour !== this.knownHour || this.known.size >= MOST_KNOWN) {
      this.known.clear()
      this.knownHour = hour
    }
    if (this.known.get(customerId) === recommendationId) return
    this.known.set(customerId, recommendationId)
    if (this.waiting.length >= MOST_WAITING) this.count('dropped', 1)
    else this.waiting.push({ customerId, recommendationId, hour, at, items: shown === undefined ? null : JSON.stringify(shown) })
  }

  private count(result: string, by: number): void {
    if (by > 0) this.meter.count('exposures_total', { result }, by)
  }
}

/** $1 customers, $2 lists, $3 hours, $4 instants, $5 items or null. A list that was replaced meanwhile is not there any more. */
const WRITE = `WITH seen AS (
  SELECT DISTINCT ON (e.list, e.hour) e.list, e.hour, e.at, r.customer_id, r.body, coalesce(e.items::jsonb, r.answer::jsonb->'items') AS items
  FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[]) AS e (customer_id, list, hour, at, items)
  JOIN recommendations r ON r.customer_id = e.customer_id AND r.recommendation_id = e.list AND r.body ? 'lineage'
), kept AS (
  INSERT INTO exposures (recommendation_id, hour, customer_id, at, variant, propensity, context, items, made)
  SELECT list, hour, customer_id, at, body->>'variant', (body->'lineage'->'choice'->>'propensity')::double precision,
         ARRAY(SELECT value::double precision FROM jsonb_array_elements_text(body->'lineage'->'context') WITH ORDINALITY AS c (value, n) ORDER BY n),
         items, jsonb_set(body, '{items}', jsonb_path_query_array(body, '$.items[*].productId'))
  FROM seen
  ON CONFLICT DO NOTHING RETURNING 1
)
SELECT (SELECT count(*) FROM seen) AS found, (SELECT count(*) FROM kept) AS kept`
