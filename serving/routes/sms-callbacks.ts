import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import { answers } from '../parameters.ts'
import type { CallbackOutcome, SmsCallbacks } from '../ports/sms-callbacks.ts'

const Kept = Type.Object({ outcome: Type.Union([Type.Literal('kept'), Type.Literal('unreadable')]) }, { title: 'SmsCallback' })
const Word = (maxLength: number) => Type.String({ maxLength })
const receiptSchema = {
  operationId: 'kannelReceipt',
  summary: "Kannel's word on a text it took",
  description: 'The address is given to Kannel with each text, signed for that text alone.',
  tags: ['SMS'],
  querystring: Type.Object({
    ref: Word(2000),
    sig: Word(100),
    type: Word(10),
    answer: Type.Optional(Word(2000)),
    id: Type.Optional(Word(200)),
  }),
  response: { 200: Kept, ...answers(400, 403, 503) },
}
const inboundSchema = {
  operationId: 'kannelInbound',
  summary: 'A text that somebody sent to us, by Kannel',
  description: 'STOP and its like hold from before the answer. `key` is `SMS_CALLBACK_KEY`.',
  tags: ['SMS'],
  querystring: Type.Object({
    key: Word(200),
    from: Word(64),
    to: Type.Optional(Word(64)),
    text: Type.Optional(Word(20_000)),
    coding: Type.Optional(Word(10)),
    t: Type.Optional(Word(20)),
  }),
  response: { 200: Kept, ...answers(400, 403, 503) },
}

/** GET /sms/receipts/kannel, GET /sms/inbound/kannel: what Kannel calls, by GET because it knows nothing else. A HEAD would keep things too. */
export const smsCallbackRoutes: FastifyPluginAsyncTypebox<{ callbacks: SmsCallbacks }> = async (app, { callbacks }) => {
  app.get('/sms/receipts/kannel', { schema: receiptSchema, exposeHeadRoute: false }, async ({ query }, reply) =>
    answer(await callbacks.receipt(query), reply),
  )
  app.get('/sms/inbound/kannel', { schema: inboundSchema, exposeHeadRoute: false }, async ({ query, id }, reply) =>
    answer(await callbacks.inbound(query, { requestId: id }), reply),
  )
}

/** What cannot be read is answered as if it could: it would only be sent again. */
function answer(outcome: CallbackOutcome, reply: FastifyReply): FastifyReply {
  return outcome === 'forged'
    ? reply.problem(403, 'callback_forged', 'The signature or key in the address is not ours.')
    : reply.code(200).send({ outcome })
}
