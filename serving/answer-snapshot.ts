import type { FastifyReply } from 'fastify'
import type { Analytics, HeldSnapshot } from './ports/analytics.ts'

/** Answers with something of the newest snapshot, whose id is the ETag: whoever has it already gets 304. */
export function answerSnapshot<Body extends object>(
  reply: FastifyReply,
  analytics: Analytics,
  present: (held: HeldSnapshot['snapshot']) => Body,
): FastifyReply {
  const held = analytics.newest()
  if (held === undefined) return reply.problem(404, 'snapshot_missing', analytics.whyNone)
  const { snapshot, without } = held
  const etag = `"${[snapshot.id, ...without].join('-')}"`
  reply.header('etag', etag).header('cache-control', 'private, no-cache')
  if (reply.request.headers['if-none-match'] === etag) return reply.code(304).send()
  return reply.send({ ...headOf(held), ...present(snapshot) })
}

const headOf = ({ snapshot: { id, takenAt, asOf, currency, degraded }, without }: HeldSnapshot) => ({
  snapshotId: id,
  takenAt: new Date(takenAt).toISOString(),
  asOf: new Date(asOf).toISOString(),
  currency,
  ...(without.length === 0 ? {} : { degraded: without }),
  ...(degraded.length === 0 ? {} : { remarks: degraded.map(({ says }) => says) }),
})
