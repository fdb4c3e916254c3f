import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { type Asked, answerOf, shownOf, usuallyAsked } from '../../models/recommendation-answer.ts'
import { freshEnough } from '../after.ts'
import { After, answers, IdParameter } from '../parameters.ts'
import type { Exposures } from '../ports/exposures.ts'
import type { Freshness } from '../ports/freshness.ts'
import type { ColdStart, Recommendations } from '../ports/recommendations.ts'
import type { Similar } from '../ports/similar.ts'
import { RecommendationView } from '../recommendation-view.ts'

export interface RecommendationRoutes {
  readonly recommendations: Recommendations
  readonly coldStart: ColdStart
  readonly similar: Pick<Similar, 'beside'>
  readonly freshness: Freshness
  readonly exposures: Exposures
}

const schema = {
  operationId: 'getRecommendations',
  summary: 'The newest list for a customer; for an unknown one, what is trending',
  tags: ['Recommendations'],
  params: Type.Object({ customerId: IdParameter }),
  querystring: Type.Object({
    limit: Type.Integer({
      minimum: 1,
      maximum: 100,
      default: usuallyAsked.limit,
      description: 'At most as many as were scored.',
    }),
    explain: Type.Boolean({ default: usuallyAsked.explain, description: 'With the reasons of each item.' }),
    includePurchased: Type.Boolean({
      default: usuallyAsked.includePurchased,
      description: 'With items the customer already has.',
    }),
    after: After,
  }),
  response: { 200: RecommendationView, ...answers(400, 503) },
}

/** GET /recommendations/:customerId */
export const recommendationRoutes: FastifyPluginAsyncTypebox<RecommendationRoutes> = async (app, options) => {
  const { recommendations, coldStart, similar, freshness, exposures } = options
  app.get('/recommendations/:customerId', { schema }, async ({ params: { customerId }, query }, reply) => {
    if (query.after !== undefined && !(await freshEnough(freshness, query.after, reply))) return reply
    if (isDefault(query)) {
      const prepared = await recommendations.answer(customerId, { fresh: query.after !== undefined })
      if (prepared !== undefined) {
        exposures.usual(customerId, prepared)
        return reply.type('application/json; charset=utf-8').send(prepared)
      }
    }
    const list = await recommendations.stored(customerId)
    if (list === undefined) return reply.send(answerOf(await coldStart(customerId), query))
    exposures.other(customerId, list.recommendationId, shownOf(list, query))
    return reply.send(answerOf(list, query, await similar.beside(customerId)))
  })
}

const isDefault = (query: Asked): boolean =>
  query.limit === usuallyAsked.limit &&
  query.explain === usuallyAsked.explain &&
  query.includePurchased === usuallyAsked.includePurchased
