import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { SmsStatus } from '../../schemas/events.ts'
import { freshEnough } from '../after.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { After, answers, IdParameter } from '../parameters.ts'
import type { Freshness } from '../ports/freshness.ts'
import type { Texts } from '../ports/texts.ts'

const Nullable = Type.Union([Type.String(), Type.Null()])
const Text = Type.Object(
  {
    id: Type.String(),
    campaignId: Nullable,
    variant: Nullable,
    recommendationId: Nullable,
    class: Type.String(),
    status: SmsStatus,
    reason: Type.Union([Type.String(), Type.Null()], {
      description: 'What suppressed it (a cap says which), what the gateway said, or what it waits for.',
    }),
    phone: Type.Union([Type.String(), Type.Null()], { description: 'Masked; null where the customer has another one now.' }),
    attempts: Type.Integer(),
    requestedAt: Type.String(),
    updatedAt: Type.String(),
    dueAt: Type.Union([Type.String(), Type.Null()], { description: 'Of a queued one, when it may go at the earliest.' }),
  },
  { title: 'CustomerText' },
)
const schema = {
  operationId: 'listCustomerTexts',
  summary: "A customer's texts, the newest first, and why each stands where it stands",
  tags: ['SMS'],
  params: Type.Object({ customerId: IdParameter }),
  querystring: Type.Object({
    status: Type.Optional(SmsStatus),
    cursor: Type.Optional(Type.String({ maxLength: 2000, description: 'nextCursor of the page before' })),
    limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100 }),
    after: After,
  }),
  response: {
    200: Type.Object({ texts: Type.Array(Text), nextCursor: Nullable }, { title: 'CustomerTexts' }),
    ...answers(400, 404, 503),
  },
}

/** GET /customers/:customerId/texts */
export const textRoutes: FastifyPluginAsyncTypebox<{ texts: Texts; freshness: Freshness }> = async (
  app,
  { texts, freshness },
) => {
  app.get('/customers/:customerId/texts', { schema }, async ({ params: { customerId }, query }, reply) => {
    const { status, limit, cursor } = query
    const list = `texts of ${customerId}`
    const from = cursor === undefined ? undefined : decodeCursor(list, cursor)
    if (cursor !== undefined && from === undefined)
      return reply.problem(400, 'cursor_invalid', `The cursor is not one of the texts of ${customerId}.`)
    if (query.after !== undefined && !(await freshEnough(freshness, query.after, reply))) return reply
    const found = await texts.of(customerId, { limit: limit + 1, after: from, status })
    if (found === undefined)
      return reply.problem(404, 'customer_unknown', `Neither an event nor a text of customer ${customerId} is known.`)
    const page = found.slice(0, limit)
    const last = page.at(-1)
    return reply.send({
      texts: [...page],
      nextCursor: found.length > limit && last !== undefined ? encodeCursor(list, last.id) : null,
    })
  })
}
