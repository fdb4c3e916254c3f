import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { answers } from '../parameters.ts'
import type { CallbackOutcome, TwilioCallbacks, TwilioPost } from '../ports/sms-callbacks.ts'

/** TwiML that does nothing: whatever else it is answered, Twilio counts as an error or sends to the customer. */
const NOTHING_MORE = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
/** Its longest posts are texts of 1,600 characters, percent-encoded. */
const LARGEST = 65_536

const Twiml = Type.String({ title: 'Twiml' })
const receiptSchema = {
  operationId: 'twilioReceipt',
  summary: "Twilio's word on a text it took",
  description: 'The address is given to Twilio with each text; the post is checked by its X-Twilio-Signature.',
  tags: ['SMS'],
  querystring: Type.Object({ ref: Type.String({ maxLength: 2000 }) }),
  response: { 200: Twiml, ...answers(400, 403, 503) },
}
const inboundSchema = {
  operationId: 'twilioInbound',
  summary: 'A text that somebody sent to us, by Twilio',
  description: 'STOP and its like hold from before the answer. The post is checked by its X-Twilio-Signature.',
  tags: ['SMS'],
  response: { 200: Twiml, ...answers(400, 403, 503) },
}

/** POST /sms/receipts/twilio, POST /sms/inbound/twilio: what Twilio calls. Here alone forms are taken: each is signed, so no other site can send one. */
export const twilioCallbackRoutes: FastifyPluginAsyncTypebox<{ twilio: TwilioCallbacks }> = async (app, { twilio }) => {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: LARGEST }, (_, body, done) =>
    done(null, new URLSearchParams(body as string)),
  )
  app.post('/sms/receipts/twilio', { schema: receiptSchema }, async (request, reply) =>
    answer(await twilio.receipt(postOf(request), request.query.ref), reply),
  )
  app.post('/sms/inbound/twilio', { schema: inboundSchema }, async (request, reply) =>
    answer(await twilio.inbound(postOf(request), { requestId: request.id }), reply),
  )
}

/** A body of another kind was signed otherwise, if at all: as an empty form it is forged. */
function postOf({ url, body, headers }: Pick<FastifyRequest, 'url' | 'body' | 'headers'>): TwilioPost {
  const signature = headers['x-twilio-signature']
  return {
    path: url,
    form: body instanceof URLSearchParams ? body : new URLSearchParams(),
    signature: typeof signature === 'string' ? signature : '',
  }
}

/** What cannot be read is answered as if it could: it would only be sent again. */
function answer(outcome: CallbackOutcome, reply: FastifyReply): FastifyReply {
  return outcome === 'forged'
    ? reply.problem(403, 'callback_forged', "The post does not carry Twilio's signature of this address and these fields.")
    : reply.code(200).type('text/xml; charset=utf-8').serializer(String).send(NOTHING_MORE)
}
