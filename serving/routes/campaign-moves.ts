import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { type CampaignMove, campaignMoves } from '../../models/flow/campaign-moves.ts'
import { checkFlow } from '../../models/flow/check-flow.ts'
import type { FlowShop } from '../../models/flow/flow-shop.ts'
import type { Clock } from '../../streams/clock.ts'
import { answerChange, answerMissing, revisionIn } from '../answer-campaign.ts'
import { answers, IdParameter } from '../parameters.ts'
import type { Campaigns } from '../ports/campaigns.ts'
import { campaignAnswer } from '../present-campaign.ts'
import { presentReport } from '../present-flow-report.ts'

export interface CampaignMoveRoutes {
  readonly campaigns: Campaigns
  readonly flowShop: FlowShop
  readonly clock: Clock
}

const LATER =
  'It is durable when this answers, and comes to customers with the log: `told` says when it has. Asked for again it changes nothing. With `If-Match`, only where nobody changed the campaign since.'
const said: Readonly<Record<CampaignMove, readonly [summary: string, description: string]>> = {
  launch: [
    'Let customers enter the newest version of a campaign',
    'It is checked again, and where it does not pass, the findings are the answer (409). What happened before the launch brings nobody in.',
  ],
  pause: ['Let a campaign rest', 'Nothing is sent and nobody enters; whoever is to take a step stays before it.'],
  resume: ['Let a campaign go on', 'On the version that it was launched with; whoever stayed before a step takes it now.'],
  stop: ['End a campaign for good', 'All that is under way in it ends where it is.'],
}
const schemaOf = (move: CampaignMove) => ({
  operationId: `${move}Campaign`,
  summary: said[move][0],
  description: `${said[move][1]} ${LATER}`,
  tags: ['Campaigns'],
  params: Type.Object({ campaignId: IdParameter }),
  headers: Type.Object({ 'if-match': Type.Optional(Type.String({ description: 'The ETag of what you read.' })) }),
  response: { 200: campaignAnswer('The campaign as it is now'), ...answers(400, 404, 409, 412, 503) },
})
type MoveRequest = FastifyRequest<{ Params: { campaignId: string } }>

/** POST /campaigns/:campaignId/launch, pause, resume, stop */
export const campaignMoveRoutes: FastifyPluginAsyncTypebox<CampaignMoveRoutes> = async (app, { campaigns, flowShop, clock }) => {
  const launch = async ({ params: { campaignId }, headers, caller }: MoveRequest, reply: FastifyReply) => {
    const found = await campaigns.get(campaignId)
    if (found === undefined) return answerMissing(reply, campaignId)
    const { flow: _, ...report } = checkFlow(found.flow, flowShop, { now: clock.now() })
    await campaigns.keepReport(campaignId, found.version, report)
    if (!report.passed) {
      const errors = report.findings.filter(({ severity }) => severity === 'error').length
      const { findings } = presentReport(report)
      return reply.problem(409, 'flow_rejected', `The checker found ${errors} error${errors === 1 ? '' : 's'} in the flow.`, {
        findings,
      })
    }
    // What was checked is what is launched: an edit meanwhile makes this stale.
    const revision = revisionIn(headers['if-match']) ?? found.revision
    return answerChange(reply, campaignId, 'launch', await campaigns.move(campaignId, 'launch', revision, caller))
  }
  for (const move of campaignMoves) {
    const other = async ({ params: { campaignId }, headers, caller }: MoveRequest, reply: FastifyReply) =>
      answerChange(reply, campaignId, move, await campaigns.move(campaignId, move, revisionIn(headers['if-match']), caller))
    app.post(`/campaigns/:campaignId/${move}`, { schema: schemaOf(move) }, move === 'launch' ? launch : other)
  }
}
