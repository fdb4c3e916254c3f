import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { answers, IdParameter } from '../parameters.ts'
import type { CampaignClicks, LinkCounts } from '../ports/links.ts'

const Counts = {
  sent: Type.Integer({ description: 'Texts with a link that went out.' }),
  delivered: Type.Integer({ description: 'Of these, those of which a receipt says so; 0 where the gateway gives none.' }),
  clicks: Type.Object({
    human: Type.Integer(),
    automatic: Type.Integer({ description: 'By programs: previews, crawlers, scanners.' }),
  }),
  clicked: Type.Integer({ description: 'Texts that a person clicked.' }),
  customers: Type.Integer({ description: 'Customers, or bare numbers, who did.' }),
  ctr: Type.Union([Type.Number(), Type.Null()], { description: 'clicked / sent; null where nothing was sent.' }),
}
const linksSchema = {
  operationId: 'getCampaignLinks',
  summary: 'Who followed the links of a campaign, as a whole and by segment at the time of sending',
  tags: ['SMS'],
  params: Type.Object({ campaignId: IdParameter }),
  response: {
    200: Type.Object(
      {
        campaignId: Type.String(),
        ...Counts,
        segments: Type.Array(Type.Object({ segment: Type.Union([Type.String(), Type.Null()]), ...Counts })),
      },
      { title: 'CampaignLinks' },
    ),
    ...answers(400, 404, 503),
  },
}

/** GET /campaigns/:campaignId/links */
export const campaignLinkRoutes: FastifyPluginAsyncTypebox<{ campaignClicks: CampaignClicks }> = async (
  app,
  { campaignClicks },
) => {
  app.get('/campaigns/:campaignId/links', { schema: linksSchema }, async ({ params: { campaignId } }, reply) => {
    const found = await campaignClicks.of(campaignId)
    if (found === undefined) return reply.problem(404, 'campaign_unknown', `No text of ${campaignId} had a short link.`)
    const segments = found.segments.map(({ segment, ...counts }) => ({ segment, ...present(counts) }))
    return reply.send({ campaignId, ...present(found.all), segments })
  })
}

const present = ({ people, programs, sent, clicked, delivered, customers }: LinkCounts) => ({
  sent,
  delivered,
  clicks: { human: people, automatic: programs },
  clicked,
  customers,
  ctr: sent === 0 ? null : clicked / sent,
})
