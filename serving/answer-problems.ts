import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { IndexBusy } from '../models/vectors/vector-index.ts'
import type { ErrorCode } from '../schemas/error-codes.ts'
import { traceIdOf } from '../streams/tracer.ts'
import { type FieldError, PROBLEM_TYPE, type Problem, ProblemError, type ProblemMembers, problem } from './problem.ts'

declare module 'fastify' {
  interface FastifyReply {
    /** Answers with a problem (RFC 9457). */
    problem(status: number, code: ErrorCode, detail: string, members?: ProblemMembers): FastifyReply
  }
}

/** How long to stay away from something that is out of reach, in seconds. */
const RETRY_AFTER = 2

/** Makes every error of the app a problem: routes that do not exist, bodies that do not fit, and what was thrown. */
export function answerProblems(app: FastifyInstance): void {
  app.decorateReply('problem', function (status: number, code: ErrorCode, detail: string, members?: ProblemMembers) {
    return this.code(status)
      .type(PROBLEM_TYPE)
      .send(problem(status, code, detail, members))
  })
  app.setNotFoundHandler((request, reply) =>
    reply.problem(404, 'not_found', `There is nothing at ${request.method} ${request.url.split('?', 1)[0]}.`),
  )
  app.setErrorHandler<FastifyError>((error, request, reply) => answerError(error, request, reply))
}

function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof IndexBusy)
    return reply
      .header('retry-after', RETRY_AFTER)
      .problem(503, 'overloaded', 'More ask who is alike than can be answered just now.')
  const known = problemOf(error)
  if (known !== undefined) return reply.code(known.status).type(PROBLEM_TYPE).send(known)
  const traceId = traceIdOf(request.span?.trace)
  request.log.error({ err: error, requestId: request.id, traceId, route: request.routeOptions.url }, 'a request failed')
  const failed = failureOf(error, request.id)
  if (failed.status === 503) reply.header('retry-after', RETRY_AFTER)
  return reply.code(failed.status).type(PROBLEM_TYPE).send(failed)
}

/** What we tell of a failure that is ours: nothing of what was thrown. */
export const failureOf = (error: FastifyError, requestId: string): Problem =>
  isOutOfReach(error)
    ? problem(503, 'state_unavailable', 'The database does not answer just now.')
    : problem(500, 'internal_error', `Request ${requestId} failed on our side.`, { requestId })

/** The caller's mistake as a problem, undefined where it is ours. Fastify's own messages are safe to repeat: they name what was sent. */
export function problemOf(error: FastifyError): Problem | undefined {
  if (error instanceof ProblemError) return error.problem
  if (error.validation !== undefined) return invalid(error)
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return problem(413, 'body_too_large', 'The body is larger than 5 MiB.')
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return problem(415, 'media_type_unsupported', 'The body is not declared as JSON.')
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return problem(400, 'json_invalid', 'The body is not valid JSON.')
  }
  const status = error.statusCode ?? 500
  return status >= 400 && status < 500 ? problem(status, 'request_invalid', error.message) : undefined
}

function invalid(error: FastifyError): Problem {
  const errors = (error.validation ?? []).map(fieldErrorOf)
  const of = error.validationContext === 'body' ? 'body' : 'parameters'
  const first = errors[0]
  const detail =
    first === undefined ? `The ${of} cannot be read.` : `The ${of} cannot be read: ${first.pointer} ${first.message}.`
  return problem(400, of === 'body' ? 'body_invalid' : 'query_invalid', detail, { errors })
}

function fieldErrorOf({ instancePath, params, message }: NonNullable<FastifyError['validation']>[number]): FieldError {
  const missing = params.missingProperty ?? (Array.isArray(params.requiredProperties) ? params.requiredProperties[0] : undefined)
  const pointer = typeof missing === 'string' ? `${instancePath}/${missing}` : instancePath
  return { pointer, message: typeof missing === 'string' ? 'is missing' : (message ?? 'is not valid') }
}

/** Connection trouble of Postgres: a socket's error, a class 08 (connection) or 57P (shutting down) SQLSTATE. */
export function isOutOfReach({ code, message }: Pick<FastifyError, 'message'> & { readonly code?: string }): boolean {
  return (
    /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|08|57P|53300)/.test(code ?? '') ||
    /^(Connection terminated|timeout exceeded)/.test(message)
  )
}
