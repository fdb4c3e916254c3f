import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { SmsStatus } from '../../schemas/events.ts'
import { PostedSms } from '../../schemas/sms-body.ts'
import { freshEnough } from '../after.ts'
import { After, answers, IdParameter } from '../parameters.ts'
import type { Freshness } from '../ports/freshness.ts'
import type { SmsRequests } from '../ports/sms-requests.ts'

const Step = { status: SmsStatus, at: Type.String(), detail: Type.Union([Type.String(), Type.Null()]) }
const View = Type.Object(
  {
    id: Type.String(),
    status: SmsStatus,
    reason: Type.Optional(Type.String()),
    parts: Type.Union([Type.Integer(), Type.Null()]),
    encoding: Type.Union([Type.String(), Type.Null()]),
    attempts: Type.Array(Type.Object({ attempt: Type.Integer(), ...Step })),
    history: Type.Array(Type.Object(Step)),
  },
  { title: 'SmsRequest' },
)
const Queued = Type.Object(
  {
    id: Type.String(),
    status: Type.Literal('queued'),
    position: Type.Optional(Type.String({ description: 'For ?after= of any read.' })),
  },
  { title: 'SmsQueued' },
)
const submitSchema = {
  operationId: 'requestSms',
  summary: 'Ask for a text to a customer, or to a phone',
  tags: ['SMS'],
  body: PostedSms,
  response: { 200: View, 202: Queued, ...answers(400, 413, 415, 503) },
}
const getSchema = {
  operationId: 'getSmsRequest',
  summary: 'What became of a text',
  tags: ['SMS'],
  params: Type.Object({ id: IdParameter }),
  querystring: Type.Object({ after: After }),
  response: { 200: View, ...answers(400, 404, 503) },
}

/** POST /sms/requests, GET /sms/requests/:id */
export const smsRequestRoutes: FastifyPluginAsyncTypebox<{ sms: SmsRequests; freshness: Freshness }> = async (
  app,
  { sms, freshness },
) => {
  app.post('/sms/requests', { schema: submitSchema }, async ({ id, body, span }, reply) => {
    const submitted = await sms.submit(body, { requestId: id, span })
    if ('unavailable' in submitted) {
      const detail = 'The request could not be made durable. Nothing is known to be stored.'
      return reply.header('retry-after', submitted.retryAfterSeconds).problem(503, submitted.unavailable, detail)
    }
    if ('refused' in submitted) {
      const { refused, message, pointer } = submitted
      return reply.problem(400, refused, message, { errors: [{ pointer, message }] })
    }
    if (submitted.outcome === 'known') return reply.code(200).send(submitted.request)
    const { position } = submitted
    return reply.code(202).send({ id: body.id, status: 'queued', ...(position === undefined ? {} : { position }) })
  })

  app.get('/sms/requests/:id', { schema: getSchema }, async ({ params, query }, reply) => {
    if (query.after !== undefined && !(await freshEnough(freshness, query.after, reply))) return reply
    const request = await sms.get(params.id)
    return request === undefined
      ? reply.problem(404, 'sms_unknown', `No text was asked for as ${params.id}.`)
      : reply.send(request)
  })
}
