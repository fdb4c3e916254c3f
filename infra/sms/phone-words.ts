import type { PhoneHash } from '../../models/phone-hash.ts'
import type { Said } from '../../producers/sms-words.ts'
import type { Sql, Tx } from '../../streams/sql.ts'
import { MOMENT } from './ledger-statements.ts'

/** STOP or START as it came from a phone itself, whoever it belongs to; `source` says by which way. */
export interface PhoneWord extends Pick<Said, 'keyword' | 'at'> {
  /** E.164 */
  readonly phone: string
  readonly source: string
}

/**
 * Writes words on their phones' own rows, under the lock that the dispatcher takes before it sends: once this has resolved no text begins that a
 * STOP forbids. The newest word holds, by when it was said; of two at once, STOP. Repeating it changes nothing, nor does the order in which words come.
 */
export async function keepPhoneWords(sql: Tx, phoneHash: PhoneHash, words: readonly PhoneWord[]): Promise<void> {
  const newest = new Map<string, PhoneWord>()
  for (const word of words) {
    const hash = phoneHash(word.phone)
    const before = newest.get(hash)
    if (before === undefined || before.at < word.at || (before.at === word.at && word.keyword === 'stop')) newest.set(hash, word)
  }
  if (newest.size === 0) return
  const all = [...newest]
  await sql.query(KEEP, [
    all.map(([hash]) => hash),
    all.map(([, { keyword }]) => keyword === 'stop'),
    all.map(([, { at }]) => at),
    all.map(([, { source }]) => source),
  ])
}

/** The same for words of customers: they hold for the phone that each has now. Of a customer without one the `customers` fold keeps the word. */
export async function keepCustomerWords(sql: Sql, phoneHash: PhoneHash, said: readonly Said[]): Promise<void> {
  const phones = await phonesOf(
    sql,
    said.map(({ customerId }) => customerId),
  )
  const words = said.flatMap(({ customerId, keyword, at }) => {
    const phone = phones.get(customerId)
    return phone === undefined ? [] : [{ phone, keyword, at, source: 'message' }]
  })
  await keepPhoneWords(sql, phoneHash, words)
}

/** The phones (E.164) that customers have now, by customer. */
export async function phonesOf(sql: Tx, customerIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await sql.query(
    'SELECT customer_id, phone FROM profiles WHERE customer_id = ANY($1::text[]) AND phone IS NOT NULL',
    [[...new Set(customerIds)]],
  )
  return new Map(rows.map(row => [row.customer_id as string, row.phone as string]))
}

/** $1 phone hashes, $2 whether stopped, $3 when that was said, $4 sources; locked in the order in which the dispatcher locks. */
const KEEP = `INSERT INTO opt_outs AS o (phone_hash, stopped, since, source, stopped_at)
SELECT phone_hash, stopped, since, source, CASE WHEN stopped THEN ${MOMENT} END
FROM unnest($1::text[], $2::boolean[], $3::bigint[], $4::text[]) AS u(phone_hash, stopped, since, source) ORDER BY phone_hash COLLATE "C"
ON CONFLICT (phone_hash) DO UPDATE SET stopped = excluded.stopped, since = excluded.since, source = excluded.source,
  stopped_at = CASE WHEN NOT excluded.stopped THEN NULL WHEN o.stopped THEN o.stopped_at ELSE ${MOMENT} END
WHERE coalesce(o.since, 0) < excluded.since OR (o.since = excluded.since AND excluded.stopped)`
