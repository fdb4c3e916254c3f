import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { formatMoney } from '../../models/money.ts'
import { answers, IdParameter } from '../parameters.ts'
import type { Attribution, Credited } from '../ports/attribution.ts'
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

const Credit = { orders: Type.Integer(), customers: Type.Integer(), revenue: Type.String() }
const DAY = 86_400_000
const attributionSchema = {
  operationId: 'getCampaignAttribution',
  summary: 'Orders that are put down to a campaign',
  description:
    'By the last touch: the last click by a person within its window before the order, and where there is none, the last text within its own. Every order counts once. Revenue is gross, before refunds.',
  tags: ['SMS'],
  params: Type.Object({ campaignId: IdParameter }),
  response: {
    200: Type.Object(
      {
        campaignId: Type.String(),
        currency: Type.String(),
        windows: Type.Object({ clickDays: Type.Number(), sendDays: Type.Number() }),
        ...Credit,
        byClick: Type.Object(Credit),
        bySend: Type.Object(Credit),
        segments: Type.Array(Type.Object({ segment: Type.Union([Type.String(), Type.Null()]), ...Credit })),
      },
      { title: 'CampaignAttribution' },
    ),
    ...answers(400, 404, 503),
  },
}

export interface CampaignRoutes {
  readonly campaignClicks: CampaignClicks
  readonly attribution: Attribution
  readonly currency: string
}

/** GET /campaigns/:campaignId/links, GET /campaigns/:campaignId/attribution */
export const campaignRoutes: FastifyPluginAsyncTypebox<CampaignRoutes> = async (
  app,
  { campaignClicks, attribution, currency },
) => {
  app.get('/campaigns/:campaignId/links', { schema: linksSchema }, async ({ params: { campaignId } }, reply) => {
    const found = await campaignClicks.of(campaignId)
    if (found === undefined) return reply.problem(404, 'campaign_unknown', `No text of ${campaignId} had a short link.`)
    const segments = found.segments.map(({ segment, ...counts }) => ({ segment, ...present(counts) }))
    return reply.send({ campaignId, ...present(found.all), segments })
  })

  app.get('/campaigns/:campaignId/attribution', { schema: attributionSchema }, async ({ params: { campaignId } }, reply) => {
    const found = await attribution.of(campaignId)
    if (found === undefined) return reply.problem(404, 'campaign_unknown', `No text of ${campaignId} went to a customer.`)
    const { clickMs, sendMs } = attribution.windows
    return reply.send({
      campaignId,
      currency,
      windows: { clickDays: clickMs / DAY, sendDays: sendMs / DAY },
      ...credit(found.all),
      byClick: credit(found.byClick),
      bySend: credit(found.bySend),
      segments: found.segments.map(({ segment, ...credited }) => ({ segment, ...credit(credited) })),
    })
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

const credit = ({ orders, customers, revenue }: Credited) => ({ orders, customers, revenue: formatMoney(revenue) })
