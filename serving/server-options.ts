import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import { type FastifyBaseLogger, type FastifyHttpOptions, type FastifyReply, LogController } from 'fastify'
import { problemOf } from './answer-problems.ts'
import { BODY_LIMIT } from './load-gate.ts'
import { PROBLEM_TYPE, problem } from './problem.ts'

/** An id of 128 characters, each percent-encoded from up to four bytes. */
const LONGEST_PARAMETER = 128 * 12

/** Connections that wait to be taken. Of those that Node's own 511 has no room for, some would be reset instead of being answered. */
export const BACKLOG = 4096

/**
 * Requests are not logged one by one: metrics count them. So a logger is not made for each of them either: lines that tell of a
 * request carry its id themselves, under the name that it has everywhere.
 */
export const serverOptions = (logger: FastifyBaseLogger | undefined): FastifyHttpOptions<Server> => ({
  ...(logger === undefined ? {} : { loggerInstance: logger }),
  childLoggerFactory: logger => logger,
  logController: new LogController({ disableRequestLogging: true }),
  genReqId,
  bodyLimit: BODY_LIMIT,
  return503OnClosing: true,
  routerOptions: { maxParamLength: LONGEST_PARAMETER },
  frameworkErrors: (error, _request, reply) => {
    const body = problemOf(error) ?? problem(400, 'request_invalid', error.message)
    // A route's own types, of which there is none here, stand between the two.
    const plain = reply as unknown as FastifyReply
    plain.code(body.status).type(PROBLEM_TYPE).send(body)
  },
  clientErrorHandler,
})

/** The caller's own id of a request, if it sends one that can be searched for; else one that no other instance gives. */
function genReqId({ headers }: IncomingMessage): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && /^[\w.:/+=-]{1,128}$/.test(given) ? given : randomUUID()
}

/** What is not HTTP, or has headers too long, never becomes a request: it is answered on the bare socket. */
function clientErrorHandler(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return
  const [status, words] = error.code === 'HPE_HEADER_OVERFLOW' ? [431, 'Request Header Fields Too Large'] : [400, 'Bad Request']
  const body = JSON.stringify(problem(status as number, 'request_invalid', 'The request cannot be read as HTTP.'))
  const head = `HTTP/1.1 ${status} ${words}\r\ncontent-type: ${PROBLEM_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n`
  socket.end(head + body)
}
