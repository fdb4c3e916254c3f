import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import { canonicalInstant } from '../schemas/canonical-instant.ts'
import { Refused } from '../schemas/refusal.ts'

/** `?asOf=INSTANT`, written as in events. */
export const AsOf = Type.Optional(
  Type.String({
    description:
      'The instant from which everything that ages is measured, ISO 8601; now, unless given. It never hides later events: what is younger has not aged.',
    examples: ['2024-05-01T12:30:00Z', '2024-05-01'],
  }),
)

/** In epoch ms. Undefined when it is no instant: the problem is answered already. What is to come may be asked about, however far. */
export function readAsOf(asOf: string, reply: FastifyReply): number | undefined {
  const instant = canonicalInstant(asOf, Number.POSITIVE_INFINITY)
  if (!(instant instanceof Refused)) return Date.parse(instant)
  const { message } = instant
  reply.problem(400, 'query_invalid', `The parameters cannot be read: /asOf: ${message}`, {
    errors: [{ pointer: '/asOf', message }],
  })
  return undefined
}
