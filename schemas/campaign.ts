import Type, { type Static } from 'typebox'
import { closed, Id, Millis } from './primitives.ts'

export const campaignStatuses = ['running', 'paused', 'stopped'] as const

/**
 * A campaign as it is from now on, told to every partition: each customer's flows meet it between two of their own events (engine rule 9). The
 * flow is JSON of schemas/flow.ts that the checker passed; it goes as a text so that those who pass it on need not understand it.
 */
export const CampaignTold = Type.Object(
  {
    id: Id,
    /** One more with every edit of the flow; what is told of a version again has the same flow. */
    version: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    status: Type.Enum(campaignStatuses),
    /** When it was told, and since when what happens brings customers in. */
    at: Millis,
    launchedAt: Millis,
    /** The shop's (IANA name): it goes with the campaign, so that what is decided by it is the same whatever the shop says later. */
    zone: Type.String({ minLength: 1, maxLength: 64 }),
    flow: Type.String({ maxLength: 1_000_000 }),
    /** Whether every customer is to be asked if it is for them: at the launch of one that no event triggers. */
    audience: Type.Boolean(),
    /** Of the products in categories that its conditions name: [product, category]. Events name products alone. */
    categories: Type.Optional(Type.Array(Type.Array(Type.String(), { minItems: 2, maxItems: 2 }))),
    /** Of experiments that learn: by step and variant, how often each is to be drawn. */
    shares: Type.Optional(Type.Record(Type.String(), Type.Record(Type.String(), Type.Number({ exclusiveMinimum: 0 })))),
  },
  closed,
)
export type CampaignTold = Static<typeof CampaignTold>
