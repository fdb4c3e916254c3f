import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import { canonicalInstant } from '../../schemas/canonical-instant.ts'
import { Refused } from '../../schemas/refusal.ts'
import { MovementView, SnapshotHeadView } from '../analytics-view.ts'
import { answers } from '../parameters.ts'
import type { Analytics, SnapshotChoice } from '../ports/analytics.ts'
import { presentHead, presentMovement } from '../present-movement.ts'

const Choice = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 64, description, examples: ['snap_12', '2024-05-01T12:30:00Z'] }))

const movementSchema = {
  operationId: 'getSegmentMovement',
  summary: 'How customers moved between segments, from one snapshot to another',
  description:
    'For a Sankey diagram. Every customer of either snapshot is in exactly one link: those of both between two segments, new ones from `from:new`, those who are gone to `to:gone`. With one snapshot alone it is compared with itself, and says so in `degraded`.',
  tags: ['Analytics'],
  querystring: Type.Object({
    from: Choice('A snapshot by its id, or the newest at an instant; a week before the other, unless given.'),
    to: Choice('The same; the newest, unless given.'),
  }),
  response: { 200: MovementView, ...answers(400, 404, 503) },
}
const snapshotsSchema = {
  operationId: 'listSnapshots',
  summary: 'The snapshots that are kept, the newest first: all of two days, then one a day for ninety',
  tags: ['Analytics'],
  querystring: Type.Object({ limit: Type.Integer({ minimum: 1, maximum: 1000, default: 200 }) }),
  response: {
    200: Type.Object({ snapshots: Type.Array(SnapshotHeadView) }, { title: 'Snapshots' }),
    ...answers(400, 503),
  },
}

/** GET /analytics/movement, GET /analytics/snapshots */
export const movementRoutes: FastifyPluginAsyncTypebox<{ analytics: Analytics }> = async (app, { analytics }) => {
  app.get('/analytics/movement', { schema: movementSchema }, async ({ query }, reply) => {
    const [from, to] = [choiceOf(query.from, 'from', reply), choiceOf(query.to, 'to', reply)]
    if (from === 'invalid' || to === 'invalid') return reply
    const movement = await analytics.movement(from, to)
    if (movement !== undefined) return reply.send(presentMovement(movement))
    return (await analytics.snapshots(1)).length === 0
      ? reply.problem(404, 'snapshot_missing', analytics.whyNone)
      : reply.problem(
          404,
          'snapshot_unknown',
          `There is no snapshot ${query.from ?? query.to}, or no longer, or of another version.`,
        )
  })

  app.get('/analytics/snapshots', { schema: snapshotsSchema }, async ({ query }, reply) =>
    reply.send({ snapshots: (await analytics.snapshots(query.limit)).map(presentHead) }),
  )
}

/** An id begins with `snap_`; all else must be an instant. Where it is none the problem is answered already. */
function choiceOf(text: string | undefined, name: string, reply: FastifyReply): SnapshotChoice | undefined | 'invalid' {
  if (text === undefined || reply.sent) return undefined
  if (text.startsWith('snap_')) return { id: text }
  const instant = canonicalInstant(text, Number.POSITIVE_INFINITY)
  if (!(instant instanceof Refused)) return { at: Date.parse(instant) }
  const { message } = instant
  reply.problem(400, 'query_invalid', `The parameters cannot be read: /${name}: ${message}`, {
    errors: [{ pointer: `/${name}`, message }],
  })
  return 'invalid'
}
