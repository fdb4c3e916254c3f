import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { readDescription } from '../models/flow/description.ts'
import { ProblemError, problem } from './problem.ts'
import { whenOver } from './when-over.ts'

/** In seconds: about what one flow takes of those before. */
const RETRY_AFTER = 10
const BUSY = 'More flows are being written than can be just now.'

export const busy = () => problem(503, 'generator_busy', BUSY)

export const answerBusy = (reply: FastifyReply): FastifyReply =>
  reply.header('retry-after', RETRY_AFTER).problem(503, 'generator_busy', BUSY)

/** What somebody wishes for; throws the problem of one that cannot be taken. */
export function readWish(text: string, pointer: string): string {
  const read = readDescription(text)
  if (!('code' in read)) return read.description
  const errors = [{ pointer, message: read.message }]
  throw new ProblemError(problem(read.code === 'description_empty' ? 400 : 413, read.code, read.message, { errors }))
}

/** Signals that nobody waits for a flow any more: its caller is gone, or the app closes, which does not wait for a model. */
export function waiters(app: FastifyInstance): (request: FastifyRequest, reply: FastifyReply) => AbortSignal {
  const underWay = new Set<AbortController>()
  app.addHook('preClose', async () => {
    for (const waiting of underWay) waiting.abort()
  })
  return (request, reply) => {
    const waiting = new AbortController()
    underWay.add(waiting)
    whenOver(request, reply, () => {
      underWay.delete(waiting)
      waiting.abort()
    })
    return waiting.signal
  }
}
