import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyError, FastifyReply } from 'fastify'
import Type from 'typebox'
import { checkFlow } from '../../models/flow/check-flow.ts'
import type { FlowShop } from '../../models/flow/flow-shop.ts'
import type { Clock } from '../../streams/clock.ts'
import { answerMissing } from '../answer-campaign.ts'
import { failureOf } from '../answer-problems.ts'
import { EVENT_STREAM, eventStream, streamHeaders, wantsEvents } from '../event-stream.ts'
import { answers, IdParameter } from '../parameters.ts'
import type { Campaigns } from '../ports/campaigns.ts'
import type { Rehearsals, Rehearsed } from '../ports/rehearsals.ts'
import { presentReport } from '../present-flow-report.ts'
import { ProblemError, problem } from '../problem.ts'
import { presentRehearsal, RehearsalView } from '../rehearsal-view.ts'
import { waiters } from '../write-flow.ts'

export interface RehearsalRoutes {
  readonly campaigns: Campaigns
  readonly rehearsals: Rehearsals
  readonly flowShop: FlowShop
  readonly clock: Clock
}

/** In seconds: about what a rehearsal takes. */
const RETRY_AFTER = 30
const moment = (description: string) => Type.Optional(Type.String({ format: 'date-time', description }))
const schema = {
  operationId: 'rehearseCampaign',
  summary: 'What a campaign would have done, were it launched at an instant of the past',
  description:
    'Runs the newest version over the history that is kept, on a virtual clock, beside the campaigns that run: who enters, texts by the hour, what is suppressed and why, parts and cost, the queue at the sender, overlaps, and twenty customers’ timelines (docs/flows.md says what is counted). Nothing is sent, and nothing changes. With `Accept: text/event-stream` its progress comes as events `reading` and `counting`, and then the rehearsal as `done`, or a `problem`.',
  tags: ['Campaigns'],
  params: Type.Object({ campaignId: IdParameter }),
  querystring: Type.Object({
    from: moment('When it is launched; 90 days before `to`.'),
    to: moment('Up to when it runs; the last purchase of all.'),
    reach: Type.Optional(
      Type.Enum(['known', 'assumed'], {
        description:
          'Whether texts go only to whom the history knows a phone and a consent of (`known`, the default), or to all who have not said no.',
      }),
    ),
  }),
  response: {
    200: {
      description: 'The rehearsal',
      content: { 'application/json': { schema: RehearsalView }, [EVENT_STREAM]: { schema: { type: 'string' } } },
    },
    ...answers(400, 404, 409, 503),
  },
} as const

/** POST /campaigns/:campaignId/rehearse */
export const campaignRehearsalRoutes: FastifyPluginAsyncTypebox<RehearsalRoutes> = async (
  app,
  { campaigns, rehearsals, flowShop, clock },
) => {
  const waitFor = waiters(app)
  app.post<{ Params: { campaignId: string }; Querystring: { from?: string; to?: string; reach?: 'known' | 'assumed' } }>(
    '/campaigns/:campaignId/rehearse',
    { schema },
    async (request, reply) => {
      const { campaignId } = request.params
      const campaign = await campaigns.get(campaignId)
      if (campaign === undefined) return answerMissing(reply as FastifyReply, campaignId)
      const { flow: _, ...report } = checkFlow(campaign.flow, flowShop, { now: clock.now() })
      if (!report.passed) {
        const { findings } = presentReport(report)
        return reply.problem(409, 'flow_rejected', 'The checker found errors in the flow: it cannot run, nor be rehearsed.', {
          findings,
        })
      }
      const { from, to, reach } = request.query
      const wish = { from: instantOf(from), to: instantOf(to), reachable: reach === 'assumed' }
      const signal = waitFor(request, reply as FastifyReply)
      const run = (say: Parameters<Rehearsals['rehearse']>[3]) => rehearsals.rehearse(campaign, wish, request.caller, say, signal)
      if (wantsEvents(request.headers.accept)) return streamed(run, reply as FastifyReply)
      const rehearsed = await run(() => {})
      if (rehearsed.outcome === 'done') return reply.send(presentRehearsal(rehearsed.result))
      const why = refusalOf(rehearsed)
      if (why.status === 503) reply.header('retry-after', RETRY_AFTER)
      throw new ProblemError(why)
    },
  )
}

const instantOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Date.parse(text))

const WHY = {
  busy: [503, 'rehearsal_busy', 'Another campaign is being rehearsed just now.'],
  late: [503, 'rehearsal_late', 'The history could not be gone through in time.'],
  too_large: [503, 'rehearsal_too_large', 'There are more customers than a rehearsal has memory for.'],
  stopped: [503, 'rehearsal_busy', 'The rehearsal was given up before it was through.'],
  range: [400, 'query_invalid', '`from` must be before `to`, by two years at most.'],
} as const

function refusalOf({ outcome }: Exclude<Rehearsed, { outcome: 'done' }>) {
  const [status, code, detail] = WHY[outcome]
  return problem(status, code, detail)
}

/** The answer begins before its end is known, so a problem is an event of it. */
function streamed(run: (say: Parameters<Rehearsals['rehearse']>[3]) => Promise<Rehearsed>, reply: FastifyReply): FastifyReply {
  const { body, say, end } = eventStream()
  const { id, log } = reply.request
  run(progress => say(progress.type, progress))
    .then(
      rehearsed =>
        rehearsed.outcome === 'done' ? say('done', presentRehearsal(rehearsed.result)) : say('problem', refusalOf(rehearsed)),
      (error: FastifyError) => {
        log.error({ err: error, requestId: id }, 'a campaign could not be rehearsed')
        say('problem', failureOf(error, id))
      },
    )
    .finally(end)
  return reply.type(EVENT_STREAM).headers(streamHeaders).send(body)
}
