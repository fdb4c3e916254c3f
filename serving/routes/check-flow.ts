import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { checkFlow } from '../../models/flow/check-flow.ts'
import type { FlowShop } from '../../models/flow/flow-shop.ts'
import type { Clock } from '../../streams/clock.ts'
import { exampleFlow } from '../flow-document.ts'
import { answers } from '../parameters.ts'

const Moment = Type.Object({
  after: Type.Number({ description: 'ms after the customer entered' }),
  step: Type.String(),
  what: Type.String(),
})
const Finding = Type.Object(
  {
    code: Type.String({ description: 'Stable' }),
    severity: Type.Enum(['error', 'warning']),
    message: Type.String(),
    pointer: Type.String({ description: 'JSON Pointer into the flow' }),
    step: Type.Optional(Type.String()),
    timeline: Type.Optional(Type.Array(Moment, { description: 'How a customer gets there' })),
    fixable: Type.Boolean(),
  },
  { title: 'FlowFinding' },
)
const Property = Type.Object(
  { property: Type.String(), outcome: Type.Enum(['proved', 'refuted', 'bound_reached']), detail: Type.String() },
  { title: 'FlowProperty' },
)
const schema = {
  operationId: 'checkFlow',
  summary: 'Check a flow',
  description:
    'By its schema, its rules, and all that customers may do in it; says what is wrong, where, and how a customer gets there. Whatever JSON is sent is answered 200.',
  tags: ['Campaigns'],
  body: Type.Unknown({ examples: [exampleFlow] }),
  response: {
    200: Type.Object(
      {
        passed: Type.Boolean({ description: 'Whether it may run: no finding is an error.' }),
        findings: Type.Array(Finding),
        properties: Type.Array(Property),
      },
      { title: 'FlowReport' },
    ),
    ...answers(400, 413, 415),
  },
}

/** POST /api/v1/checkFlow */
export const checkFlowRoutes: FastifyPluginAsyncTypebox<{ flowShop: FlowShop; clock: Clock }> = async (
  app,
  { flowShop, clock },
) => {
  app.post('/api/v1/checkFlow', { schema }, async ({ body }, reply) => {
    const { passed, findings, properties } = checkFlow(body, flowShop, { now: clock.now() })
    return reply.send({
      passed,
      findings: findings.map(({ timeline, ...finding }) => ({ ...finding, ...(timeline && { timeline: [...timeline] }) })),
      properties: [...properties],
    })
  })
}
