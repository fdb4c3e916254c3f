import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { freshEnough } from '../after.ts'
import { Degraded } from '../degraded.ts'
import { MOST_SIMILAR } from '../lookups/similar.ts'
import { After, answers, IdParameter } from '../parameters.ts'
import type { Freshness } from '../ports/freshness.ts'
import type { Similar } from '../ports/similar.ts'

export interface SimilarRoutes {
  readonly similar: Similar
  readonly freshness: Freshness
}

const schema = {
  operationId: 'getSimilarCustomers',
  summary: 'Customers alike, by what they bought, looked at and wrote',
  tags: ['Customers'],
  params: Type.Object({ customerId: IdParameter }),
  querystring: Type.Object({
    k: Type.Integer({ minimum: 1, maximum: MOST_SIMILAR, default: 5, description: 'How many.' }),
    after: After,
  }),
  response: {
    200: Type.Object(
      {
        customers: Type.Array(
          Type.Object({
            customerId: Type.String(),
            similarity: Type.Number({
              description: 'From 0 to 1: 1 for who is nearest in every space. Ranks of all spaces make it.',
            }),
            sameSegment: Type.Boolean({
              description: 'Whether they are in the customer’s segment now.',
            }),
            spaces: Type.Record(Type.String(), Type.Number(), { description: 'The cosine in each space that found them.' }),
          }),
        ),
        degraded: Degraded,
      },
      { title: 'Similar customers' },
    ),
    ...answers(400, 404, 503),
  },
}

/** GET /customers/:customerId/similar */
export const similarRoutes: FastifyPluginAsyncTypebox<SimilarRoutes> = async (app, { similar, freshness }) => {
  app.get('/customers/:customerId/similar', { schema }, async ({ params: { customerId }, query }, reply) => {
    if (query.after !== undefined && !(await freshEnough(freshness, query.after, reply))) return reply
    const found = await similar.to(customerId, query.k, { fresh: query.after !== undefined })
    if (found === undefined) return reply.problem(404, 'customer_unknown', `No event of customer ${customerId} is known.`)
    const { customers, degraded } = found
    return reply.send({ customers: [...customers], ...(degraded.length === 0 ? {} : { degraded: [...degraded] }) })
  })
}
