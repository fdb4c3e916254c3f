import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { formatMoney } from '../../models/money.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { answers, IdParameter } from '../parameters.ts'
import type { Attribution, Credited, CreditedOrder } from '../ports/attribution.ts'

const Segment = Type.Union([Type.String(), Type.Null()])
const Credit = { orders: Type.Integer(), customers: Type.Integer(), revenue: Type.String() }
const DAY = 86_400_000
const totalsSchema = {
  operationId: 'getCampaignAttribution',
  summary: 'What is put down to a campaign: orders and revenue',
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
        segments: Type.Array(Type.Object({ segment: Segment, ...Credit })),
      },
      { title: 'CampaignAttribution' },
    ),
    ...answers(400, 404, 503),
  },
}
const Order = Type.Object({
  orderId: Type.String(),
  customerId: Type.String(),
  at: Type.String(),
  revenue: Type.String(),
  by: Type.Union([Type.Literal('click'), Type.Literal('send')]),
  touchedAt: Type.String(),
  requestId: Type.String({ description: 'The text, for GET /sms/requests/{id}.' }),
  segment: Segment,
  variant: Type.Union([Type.String(), Type.Null()]),
  recommendationId: Type.Union([Type.String(), Type.Null()], {
    description: 'The list that the text was written from, for GET /lineage/{recommendationId}.',
  }),
})
const ordersSchema = {
  operationId: 'listCampaignOrders',
  summary: 'Orders that are put down to a campaign, oldest first, each with the text and the touch that led to it',
  tags: ['SMS'],
  params: Type.Object({ campaignId: IdParameter }),
  querystring: Type.Object({
    cursor: Type.Optional(Type.String({ maxLength: 2000, description: 'nextCursor of the page before' })),
    limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100 }),
  }),
  response: {
    200: Type.Object(
      { orders: Type.Array(Order), nextCursor: Type.Union([Type.String(), Type.Null()]) },
      { title: 'CampaignOrders' },
    ),
    ...answers(400, 503),
  },
}

const ofListSchema = {
  operationId: 'listRecommendationOrders',
  summary: 'Orders that are put down to texts written from a list, oldest first: at most a thousand',
  tags: ['Recommendations'],
  params: Type.Object({ recommendationId: IdParameter }),
  response: { 200: Type.Object({ orders: Type.Array(Order) }, { title: 'RecommendationOrders' }), ...answers(400, 503) },
}
/** A list is one customer's, and texts from it are few. */
const MOST_OF_LIST = 1000

export interface AttributionRoutes {
  readonly attribution: Attribution
  readonly currency: string
}

/** GET /campaigns/:campaignId/attribution, GET /campaigns/:campaignId/orders, GET /lineage/:recommendationId/orders */
export const attributionRoutes: FastifyPluginAsyncTypebox<AttributionRoutes> = async (app, { attribution, currency }) => {
  app.get('/campaigns/:campaignId/attribution', { schema: totalsSchema }, async ({ params: { campaignId } }, reply) => {
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

  app.get('/campaigns/:campaignId/orders', { schema: ordersSchema }, async ({ params: { campaignId }, query }, reply) => {
    const list = `orders of ${campaignId}`
    const from = query.cursor === undefined ? undefined : decodeCursor(list, query.cursor)
    if (query.cursor !== undefined && from === undefined)
      return reply.problem(400, 'cursor_invalid', `The cursor is not one of this list, ${list}.`)
    const found = await attribution.orders(campaignId, query.limit + 1, from)
    const page = found.slice(0, query.limit)
    const last = page.at(-1)
    return reply.send({
      orders: page.map(presentOrder),
      nextCursor: found.length > query.limit && last !== undefined ? encodeCursor(list, last.key) : null,
    })
  })

  app.get('/lineage/:recommendationId/orders', { schema: ofListSchema }, async ({ params }, reply) => {
    const found = await attribution.ordersOfList(params.recommendationId, MOST_OF_LIST)
    return reply.send({ orders: found.map(presentOrder) })
  })
}

const presentOrder = ({ key: _, at, touchedAt, revenue, ...order }: CreditedOrder) => ({
  ...order,
  at: new Date(at).toISOString(),
  touchedAt: new Date(touchedAt).toISOString(),
  revenue: formatMoney(revenue),
})

const credit = ({ orders, customers, revenue }: Credited) => ({ orders, customers, revenue: formatMoney(revenue) })
