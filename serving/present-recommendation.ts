import Type, { type Static } from 'typebox'
import { Recommendation, RecommendedItem } from '../schemas/records.ts'

const { recommendationId, asOf, variant, versions, coldStart } = Recommendation.properties

/** A list as contracts/api.md shows it. `campaigns` is null until campaigns are there. */
export const RecommendationView = Type.Object(
  {
    customerId: Type.String(),
    recommendationId,
    asOf,
    variant,
    versions,
    coldStart,
    items: Type.Array(
      Type.Evaluate(
        Type.Intersect([Type.Omit(RecommendedItem, ['reasons']), Type.Partial(Type.Pick(RecommendedItem, ['reasons']))]),
      ),
    ),
    campaigns: Type.Null(),
  },
  { title: 'Recommendations' },
)
export type RecommendationView = Static<typeof RecommendationView>

export interface RecommendationQuery {
  readonly limit: number
  /** With the reasons of each item. */
  readonly explain: boolean
  /** With items that the customer already has. */
  readonly includePurchased: boolean
}

/** What is meant when nothing is asked: the query whose answer the scorer prepares. */
export const defaultQuery: RecommendationQuery = { limit: 5, explain: true, includePurchased: false }

/** What of a recorded list a query asks for. */
export function presentRecommendation(
  list: Recommendation,
  { limit, explain, includePurchased }: RecommendationQuery,
): RecommendationView {
  const items = list.items.filter(item => includePurchased || item.purchased !== true).slice(0, limit)
  return {
    customerId: list.customerId,
    recommendationId: list.recommendationId,
    asOf: list.asOf,
    variant: list.variant,
    versions: list.versions,
    coldStart: list.coldStart,
    items: items.map(({ reasons, ...item }) => (explain ? { ...item, reasons } : item)),
    campaigns: null,
  }
}
