import type { Cache } from '../../streams/cache.ts'
import type { Sql } from '../../streams/sql.ts'
import type { Links, ShortLink } from '../ports/links.ts'

/** What a link is never changes, so it may be kept for as long as there is room. */
const KEPT_MS = 24 * 3_600_000
/** Says also how the value is written: instances of two versions may share the cache. */
const VERSION = 'v1'

/** Links by code: from the cache, and from the database where that has it not, or is away. */
export const sqlLinks = (sql: Sql, cache: Cache): Links => ({
  async find(code) {
    const key = `${VERSION}:${code}`
    const kept = await cache.get(key)
    if (kept !== undefined) return readLink(Buffer.from(kept).toString())
    const [row] = await sql.query('SELECT destination, expires_at FROM sms_link_tracking WHERE code = $1', [code])
    if (row === undefined) return undefined
    const link = { destination: row.destination as string, expiresAt: row.expires_at as number }
    await cache.set(key, Buffer.from(writeLink(link)), KEPT_MS)
    return link
  },
})

const writeLink = ({ destination, expiresAt }: ShortLink): string => `${expiresAt} ${destination}`

function readLink(text: string): ShortLink {
  const space = text.indexOf(' ')
  return { expiresAt: Number(text.slice(0, space)), destination: text.slice(space + 1) }
}
