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
const difference = { difference: Type.Number(), low: Type.Number(), high: Type.Number() }
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

const Variant = Type.Object(
  {
    variant: Type.String(),
    share: Type.Union([Type.Number(), Type.Null()], { description: 'How often it is drawn now, 0–1.' }),
    ...Group.properties,
    reached: Type.Integer({ description: 'Customers who did what the experiment is judged by.' }),
    rate: Type.Union(
      [Type.Object({ of: Type.Integer(), reached: Type.Integer(), low: Type.Number(), high: Type.Number() }), Type.Null()],
      {
        description:
          'Of those alone whose window is over: how many did, and between which bounds the share lies, at all times at once. Null before the first.',
      },
    ),
  },
  { title: 'CampaignVariant' },
)
const Experiment = Type.Object(
  {
    version: Type.Integer(),
    step: Type.String(),
    allocation: Type.Enum(['fixed', 'thompson']),
    outcome: Type.Enum(['purchase', 'click', 'reply'], {
      description: 'What it is judged by: the goal of the flow, else clicks.',
    }),
    variants: Type.Array(Variant),
    differences: Type.Array(
      Type.Object({
        variant: Type.String(),
        over: Type.String(),
        ...difference,
        revenuePerCustomer: bounds(
          Type.String(),
          'Likewise of revenue, of customers whose window is over; null where fewer than 10 of either bought.',
        ),
      }),
      {
        description:
          'Of every two variants, the better one first: of the share that did it, with bounds that hold for all pairs at all times at once.',
      },
    ),
    smallestEffect: Type.Object(
      { relative: Type.Number(), points: Type.Number({ description: 'The same of this outcome, 0–1.' }) },
      { description: 'The smallest difference that matters.' },
    ),
    advice: Type.Object({
      kind: Type.Enum(['too_early', 'keep_going', 'stop_winner', 'stop_no_difference']),
      winner: Type.Union([Type.String(), Type.Null()]),
      morePerVariant: Type.Union([Type.Integer(), Type.Null()], { description: 'About how many more customers each needs.' }),
      says: Type.String(),
    }),
  },
  { title: 'CampaignExperiment' },
)
const FlowVersion = Type.Object(
  {
    version: Type.Integer(),
    entered: Type.Integer({ description: 'Entries: who came twice counts twice.' }),
    heldOut: Type.Integer(),
    onTheirWay: Type.Integer(),
    ended: Type.Record(Type.String(), Type.Integer(), {
      description: 'By why: completed, goal, stopped, opted_out; too_many_steps and no_way_on of a flow that no check passed.',
    }),
  },
  { title: 'CampaignFlowVersion' },
)

/** The body of GET /campaigns/{id}/results. */
export const CampaignResultsView = Type.Object(
  {
    campaignId: Type.String(),
    currency: Type.String(),
    windowHours: Type.Number({ description: 'How long after it was drawn who gets a text a purchase counts.' }),
    audience: Type.Integer({
      description:
        'Customers for whom its marketing texts were asked for; of a flow that holds customers out, those who came to it.',
    }),
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
    flow: Type.Array(FlowVersion, { description: 'What became of those who came to its flow, the newest version first.' }),
    experiments: Type.Array(Experiment),
  },
  { title: 'CampaignResults' },
)
export type CampaignResultsView = Static<typeof CampaignResultsView>
