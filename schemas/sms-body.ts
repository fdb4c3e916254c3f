import Type, { type Static, type TSchema } from 'typebox'
import { closed, Id } from './primitives.ts'

/** The body of POST /sms/requests: to whom, what, and of which class. Exactly one of `customerId` and `to`. */
export const SmsBody = Type.Object(
  {
    id: Id,
    customerId: Type.Optional(Id),
    /** A phone number, E.164 or as written in the shop's region. */
    to: Type.Optional(Type.String({ maxLength: 64 })),
    text: Type.String({ minLength: 1, maxLength: 1600 }),
    campaignId: Type.Optional(Id),
    /** Stands in place of `{{link}}` in the text, and follows the text where that has neither the placeholder nor the link. */
    link: Type.Optional(Type.String({ maxLength: 2000 })),
    /** Which text of an experiment it is: results are told for each. */
    variant: Type.Optional(Id),
    /** The list of recommendations that it was written from: orders it leads to are traced back to that. */
    recommendationId: Type.Optional(Id),
    /** `marketing` needs the customer's granted consent, `transactional` needs none; STOP stops both. */
    class: Type.Union([Type.Literal('marketing'), Type.Literal('transactional')]),
  },
  closed,
)
export type SmsBody = Static<typeof SmsBody>

const orNull = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]))
const { customerId, to, campaignId, link, variant, recommendationId, ...required } = SmsBody.properties

/** The same as it is posted: null is as good as absent, and fields without a name here are let be. */
export const PostedSms = Type.Object(
  {
    ...required,
    customerId: orNull(customerId),
    to: orNull(to),
    campaignId: orNull(campaignId),
    link: orNull(link),
    variant: orNull(variant),
    recommendationId: orNull(recommendationId),
  },
  { title: 'SmsRequestBody', description: 'Exactly one of `customerId` and `to`.' },
)
export type PostedSms = Static<typeof PostedSms>
