import { type Beside, withBeside } from '../../models/recommendation-answer.ts'
import type { Recommendation } from '../../schemas/records.ts'
import type { FollowedCache, Prepared } from '../../streams/followed-cache.ts'
import type { Sql } from '../../streams/sql.ts'
import type { Recommendations } from '../ports/recommendations.ts'
import { keptUnless } from './kept-unless.ts'

/** The newest lists: prepared answers from memory as long as they hold, all else from the rows that the scorer committed. */
export const sqlRecommendations = (
  sql: Sql,
  prepared: Pick<FollowedCache<'recommendations'>, 'get' | 'fresh'>,
): Recommendations => ({
  async answer(customerId, { fresh }) {
    const bytes = await (fresh ? prepared.fresh('recommendations', customerId) : prepared.get('recommendations', customerId))
    return bytes === undefined ? undefined : textOf(bytes)
  },
  async stored(customerId) {
    const [row] = await sql.query<{ body: Recommendation }>('SELECT body FROM recommendations WHERE customer_id = $1', [
      customerId,
    ])
    return row?.body
  },
})

/** So long what stands beside a list stays what it was, and rows that somebody changed by hand. */
const KEPT_MS = 60_000

/** A customer's answer as it was prepared when the list was scored, with what is beside it now. */
export async function preparedAnswer(
  sql: Sql,
  besides: (customerId: string) => Promise<Beside>,
  customerId: string,
): Promise<Prepared | undefined> {
  const [[row], beside] = await Promise.all([
    sql.query<{ answer: string }>('SELECT answer FROM recommendations WHERE customer_id = $1', [customerId]),
    besides(customerId),
  ])
  return row && { bytes: Buffer.from(withBeside(row.answer, beside)), keptMs: keptUnless(beside.degraded, KEPT_MS) }
}

/** Node sends a head and a text in one piece, but bytes in a second one: reading them as text costs less than that. */
const textOf = ({ buffer, byteOffset, length }: Uint8Array): string => Buffer.from(buffer, byteOffset, length).toString()
