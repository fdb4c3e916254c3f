import Type, { type Static } from 'typebox'
import { Id } from '../schemas/primitives.ts'

/** What `POST /sms/requests` takes: a text for a customer, or for a bare phone. Fields without a name here are let be. */
export const SmsRequestBody = Type.Object({
  id: Id,
  customerId: Type.Optional(Id),
  to: Type.Optional(Type.String({ minLength: 3, maxLength: 32, description: 'A phone number, instead of customerId' })),
  text: Type.String({ minLength: 1, maxLength: 1600 }),
  campaignId: Type.Optional(Id),
  link: Type.Optional(Type.String({ maxLength: 2000, pattern: '^https?://[^\\s]+$' })),
  class: Type.Union([Type.Literal('marketing'), Type.Literal('transactional')]),
})
export type SmsRequestBody = Static<typeof SmsRequestBody>
