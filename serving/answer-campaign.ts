import type { FastifyReply } from 'fastify'
import type { Campaign, Changed } from './ports/campaigns.ts'
import { presentCampaign } from './present-campaign.ts'

export const answerCampaign = (reply: FastifyReply, campaign: Campaign): FastifyReply =>
  reply.header('etag', `"${campaign.revision}"`).send(presentCampaign(campaign))

export const answerMissing = (reply: FastifyReply, id: string): FastifyReply =>
  reply.problem(404, 'campaign_missing', `There is no campaign ${id}.`)

/** `wish` is what was asked for, as a verb. */
export function answerChange(reply: FastifyReply, id: string, wish: string, changed: Changed): FastifyReply {
  if (changed.outcome === 'unknown') return answerMissing(reply, id)
  const { outcome, campaign } = changed
  if (outcome === 'changed') return answerCampaign(reply, campaign)
  reply.header('etag', `"${campaign.revision}"`)
  if (outcome === 'refused')
    return reply.problem(409, 'campaign_status', `The campaign is ${campaign.status}: there is nothing to ${wish}.`)
  return reply.problem(
    412,
    'campaign_changed',
    `The campaign was changed since, by ${campaign.changedBy}; its ETag is another now.`,
  )
}

/** No revision has it: what is in If-Match and is no ETag of ours fits nothing. */
const NONE = -1

/** The revision that If-Match asks for; undefined where any will do (`*`, or no header). Tags are compared as strong ones (RFC 9110, 13.1.1). */
export function revisionIn(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined
  const [, revision] = /^\s*"(\d{1,15})"\s*$/.exec(ifMatch) ?? []
  return revision === undefined ? NONE : Number(revision)
}
