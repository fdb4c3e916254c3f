import { type News, newsRecord } from '../../consumers/product-news.ts'
import { type NewsKind, newsKinds } from '../../schemas/events.ts'
import type { Clock } from '../../streams/clock.ts'
import { lease } from '../../streams/lease.ts'
import type { Meter } from '../../streams/meter.ts'
import type { Publish } from '../../streams/outbound.ts'
import type { Dispatcher } from '../../streams/processor.ts'
import type { Sql, SqlRow } from '../../streams/sql.ts'
import * as statements from './news-statements.ts'

export interface NewsParts {
  readonly sql: Sql
  readonly publish: Publish
  readonly clock: Clock
  readonly meter: Meter
  /** Customers told at once. */
  readonly page?: number
  /** Customers told of one change at most, those whose interest is newest. */
  readonly most?: number
}

const PAGE = 1000
const MOST = 100_000
const DAY = 86_400_000
/** For so long after they looked at a product, or bought it, customers are told of it. */
const INTEREST_MS = 90 * DAY
/** What could not be told for so long is no news any more. */
const STALE_MS = DAY
const POLL_MS = 500
const LEASE_MS = 3000

/** A product's news that is not told, or not to everybody. */
interface Untold extends News {
  readonly id: string
  readonly productId: string
  readonly what: NewsKind
  /** How far the telling of it came; undefined where it has not begun. */
  readonly telling: { readonly reached: string; readonly since: number } | undefined
}

/**
 * Tells customers who were drawn to a product lately that it is back, or costs less: each on their own stream, a page at a time, the oldest news first, while
 * a campaign runs whose trigger asks for it. A crash between telling a page and noting it tells the page again, under the same ids. Nothing of
 * it is kept where no campaign asks.
 */
export function tellProductNews({ sql, publish, clock, meter, page = PAGE, most = MOST }: NewsParts): Dispatcher {
  const held = lease(sql, clock, 'product-news', LEASE_MS)
  for (const what of newsKinds) meter.count('product_news_told_total', { what }, 0)

  async function begin({ productId, what, id, at }: Untold): Promise<void> {
    const [row] = await sql.query(statements.isAskedFor, [what, at])
    if (row?.asked !== true) await sql.query(statements.end, [productId, what, id])
    else await sql.query(statements.begin, [productId, what, id, at - INTEREST_MS, most])
  }

  async function tellPage(news: Untold, { reached, since }: NonNullable<Untold['telling']>): Promise<void> {
    const { productId, what, id } = news
    const rows = await sql.query(statements.interested, [productId, reached, since, page])
    const customers = rows.map(({ customer_id }) => customer_id as string)
    if (customers.length > 0) await publish(customers.map(customerId => newsRecord(customerId, productId, what, news)))
    if (customers.length < page) await sql.query(statements.end, [productId, what, id])
    else await sql.query(statements.goOn, [productId, what, id, customers.at(-1)!])
    meter.count('product_news_told_total', { what }, customers.length)
  }

  /** Answers whether there was anything to do. */
  async function step(): Promise<boolean> {
    const [row] = await untold(sql, clock.now())
    if (row === undefined || !(await held.mine())) return false
    const news = untoldOf(row)
    if (news.telling === undefined) await begin(news)
    else await tellPage(news, news.telling)
    return true
  }

  async function work(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) if (!(await step())) await clock.sleep(POLL_MS, signal)
  }

  return { kind: 'dispatcher', name: 'product-news', run: signal => work(signal).finally(() => held.giveBack()) }
}

/** Of the news that waits for longest to be told, in seconds; 0 where there is none. */
export async function oldestUntoldNews(sql: Sql, now: number): Promise<number> {
  const [row] = await untold(sql, now)
  return row === undefined ? 0 : Math.max(0, (now - (row.appended_at as number)) / 1000)
}

const untold = (sql: Sql, now: number) => sql.query(statements.untold, [now - STALE_MS])

const untoldOf = (row: SqlRow): Untold => ({
  id: row.news_id as string,
  productId: row.product_id as string,
  what: row.what as NewsKind,
  at: row.at as number,
  appendedAt: row.appended_at as number,
  telling: row.telling_id === row.news_id ? { reached: row.reached as string, since: row.since as number } : undefined,
})
