import { bucketOf, PERMIT_MS, type SmsPace } from '../../consumers/sms-pace.ts'
import { type Taken, takeTokens } from '../../models/token-bucket.ts'
import type { Clock } from '../../streams/clock.ts'
import type { Sql } from '../../streams/sql.ts'
import { MOMENT } from './ledger-statements.ts'

export interface SmsPaceOptions {
  /** Whose rate it is: the gateway's name. */
  readonly sender: string
  /** Parts per second */
  readonly rate: number
  readonly clock: Clock
}

/** $1 sender. Locks its row, which there is from now on, and says what time it is under the lock. It begins empty. */
const lock = `INSERT INTO sms_pace AS p (sender, level, at) VALUES ($1, 0, ${MOMENT}) ON CONFLICT (sender) DO UPDATE SET sender = excluded.sender
RETURNING p.level, p.at, ${MOMENT} AS now`
/** $1 sender, $2 level, $3 at */
const keep = 'UPDATE sms_pace SET level = $2::bigint, at = $3::bigint WHERE sender = $1'

/** One bucket of parts for the whole group, in the database and by its clock. Who dies with a permit has wasted it. */
export function smsPace(sql: Sql, { sender, rate, clock }: SmsPaceOptions): SmsPace {
  const shape = bucketOf(rate)
  return {
    rate,
    atOnce: Math.ceil(shape.depth),
    async take(parts) {
      const before = clock.monotonic() // a permit's time runs from before it was given
      const { goes, waitMs } = await sql.transaction(async (tx): Promise<Taken> => {
        const [row] = await tx.query(lock, [sender])
        const { level, at, now } = row as { level: number; at: number; now: number }
        const taken = takeTokens({ level, at }, shape, parts, now)
        await tx.query(keep, [sender, taken.bucket.level, taken.bucket.at])
        return taken
      })
      return { texts: goes, until: before + PERMIT_MS, waitMs }
    },
  }
}
