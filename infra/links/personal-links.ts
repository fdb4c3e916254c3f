import { randomBytes } from 'node:crypto'
import type { ClaimedSms } from '../../consumers/sms-ledger.ts'
import { LINK_CODE_LENGTH, linkCode } from '../../models/link-code.ts'
import { linkHosts } from '../../models/link-hosts.ts'
import type { Sql } from '../../streams/sql.ts'

/** What each of some claimed texts shows in place of its link, by the request's id; nothing for texts without one. */
export type PersonalLinks = (claimed: readonly ClaimedSms[]) => Promise<ReadonlyMap<string, string>>

export interface LinkSettings {
  /** What short links begin with, such as `https://s.example`; undefined where links go out as they are. */
  readonly base: string | undefined
  /** Hosts that links may lead to, `*.` before one for all under it; undefined for any. */
  readonly hosts: readonly string[] | undefined
  /** How long a short link leads somewhere, in days. */
  readonly days: number
}

const DAY = 86_400_000

export const shortLink = (base: string, code: string): string => `${base}/r/${code}`

/** Of the same length as every short link, and of the same letters as far as a text's encoding goes. */
export const anyShortLink = (base: string): string => shortLink(base, '0'.repeat(LINK_CODE_LENGTH))

/**
 * Gives every claimed text with a link its own short one, in the database before anything is written to the gateway. A text has the same
 * link however often it is claimed; segment and days are those of the last claim, moments before the text goes out: it is claimed again only
 * where surely nothing was sent before.
 */
export function personalLinks(sql: Sql, { base, hosts, days }: LinkSettings & { readonly base: string }): PersonalLinks {
  const mayLinkTo = linkHosts(hosts)
  // The entrance has checked links; what came by another way must not stop the texts of others, and no short link leads to a host not allowed.
  const leads = (link: string): boolean => /^https?:/i.test(link) && URL.canParse(link) && mayLinkTo(link)
  return async claimed => {
    const linked = claimed.filter(({ link }) => link !== undefined && leads(link))
    if (linked.length === 0) return new Map()
    const rows = await sql.query(KEEP, [
      linked.map(({ id }) => id),
      linked.map(() => linkCode(randomBytes)),
      // As a browser would ask for it: only then is it sure to fit a header.
      linked.map(({ link }) => new URL(link!).href),
      days * DAY,
    ])
    return new Map(rows.map(({ request_id, code }) => [request_id as string, shortLink(base, code as string)]))
  }
}

const NOW = '(extract(epoch FROM statement_timestamp()) * 1000)::bigint'

/** $1 requests, $2 codes, $3 destinations, $4 ms. Whoever has a code already keeps it. */
const KEEP = `INSERT INTO sms_link_tracking AS t (code, request_id, destination, customer_id, recipient, campaign_id, segment, created_at, expires_at)
SELECT u.code, l.id, u.destination, l.customer_id, l.recipient, l.campaign_id, c.segment, ${NOW}, ${NOW} + $4::bigint
FROM unnest($1::text[], $2::text[], $3::text[]) AS u(id, code, destination)
JOIN sms_ledger l ON l.id = u.id LEFT JOIN customers c ON c.customer_id = l.customer_id
ON CONFLICT (request_id) DO UPDATE SET segment = excluded.segment, created_at = excluded.created_at, expires_at = excluded.expires_at
RETURNING t.request_id, t.code`
