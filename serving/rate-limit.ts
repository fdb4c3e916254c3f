import type { RateLimitPluginOptions } from '@fastify/rate-limit'
import { ProblemError, problem } from './problem.ts'

export interface RateLimit {
  readonly requestsPerMinute: number
}

/** Far above what one well-behaved caller sends; it stops a loop gone wild, not a busy shop. */
export const defaultRateLimit: RateLimit = { requestsPerMinute: 1_200_000 }

/** Callers whose counts are kept. */
const CALLERS = 10_000

/** Counts by key, and by address where no key is needed. */
export const rateLimitOptions = ({ requestsPerMinute }: RateLimit): RateLimitPluginOptions => ({
  max: requestsPerMinute,
  timeWindow: 60_000,
  cache: CALLERS,
  // How much is left is told when nothing is: three headers on every answer would cost lookups more than they tell.
  addHeadersOnExceeding: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
  keyGenerator: request => request.caller?.id ?? request.ip,
  errorResponseBuilder: (_request, { after, max }) =>
    new ProblemError(problem(429, 'rate_limited', `More than ${max} requests in a minute; there is room again in ${after}.`)),
})
