import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { answers, IdParameter } from '../parameters.ts'
import { receiptStatuses } from '../ports/sms-callbacks.ts'
import type { SettleSms } from '../ports/sms-requests.ts'

const Settlement = Type.Object(
  {
    as: Type.Enum(receiptStatuses, { description: 'What became of the text.' }),
    why: Type.String({ minLength: 1, maxLength: 200, description: 'How you know. It stays in the log for good.' }),
  },
  { title: 'SmsSettlement' },
)
const Settled = Type.Object({ id: Type.String(), status: Settlement.properties.as }, { title: 'SmsSettled' })
const schema = {
  operationId: 'settleSms',
  summary: 'Say what became of a text of which nobody knows whether it was sent',
  description:
    'For texts that are `unknown` alone. It is kept in the history, with the key that said so, and told as every result.',
  tags: ['SMS'],
  params: Type.Object({ id: IdParameter }),
  body: Settlement,
  response: { 200: Settled, ...answers(400, 404, 409, 413, 415) },
}

/** POST /sms/requests/:id/settlement */
export const smsSettlementRoutes: FastifyPluginAsyncTypebox<{ settleSms: SettleSms }> = async (app, { settleSms }) => {
  app.post('/sms/requests/:id/settlement', { schema }, async ({ params: { id }, body, caller }, reply) => {
    const who = caller === undefined ? 'somebody on this machine' : `key ${caller.id}`
    const settled = await settleSms({ id, ...body, who })
    if (settled.outcome === 'settled') return reply.send({ id, status: body.as })
    if (settled.outcome === 'missing') return reply.problem(404, 'sms_unknown', `No text was asked for as ${id}.`)
    return reply.problem(409, 'sms_settled', `Nobody is in doubt about the text ${id}: it is ${settled.status}.`)
  })
}
