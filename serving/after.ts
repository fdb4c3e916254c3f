import type { FastifyReply } from 'fastify'
import type { Freshness } from './ports/freshness.ts'

/** As long as `?wait=applied` waits. */
const PATIENCE_MS = 5_000
const RETRY_AFTER = 1

/** Waits until reads are as fresh as `after` asks. Answers true when they are; else the problem is answered already. */
export async function freshEnough(freshness: Freshness, after: string, reply: FastifyReply): Promise<boolean> {
  const outcome = await freshness.reach(after, PATIENCE_MS)
  if (outcome === 'reached') return true
  if (outcome === 'invalid') reply.problem(400, 'position_invalid', 'The position in `after` is not one that this server gives.')
  else
    reply
      .header('retry-after', RETRY_AFTER)
      .problem(503, 'position_not_reached', 'The position in `after` was not reached in 5 seconds.')
  return false
}
