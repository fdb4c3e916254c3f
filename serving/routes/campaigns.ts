import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import { checkFlow } from '../../models/flow/check-flow.ts'
import type { FlowShop } from '../../models/flow/flow-shop.ts'
import type { Clock } from '../../streams/clock.ts'
import { answerCampaign, answerChange, answerMissing, revisionIn } from '../answer-campaign.ts'
import { exampleFlow } from '../flow-document.ts'
import { pageFrom, pageOf } from '../page-from.ts'
import { answers, IdParameter } from '../parameters.ts'
import type { Campaigns, CheckedFlow } from '../ports/campaigns.ts'
import type { FlowWriter } from '../ports/flow-writer.ts'
import {
  CampaignChangeView,
  CampaignEntryView,
  CampaignStatus,
  campaignAnswer,
  presentChange,
  presentEntry,
} from '../present-campaign.ts'
import { FlowReportView, presentReport } from '../present-flow-report.ts'
import { ProblemError, problem } from '../problem.ts'
import { answerBusy, readWish, waiters } from '../write-flow.ts'

export interface CampaignRoutes {
  readonly campaigns: Campaigns
  readonly flowWriter: FlowWriter
  readonly flowShop: FlowShop
  readonly clock: Clock
}

/** A record of the log holds the whole flow, and brokers take some 1 MB. */
const MOST_CHARACTERS = 250_000
/** What jsonb does not take: partitions keep flows as that. */
const UNSTORABLE = /[\0\p{Surrogate}]/u
const LIST = 'campaigns'
const params = Type.Object({ campaignId: IdParameter })
const page = {
  cursor: Type.Optional(Type.String({ maxLength: 2000, description: 'nextCursor of the page before' })),
  limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100 }),
}
const nextCursor = Type.Union([Type.String(), Type.Null()])
/** Checked by the checker, whose words name steps. */
const FlowBody = Type.Unknown({ description: 'A flow, as generateFlow answers it (docs/flows.md).' })
const createSchema = {
  operationId: 'createCampaign',
  summary: 'Make a campaign of one sentence, or of a flow',
  description:
    'A draft: nobody enters it before it is launched. Of a sentence the flow is made as by generateFlow. A flow must fit its schema; what else is wrong with it is in `report`, and may be put right later.',
  tags: ['Campaigns'],
  body: Type.Unsafe<{ description?: string; flow?: unknown }>(
    Type.Object(
      { description: Type.Optional(Type.String()), flow: Type.Optional(FlowBody) },
      {
        title: 'NewCampaign',
        description: 'One of the two.',
        examples: [{ description: 'Thank customers a day after their purchase and ask if all was well' }, { flow: exampleFlow }],
      },
    ),
  ),
  response: { 201: campaignAnswer('The draft'), ...answers(400, 413, 415, 503) },
}
const listSchema = {
  operationId: 'listCampaigns',
  summary: 'Campaigns, newest first, a page at a time',
  tags: ['Campaigns'],
  querystring: Type.Object({ status: Type.Optional(CampaignStatus), ...page }),
  response: {
    200: Type.Object({ campaigns: Type.Array(CampaignEntryView), nextCursor }, { title: 'Campaigns' }),
    ...answers(400, 503),
  },
}
const getSchema = {
  operationId: 'getCampaign',
  summary: 'A campaign: its flow, how it stands, what the checker says of it',
  tags: ['Campaigns'],
  params,
  response: { 200: campaignAnswer('The campaign'), ...answers(400, 404, 503) },
}
const putSchema = {
  operationId: 'editCampaign',
  summary: 'Give a campaign a new version of its flow',
  description:
    'With the ETag of the campaign as you read it in `If-Match`. Customers enter the new version once it is launched; who is under way finishes on theirs.',
  tags: ['Campaigns'],
  params,
  headers: Type.Object({
    'if-match': Type.Optional(
      Type.String({ description: 'The ETag of what you read, such as `"3"`; `*` for whatever there is.' }),
    ),
  }),
  body: Type.Unsafe<{ flow: unknown }>(
    Type.Object({ flow: FlowBody }, { title: 'CampaignEdit', examples: [{ flow: exampleFlow }] }),
  ),
  response: { 200: campaignAnswer('The campaign as it is now'), ...answers(400, 404, 409, 412, 413, 415, 428, 503) },
}
const checkSchema = {
  operationId: 'checkCampaign',
  summary: 'Check the newest version of a campaign again, by the rules as they are now',
  tags: ['Campaigns'],
  params,
  response: { 200: FlowReportView, ...answers(400, 404, 503) },
}
const historySchema = {
  operationId: 'getCampaignHistory',
  summary: 'Who changed what in a campaign, newest first',
  tags: ['Campaigns'],
  params,
  querystring: Type.Object(page),
  response: {
    200: Type.Object({ changes: Type.Array(CampaignChangeView), nextCursor }, { title: 'CampaignHistory' }),
    ...answers(400, 404, 503),
  },
}

/** POST /campaigns, GET /campaigns, GET and PUT /campaigns/:campaignId, POST /campaigns/:campaignId/check, GET /campaigns/:campaignId/history */
export const campaignRoutes: FastifyPluginAsyncTypebox<CampaignRoutes> = async (
  app,
  { campaigns, flowWriter, flowShop, clock },
) => {
  const waitFor = waiters(app)

  /** A flow with its report; throws the problem of what is none. */
  function checked(value: unknown): CheckedFlow {
    const { flow, ...report } = checkFlow(value, flowShop, { now: clock.now() })
    if (flow === undefined) throw unfit(report.findings)
    let storable = true
    const { length } = JSON.stringify(flow, (name, inner: unknown) => {
      if (UNSTORABLE.test(name) || (typeof inner === 'string' && UNSTORABLE.test(inner))) storable = false
      return inner
    })
    if (!storable) throw unfit([{ pointer: '', message: 'The flow has NUL characters or halves of surrogate pairs.' }])
    if (length > MOST_CHARACTERS)
      throw unfit([{ pointer: '', message: `The flow has ${length} characters; ${MOST_CHARACTERS} are taken.` }])
    return { flow, report }
  }

  app.post<{ Body: { description?: string; flow?: unknown } }>('/campaigns', { schema: createSchema }, async (request, reply) => {
    const { description, flow } = request.body
    if ((description === undefined) === (flow === undefined)) throw neither()
    const made =
      description === undefined
        ? flow
        : await flowWriter.write(readWish(description, '/description'), () => {}, waitFor(request, reply))
    if (made === undefined) return answerBusy(reply)
    const campaign = await campaigns.create(checked(made), request.caller)
    return answerCampaign(reply.code(201).header('location', `/campaigns/${campaign.id}`), campaign)
  })

  app.get('/campaigns', { schema: listSchema }, async ({ query: { limit, cursor, status } }, reply) => {
    const found = await campaigns.list({ limit: limit + 1, from: pageFrom(LIST, cursor) }, status)
    const { page, nextCursor } = pageOf(LIST, found, limit)
    return reply.send({ campaigns: page.map(presentEntry), nextCursor })
  })

  app.get('/campaigns/:campaignId', { schema: getSchema }, async ({ params: { campaignId } }, reply: FastifyReply) => {
    const found = await campaigns.get(campaignId)
    return found === undefined ? answerMissing(reply, campaignId) : answerCampaign(reply, found)
  })

  app.put<{ Params: { campaignId: string }; Body: { flow: unknown } }>(
    '/campaigns/:campaignId',
    { schema: putSchema },
    async ({ params: { campaignId }, headers, body, caller }, reply) => {
      const ifMatch = headers['if-match']
      if (ifMatch === undefined)
        return reply.problem(428, 'if_match_missing', 'Without If-Match, somebody else’s change could be lost by yours.')
      return answerChange(
        reply,
        campaignId,
        'edit',
        await campaigns.edit(campaignId, checked(body.flow), revisionIn(ifMatch), caller),
      )
    },
  )

  app.post('/campaigns/:campaignId/check', { schema: checkSchema }, async ({ params: { campaignId } }, reply) => {
    const found = await campaigns.get(campaignId)
    if (found === undefined) return answerMissing(reply as FastifyReply, campaignId)
    const { report } = checked(found.flow)
    await campaigns.keepReport(campaignId, found.version, report)
    return reply.send(presentReport(report))
  })

  app.get('/campaigns/:campaignId/history', { schema: historySchema }, async ({ params: { campaignId }, query }, reply) => {
    const list = `history of ${campaignId}`
    const found = await campaigns.history(campaignId, { limit: query.limit + 1, from: pageFrom(list, query.cursor) })
    if (found.length === 0 && (await campaigns.get(campaignId)) === undefined)
      return answerMissing(reply as FastifyReply, campaignId)
    const { page, nextCursor } = pageOf(list, found, query.limit)
    return reply.send({ changes: page.map(presentChange), nextCursor })
  })
}

/** Problems of the field `flow`, of which the checker says where in it something stands. */
function unfit(findings: readonly { readonly pointer: string; readonly message: string }[]): ProblemError {
  const errors = findings.map(({ pointer, message }) => ({ pointer: `/flow${pointer}`, message }))
  return new ProblemError(problem(400, 'flow_invalid', errors[0]?.message ?? 'The value is not a flow.', { errors }))
}

function neither(): ProblemError {
  const message = 'must have either a description or a flow'
  return new ProblemError(problem(400, 'body_invalid', `The body ${message}.`, { errors: [{ pointer: '', message }] }))
}
