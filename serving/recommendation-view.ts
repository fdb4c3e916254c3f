import Type from 'typebox'
import { Reason, Recommendation, RecommendedItem } from '../schemas/records.ts'

const { recommendationId, asOf, variant, versions, coldStart } = Recommendation.properties
const { reasons: _, ...item } = RecommendedItem.properties

/** What `answerOf` gives (models/recommendation-answer.ts), for the pages at /docs. `campaigns` is null until campaigns are there. */
export const RecommendationView = Type.Object(
  {
    customerId: Type.String(),
    recommendationId,
    asOf,
    variant,
    versions,
    coldStart,
    items: Type.Array(Type.Object({ ...item, reasons: Type.Optional(Type.Array(Reason)) })),
    campaigns: Type.Null(),
  },
  { title: 'Recommendations' },
)
