import Type, { type Static } from 'typebox'

const Texts = Type.Object({
  asked: Type.Integer(),
  sent: Type.Integer({ description: 'That the gateway took, or that were clicked.' }),
  delivered: Type.Integer({ description: 'Of these, those of which a receipt says so.' }),
  unknown: Type.Integer({ description: 'Of which nobody knows whether they went.' }),
})
const Group = Type.Object(
  {
    customers: Type.Integer(),
    open: Type.Integer({ description: 'Of these, those whose window is not over yet.' }),
    texts: Texts,
    clicks: Type.Integer({ description: 'By people.' }),
    clicked: Type.Integer({ description: 'Customers who clicked.' }),
    bought: Type.Integer({ description: 'Customers who bought in the window.' }),
    conversion: Type.Union([Type.Number(), Type.Null()], { description: 'bought / customers' }),
    orders: Type.Integer(),
    revenue: Type.String({ description: 'Gross.' }),
    revenuePerCustomer: Type.Union([Type.String(), Type.Null()]),
  },
  { title: 'CampaignGroup' },
)
const bounds = <T extends Type.TSchema>(value: T, description: string) =>
  Type.Union([Type.Object({ difference: value, low: value, high: value }), Type.Null()], { description })
const compared = {
  treated: Group,
  heldOut: Group,
  uplift: Type.Object({
    conversion: bounds(
      Type.Number(),
      'Of the share that bought, 0–1, with the 95 % interval; null where there are too few to say.',
    ),
    revenuePerCustomer: bounds(Type.String(), 'Likewise of revenue.'),
    says: Type.String(),
  }),
}

/** The body of GET /campaigns/{id}/results. */
export const CampaignResultsView = Type.Object(
  {
    campaignId: Type.String(),
    currency: Type.String(),
    windowHours: Type.Number({ description: 'How long after it was drawn who gets a text a purchase counts.' }),
    audience: Type.Integer({ description: 'Customers for whom its marketing texts were asked for.' }),
    neither: Type.Record(Type.String(), Type.Integer(), {
      description: 'Of these, those who are in no group, by why: what could not go to them anyway, or `waiting`.',
    }),
    comparedWith: Type.Union([Type.Literal('campaign'), Type.Literal('all'), Type.Null()], {
      description: 'Whom: those held out of the campaign; where there are none, of all marketing; null where nobody is.',
    }),
    heldOutOfAll: Type.Integer({ description: 'Of the audience, customers held out of all marketing.' }),
    ...compared,
    segments: Type.Array(Type.Object({ segment: Type.Union([Type.String(), Type.Null()]), ...compared })),
    variants: Type.Array(Type.Object({ variant: Type.Union([Type.String(), Type.Null()]), ...compared })),
  },
  { title: 'CampaignResults' },
)
export type CampaignResultsView = Static<typeof CampaignResultsView>
