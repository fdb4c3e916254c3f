import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { LineageView } from '../lineage-view.ts'
import { answers, IdParameter } from '../parameters.ts'
import type { Lineages } from '../ports/lineages.ts'
import { presentLineage } from '../present-lineage.ts'

const schema = {
  operationId: 'getLineage',
  summary: 'What made a list: event, versions, choice of variant, and what speaks for each item',
  description:
    'Of each item: the grounds it stands on by the models, as far as they count most. Lists are known while they are the newest of their customer, and for 90 days once they were looked up.',
  tags: ['Recommendations'],
  params: Type.Object({ recommendationId: IdParameter }),
  response: { 200: LineageView, ...answers(400, 404, 503) },
}

/** GET /lineage/:recommendationId */
export const lineageRoutes: FastifyPluginAsyncTypebox<{ lineages: Lineages }> = async (app, { lineages }) => {
  app.get('/lineage/:recommendationId', { schema }, async ({ params: { recommendationId } }, reply) => {
    const known = await lineages.get(recommendationId)
    if (known === undefined)
      return reply.problem(404, 'recommendation_unknown', `No list ${JSON.stringify(recommendationId)} is kept.`)
    return presentLineage(known)
  })
}
