import { isUtf8 } from 'node:buffer'
import type { FastifyInstance } from 'fastify'
import { ProblemError, problem } from './problem.ts'

/**
 * The one kind of body there is. Bytes that are no UTF-8 are refused: read as text, whatever they are, each becomes U+FFFD, and ids
 * that differ become one. Keys such as `__proto__` are dropped rather than refused, because a batch must not fail for one of its events.
 */
export function readJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('remove', 'remove')
  app.removeAllContentTypeParsers() // text/plain too: a form of any other site can send that; JSON it cannot
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (isUtf8(body)) parse(request, body.toString('utf8'), done)
    else done(new ProblemError(problem(400, 'json_invalid', 'The body is not valid UTF-8, so it is not JSON.')))
  })
}
