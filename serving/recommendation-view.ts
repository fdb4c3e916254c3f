import Type from 'typebox'
import { Reason, Recommendation, RecommendedItem } from '../schemas/records.ts'
import { Degraded } from './degraded.ts'

const { recommendationId, asOf, variant, versions, coldStart } = Recommendation.properties
const { reasons: _, ...item } = RecommendedItem.properties

/** What `answerOf` gives (models/recommendation-answer.ts), for the pages at /docs. */
export const RecommendationView = Type.Object(
  {
    customerId: Type.String(),
    recommendationId,
    asOf,
    variant,
    versions,
    coldStart,
    items: Type.Array(Type.Object({ ...item, reasons: Type.Optional(Type.Array(Reason)) })),
    campaigns: Type.Array(
      Type.Object({
        campaignId: Type.String(),
        score: Type.Number({ description: 'From 0 to 1: how much customers alike have to do with it, and how they take it.' }),
        viaCustomers: Type.Integer({ description: 'How many of the customers alike have to do with it.' }),
      }),
    ),
    degraded: Degraded,
  },
  { title: 'Recommendations' },
)
