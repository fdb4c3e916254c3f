import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { freshEnough } from '../after.ts'
import { After, answers, IdParameter } from '../parameters.ts'
import type { Freshness } from '../ports/freshness.ts'
import type { ColdStart, Recommendations } from '../ports/recommendations.ts'
import { defaultQuery, presentRecommendation, RecommendationView } from '../present-recommendation.ts'

export interface RecommendationRoutes {
  readonly recommendations: Recommendations
  readonly coldStart: ColdStart
  readonly freshness: Freshness
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
      default: defaultQuery.limit,
      description: 'At most as many as were scored.',
    }),
    explain: Type.Boolean({ default: defaultQuery.explain, description: 'With the reasons of each item.' }),
    includePurchased: Type.Boolean({
      default: defaultQuery.includePurchased,
      description: 'With items the customer already has.',
    }),
    after: After,
  }),
  response: { 200: RecommendationView, ...answers(400, 503) },
}

/** GET /recommendations/:customerId */
export const recommendationRoutes: FastifyPluginAsyncTypebox<RecommendationRoutes> = async (app, options) => {
  const { recommendations, coldStart, freshness } = options
  app.get('/recommendations/:customerId', { schema }, async ({ params: { customerId }, query }, reply) => {
    if (query.after !== undefined && !(await freshEnough(freshness, query.after, reply))) return reply
    if (isDefault(query)) {
      const prepared = await recommendations.answer(customerId)
      if (prepared !== undefined) return reply.type('application/json; charset=utf-8').send(prepared)
    }
    const list = (await recommendations.stored(customerId)) ?? coldStart(customerId)
    return reply.send(presentRecommendation(list, query))
  })
}

const isDefault = (query: typeof defaultQuery): boolean =>
  query.limit === defaultQuery.limit &&
  query.explain === defaultQuery.explain &&
  query.includePurchased === defaultQuery.includePurchased
