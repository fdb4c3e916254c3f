import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { checkFlow } from '../../models/flow/check-flow.ts'
import type { FlowShop } from '../../models/flow/flow-shop.ts'
import type { Clock } from '../../streams/clock.ts'
import { exampleFlow } from '../flow-document.ts'
import { answers } from '../parameters.ts'
import { FlowReportView, presentReport } from '../present-flow-report.ts'

const schema = {
  operationId: 'checkFlow',
  summary: 'Check a flow',
  description:
    'By its schema, its rules, and all that customers may do in it; says what is wrong, where, and how a customer gets there. Whatever JSON is sent is answered 200.',
  tags: ['Campaigns'],
  body: Type.Unknown({ examples: [exampleFlow] }),
  response: {
    200: FlowReportView,
    ...answers(400, 413, 415),
  },
}

/** POST /api/v1/checkFlow */
export const checkFlowRoutes: FastifyPluginAsyncTypebox<{ flowShop: FlowShop; clock: Clock }> = async (
  app,
  { flowShop, clock },
) => {
  app.post('/api/v1/checkFlow', { schema }, async ({ body }, reply) => {
    return reply.send(presentReport(checkFlow(body, flowShop, { now: clock.now() })))
  })
}
