import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyError, FastifyReply } from 'fastify'
import Type from 'typebox'
import { LONGEST_DESCRIPTION } from '../../models/flow/description.ts'
import { failureOf } from '../answer-problems.ts'
import { EVENT_STREAM, eventStream, streamHeaders, wantsEvents } from '../event-stream.ts'
import { documentedFlow, exampleFlow } from '../flow-document.ts'
import { answers } from '../parameters.ts'
import type { FlowWriter } from '../ports/flow-writer.ts'
import { answerBusy, busy, readWish, waiters } from '../write-flow.ts'

const EXAMPLE = "Win back customers who haven't bought in 90 days with 20 % off, wait 3 days, remind once"

const Body = Type.Object(
  {
    campaignDescription: Type.String({
      description: `The campaign in plain words, in English, Roman Urdu or Urdu; at most ${LONGEST_DESCRIPTION} characters.`,
      examples: [EXAMPLE],
    }),
  },
  { title: 'FlowWish' },
)
const schema = {
  operationId: 'generateFlow',
  summary: 'Have a flow made of one sentence',
  description:
    'By the language model that is configured, else, and wherever that fails, by the built-in planner: the answer is a flow that passed its checks, and its `metadata` says who made it, what was assumed and what was corrected. With `Accept: text/event-stream` its progress comes as events `planning`, `waiting`, `asking`, `checking` and `repairing`, and then the flow as `done`, or a `problem`.',
  tags: ['Campaigns'],
  body: Body,
  response: {
    200: {
      description: 'The flow',
      content: {
        'application/json': { schema: documentedFlow, example: exampleFlow },
        [EVENT_STREAM]: { schema: { type: 'string' } },
      },
    },
    ...answers(400, 413, 415, 503),
  },
} as const

/** POST /api/v1/generateFlow. Who closes the app does not wait for a model: what is under way is answered at once. */
export const generateFlowRoutes: FastifyPluginAsyncTypebox<{ flowWriter: FlowWriter }> = async (app, { flowWriter }) => {
  const waitFor = waiters(app)
  app.post<{ Body: { campaignDescription: string } }>('/api/v1/generateFlow', { schema }, async (request, reply) => {
    const description = readWish(request.body.campaignDescription, '/campaignDescription')
    const signal = waitFor(request, reply)
    if (wantsEvents(request.headers.accept)) return streamed(flowWriter, description, signal, reply)
    return (await flowWriter.write(description, () => {}, signal)) ?? answerBusy(reply)
  })
}

/** The answer begins before its end is known, so a problem is an event of it. */
function streamed(writer: FlowWriter, description: string, signal: AbortSignal, reply: FastifyReply): FastifyReply {
  const { body, say, end } = eventStream()
  const { id, log } = reply.request
  writer
    .write(description, progress => say(progress.type, progress), signal)
    .then(
      flow => (flow === undefined ? say('problem', busy()) : say('done', flow)),
      (error: FastifyError) => {
        log.error({ err: error, requestId: id }, 'a flow could not be written')
        say('problem', failureOf(error, id))
      },
    )
    .finally(end)
  return reply.type(EVENT_STREAM).headers(streamHeaders).send(body)
}
