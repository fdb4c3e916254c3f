import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { type EngagementSpread, standing } from '../../models/engagement.ts'
import { worth } from '../../models/fading.ts'
import { moodOf } from '../../models/mood.ts'
import { feelings } from '../../models/sentiment.ts'
import type { RfmCuts } from '../../schemas/records.ts'
import type { Clock } from '../../streams/clock.ts'
import { freshEnough } from '../after.ts'
import { AsOf, readAsOf } from '../as-of.ts'
import { After, answers, IdParameter } from '../parameters.ts'
import type { CustomerFacts, Customers } from '../ports/customers.ts'
import type { Freshness } from '../ports/freshness.ts'
import { presentRfm, RfmView } from '../present-rfm.ts'

export interface CustomerRoutes {
  readonly customers: Customers
  readonly freshness: Freshness
  /** The newest cuts. */
  readonly cuts: () => RfmCuts
  /** How everybody's engagement is spread. */
  readonly engagement: () => Promise<EngagementSpread>
  readonly clock: Clock
  /** In ms, how long a customer's affinity takes to fade to half. */
  readonly affinityHalfLife: number
}

const Sentiment = Type.Object({
  label: Type.Enum(feelings),
  average: Type.Number({ description: 'Over the last twenty messages, from −1 to 1.' }),
  trend: Type.Enum(['rising', 'steady', 'falling']),
})

const schema = {
  operationId: 'getCustomer',
  summary: 'What is known of a customer',
  tags: ['Customers'],
  params: Type.Object({ customerId: IdParameter }),
  querystring: Type.Object({ asOf: AsOf, after: After }),
  response: {
    200: Type.Object(
      {
        customerId: Type.String(),
        asOf: Type.String(),
        rfm: Type.Union([RfmView, Type.Null()]),
        engagement: Type.Number({
          description:
            'From 0, the least engaged of all customers, to 1, the most: acts by their weights, each worth e^(−0.1·days).',
        }),
        engagementZ: Type.Number({ description: 'The same in standard deviations from the mean of all customers.' }),
        sentiment: Type.Union([Sentiment, Type.Null()]),
        profile: Type.Record(Type.String(), Type.Unknown()),
        affinities: Type.Object({ products: Type.Record(Type.String(), Type.Number()) }),
        consent: Type.Record(Type.String(), Type.String()),
      },
      { title: 'Customer' },
    ),
    ...answers(400, 404, 503),
  },
}

/** GET /customers/:customerId */
export const customerRoutes: FastifyPluginAsyncTypebox<CustomerRoutes> = async (app, options) => {
  const { customers, freshness, cuts, engagement, clock, affinityHalfLife } = options
  app.get('/customers/:customerId', { schema }, async ({ params, query }, reply) => {
    const asOf = query.asOf === undefined ? clock.now() : readAsOf(query.asOf, reply)
    if (asOf === undefined) return reply
    if (query.after !== undefined && !(await freshEnough(freshness, query.after, reply))) return reply
    const customer = await customers.get(params.customerId)
    if (customer === undefined)
      return reply.problem(404, 'customer_unknown', `No event of customer ${params.customerId} is known.`)
    return reply.send(present(customer, cuts(), await engagement(), asOf, affinityHalfLife))
  })
}

function present(customer: CustomerFacts, cuts: RfmCuts, spread: EngagementSpread, asOf: number, halfLife: number) {
  const { customerId, rfm, engagement, mood, affinities, profile, consent } = customer
  const { share, zScore } = standing(engagement, spread)
  return {
    customerId,
    asOf: new Date(asOf).toISOString(),
    rfm: presentRfm(rfm, cuts, asOf),
    engagement: rounded(share),
    engagementZ: rounded(zScore),
    sentiment: moodOf(mood),
    profile,
    affinities: {
      products: Object.fromEntries(
        affinities.map(([productId, value, at]) => [productId, rounded(worth({ value, at }, Math.max(asOf, at), halfLife))]),
      ),
    },
    consent,
  }
}

/** Three significant digits: what is behind them tells nothing. */
const rounded = (value: number): number => Number(value.toPrecision(3))
