import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import Type, { type TSchema } from 'typebox'
import { eventsOf } from '../../schemas/accept-conversation.ts'
import { Conversation } from '../../schemas/conversation.ts'
import { inbound } from '../../schemas/events.ts'
import { BODY_LIMIT, type LoadLimits, loadGate } from '../load-gate.ts'
import { answers } from '../parameters.ts'
import type { Ingest, IngestAnswer } from '../ports/ingest.ts'
import { requestValidator } from '../validation.ts'

const MAX_BATCH = 2_000

const Query = Type.Object({
  wait: Type.Optional(Type.Literal('applied', { description: 'Answer 200 once reads see the events; after 5 s it is 202.' })),
})
const Answer = Type.Object(
  {
    accepted: Type.Integer({ description: 'Events taken; of a conversation each message counts.' }),
    rejected: Type.Array(
      Type.Object({ index: Type.Integer(), code: Type.String(), message: Type.String(), pointer: Type.String() }),
    ),
    position: Type.Optional(Type.String({ description: 'For ?after= of any read.' })),
  },
  { title: 'EventsAnswer' },
)
const Event = Type.Union(Object.values(inbound), {
  title: 'Event',
  description: 'Fields without a name here are kept under `properties`; money may be a number.',
})
const Batch = Type.Object({ batch: Type.Array(Type.Union([Event, Conversation]), { maxItems: MAX_BATCH }) }, { title: 'Batch' })
const SegmentCall = Type.Object({}, { title: 'SegmentCall', description: 'userId or anonymousId, messageId, timestamp, …' })
const response = { 200: Answer, 202: Answer, ...answers(400, 413, 415, 503) }

/** POST /v1/events, and Segment's calls that map onto it. Bodies are unchecked here: one bad event must not refuse its neighbours. */
export const eventRoutes: FastifyPluginAsyncTypebox<{ ingest: Ingest; load: LoadLimits }> = async (app, { ingest, load }) => {
  const gated = { bodyLimit: BODY_LIMIT, onRequest: loadGate(load), validatorCompiler: requestValidator('any') }
  const events = {
    operationId: 'publishEvents',
    summary: 'Publish one event, a conversation, or a batch of up to 2,000',
    tags: ['Events'],
    querystring: Query,
    body: documented(Type.Union([Event, Conversation, Batch])),
    response,
  }
  app.post('/v1/events', { ...gated, schema: events }, async ({ id, body, query, span }, reply) => {
    const raw = eventsIn(body)
    if (raw === undefined) return reply.problem(400, 'event_invalid', 'The body is neither an event nor { "batch": [ … ] }.')
    const count = raw.reduce((sum: number, one) => sum + eventsOf(one), 0)
    if (count > MAX_BATCH) return reply.problem(413, 'batch_too_large', `The batch has ${count} events.`)
    const wait = query.wait === 'applied'
    return answer(reply, wait, await ingest.submit(raw, { wait, requestId: id, span }))
  })

  for (const call of ['track', 'identify'] as const) {
    const schema = {
      operationId: call,
      summary: `Publish a ${call} call as in the Segment spec`,
      tags: ['Events'],
      querystring: Query,
      body: documented(SegmentCall),
      response,
    }
    app.post(`/v1/${call}`, { ...gated, schema }, async ({ id, body, query, span }, reply) => {
      if (!isObject(body)) return reply.problem(400, 'event_invalid', `The body is not a ${call} call: a JSON object.`)
      const wait = query.wait === 'applied'
      return answer(reply, wait, await ingest.segment(call, body, { wait, requestId: id, span }))
    })
  }
}

/** A body that is shown in the pages at /docs, and taken as it comes. */
const documented = (schema: TSchema) => Type.Unsafe<unknown>(schema)

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The events of a body; something with a `type` is an event whatever else it has. Undefined when it cannot hold any. */
function eventsIn(body: unknown): readonly unknown[] | undefined {
  if (!isObject(body)) return undefined
  if (body.type !== undefined || body.batch === undefined) return [body]
  return Array.isArray(body.batch) ? body.batch : undefined
}

/** 200 says that what was waited for has come; where nothing was accepted there was nothing to wait for. */
function answer(reply: FastifyReply, wait: boolean, taken: IngestAnswer): FastifyReply {
  if ('unavailable' in taken) {
    const detail = taken.unavailable === 'overloaded' ? 'More comes in than can be made durable.' : 'The log does not answer.'
    return reply
      .header('retry-after', taken.retryAfterSeconds)
      .problem(503, taken.unavailable, `${detail} Nothing is known to be stored.`)
  }
  const { applied, ...body } = taken
  return reply.code(wait && applied && taken.accepted > 0 ? 200 : 202).send(body)
}
