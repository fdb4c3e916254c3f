import { randomUUID } from 'node:crypto'
import { LinkBursts } from '../../models/link-bursts.ts'
import { automaticVisit } from '../../models/link-visit.ts'
import type { LinkClicks, LinkHit } from '../../serving/ports/links.ts'
import { type Bell, bell } from '../../streams/bell.ts'
import type { Clock } from '../../streams/clock.ts'
import type { Meter } from '../../streams/meter.ts'
import type { Sql } from '../../streams/sql.ts'
import type { AddressHash } from './address-hash.ts'

/** Written at once. */
const PAGE = 500
/** What waits to be written, at most: some 10 MB. */
const MOST_WAITING = 20_000
/** How long a visitor waits for room, where the database is too far behind. */
const ROOM_MS = 1000
const LOOK_MS = 20
const IDLE_MS = 1000
/** How often the end tries to write what is left. */
const LAST_TRIES = 5
const LONGEST_AGENT = 300

export interface LinkClickParts {
  readonly sql: Sql
  readonly clock: Clock
  readonly meter: Meter
  readonly addressHash: AddressHash
  /** Told when there are rows to report. */
  readonly written?: () => void
}

interface Waiting extends Omit<LinkHit, 'address'> {
  readonly id: string
  readonly at: number
  readonly address: string
  readonly links: number
}

/**
 * Visits of links on their way to the table `link_clicks`. A visit puts a few words into memory and is answered at once; what came
 * meanwhile is written together, under ids that count once, so that a page may be tried again. A full queue makes visitors wait a
 * moment; only then is a visit dropped, and counted: people get where they want to be even without a database.
 * A killed process loses what came while its last page was written, some milliseconds; one that is told to stop loses nothing.
 */
export class LinkClickLog implements LinkClicks {
  private readonly parts: LinkClickParts
  private readonly bursts = new LinkBursts()
  private readonly some: Bell
  private waiting: Waiting[] = []

  constructor(parts: LinkClickParts) {
    this.parts = parts
    this.some = bell(parts.clock)
    for (const result of ['person', 'program', 'dropped']) parts.meter.count('link_clicks_total', { result }, 0)
  }

  take({ address, ...hit }: LinkHit): void | Promise<void> {
    const at = this.parts.clock.now()
    const hashed = this.parts.addressHash(address, at)
    const links = this.bursts.count(hashed, hit.code, at)
    const userAgent = hit.userAgent?.slice(0, LONGEST_AGENT)
    const purpose = hit.purpose?.slice(0, LONGEST_AGENT)
    const click = { ...hit, userAgent, purpose, id: `lc_${randomUUID()}`, at, address: hashed, links }
    if (this.waiting.length < MOST_WAITING) return this.add(click)
    return this.whenThereIsRoom(click)
  }

  /** Writes until the signal aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.waiting.length === 0) await this.some.wait(IDLE_MS, signal)
      else await this.flush()
    }
  }

  /** Writes what is left, after `follow` ended. */
  async close(): Promise<void> {
    for (let tried = 1; this.waiting.length > 0; tried++) {
      try {
        while (this.waiting.length > 0) await this.flush()
      } catch (error) {
        if (tried < LAST_TRIES) await this.parts.clock.sleep(100 * 2 ** tried)
        else {
          this.parts.meter.count('link_clicks_total', { result: 'dropped' }, this.waiting.length)
          throw error
        }
      }
    }
  }

  private add(click: Waiting): void {
    this.waiting.push(click)
    this.some.ring()
  }

  private async whenThereIsRoom(click: Waiting): Promise<void> {
    const { clock, meter } = this.parts
    const until = clock.monotonic() + ROOM_MS
    while (this.waiting.length >= MOST_WAITING && clock.monotonic() < until) await clock.sleep(LOOK_MS)
    if (this.waiting.length < MOST_WAITING) this.add(click)
    else meter.count('link_clicks_total', { result: 'dropped' })
  }

  /** Writes a page; what cannot be written stays where it is. */
  private async flush(): Promise<void> {
    const { sql, meter, written } = this.parts
    const page = this.waiting.slice(0, PAGE)
    const sent = await sql.query(SENT, [[...new Set(page.map(({ code }) => code))]])
    const sentAt = new Map(sent.map(row => [row.code as string, row.sent_at as number | null]))
    const judged = page.map(click => judge(click, sentAt.get(click.code) ?? undefined))
    const column = <K extends keyof Judged>(name: K) => judged.map(one => one[name] ?? null)
    await sql.query(WRITE, [
      column('id'),
      column('code'),
      column('at'),
      column('automatic'),
      column('method'),
      column('userAgent'),
      column('purpose'),
      column('sinceSentMs'),
      column('links'),
      column('address'),
    ])
    this.waiting = this.waiting.slice(page.length)
    const programs = judged.filter(({ automatic }) => automatic !== undefined).length
    meter.count('link_clicks_total', { result: 'program' }, programs)
    meter.count('link_clicks_total', { result: 'person' }, page.length - programs)
    written?.()
  }
}

type Judged = ReturnType<typeof judge>

function judge(click: Waiting, sentAt: number | undefined) {
  const sinceSentMs = sentAt === undefined ? undefined : click.at - sentAt
  return { ...click, sinceSentMs, automatic: automaticVisit({ ...click, sinceSentMs }) }
}

/** $1 codes. A text left us when its last attempt began. */
const SENT = `SELECT t.code, (SELECT max(r.at) FROM sms_results r WHERE r.request_id = t.request_id AND r.status = 'submitting') AS sent_at
FROM sms_link_tracking t WHERE t.code = ANY($1::text[])`

/** A text to a bare number has no customer to tell of it. */
const WRITE = `INSERT INTO link_clicks (id, code, request_id, customer_id, campaign_id, at, automatic, method, user_agent, purpose, since_sent_ms, links, address, reported)
SELECT u.id, t.code, t.request_id, t.customer_id, t.campaign_id, u.at, u.automatic, u.method, u.user_agent, u.purpose, u.since_sent, u.links, u.address, t.customer_id IS NULL
FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::integer[], $10::text[])
  WITH ORDINALITY AS u(id, code, at, automatic, method, user_agent, purpose, since_sent, links, address, n)
JOIN sms_link_tracking t ON t.code = u.code ORDER BY u.n
ON CONFLICT (id) DO NOTHING`
