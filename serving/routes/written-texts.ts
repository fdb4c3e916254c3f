import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { type Placeholder, placeholders } from '../../models/templates/placeholder.ts'
import { purposes } from '../../models/templates/purpose.ts'
import { languageTags } from '../../models/text/language-tag.ts'
import { answers } from '../parameters.ts'
import type { TextWriter } from '../ports/text-writer.ts'

const PlaceholderName = Type.Enum(placeholders)
const Tag = Type.Enum(languageTags)

/** As a flow's message step has it (contracts/flow.schema.json). */
const Discount = Type.Object(
  {
    type: Type.Enum(['percent', 'amount', 'free_shipping']),
    value: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3}$' })),
    code: Type.Optional(Type.String({ pattern: '^[A-Z0-9]{3,20}$' })),
    expiresAfter: Type.Optional(
      Type.String({
        pattern: '^P(?=.*[1-9])(\\d{1,4}W|\\d{1,4}D(T(?=\\d)(\\d+H)?(\\d+M)?(\\d+S)?)?|T(?=\\d)(\\d+H)?(\\d+M)?(\\d+S)?)$',
      }),
    ),
  },
  { title: 'Discount' },
)
const Body = Type.Object(
  {
    purpose: Type.Enum(purposes),
    languages: Type.Optional(
      Type.Array(Tag, { minItems: 1, maxItems: 3, uniqueItems: true, description: 'All three unless told otherwise.' }),
    ),
    about: Type.Optional(
      Type.String({
        maxLength: 1000,
        description: 'What the texts are about. What it says may be said: a price, a date, a sale.',
      }),
    ),
    placeholders: Type.Optional(
      Type.Array(PlaceholderName, {
        uniqueItems: true,
        description:
          'Exactly these stand in each text; unless told otherwise the first name, the link, the discount and its code, as far as they are given.',
      }),
    ),
    maxParts: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 6, description: 'Of the longest text that may come of it; 3 unless told otherwise.' }),
    ),
    discount: Type.Optional(Discount),
    link: Type.Optional(Type.String({ maxLength: 2000, pattern: '^https?://' })),
  },
  { title: 'TextsAsked' },
)
const Written = Type.Object(
  {
    language: Tag,
    text: Type.String({ description: 'A template, for the content of a message step.' }),
    placeholders: Type.Array(PlaceholderName),
    encoding: Type.String(),
    parts: Type.Integer({ description: 'Of the longest text that may come of it.' }),
    source: Type.Enum(['written', 'built-in']),
    why: Type.Optional(Type.String({ description: 'Why it is built in: not_configured, budget_spent, unavailable or unfit.' })),
    reasons: Type.Optional(Type.Array(Type.String())),
  },
  { title: 'WrittenText' },
)
const schema = {
  operationId: 'writeTexts',
  summary: 'Have texts written for a purpose, in English, Roman Urdu and Urdu',
  description:
    'By the language model that is configured; every text is checked for its placeholders, language and length, and for prices, offers, links and codes that nobody gave. What is not fit, and all where none is configured, is built in: `source` says so.',
  tags: ['SMS'],
  body: Body,
  response: { 200: Type.Object({ texts: Type.Array(Written) }, { title: 'WrittenTexts' }), ...answers(400, 413, 415, 503) },
}

/** POST /texts */
export const writtenTextRoutes: FastifyPluginAsyncTypebox<{ textWriter: TextWriter }> = async (app, { textWriter }) => {
  app.post('/texts', { schema }, async ({ body }, reply) => {
    const { purpose, about, discount, link, languages = languageTags, maxParts = 3 } = body
    if (discount !== undefined && discount.type !== 'free_shipping' && discount.value === undefined) {
      const message = `A discount of the type ${discount.type} has a value.`
      return reply.problem(400, 'body_invalid', message, { errors: [{ pointer: '/discount/value', message }] })
    }
    const asked = body.placeholders ?? given(body)
    if (asked.includes('discount') && discount === undefined)
      return reply.problem(400, 'discount_missing', '{{discount}} is asked for, and there is no discount.')
    if (asked.includes('code') && discount?.code === undefined)
      return reply.problem(400, 'code_missing', '{{code}} is asked for, and there is no discount with a code.')
    const texts = await textWriter.write({ purpose, languages, about, placeholders: asked, maxParts, discount, link })
    return reply.send({
      texts: texts.map(text => ({
        ...text,
        placeholders: [...text.placeholders],
        ...(text.reasons ? { reasons: [...text.reasons] } : {}),
      })),
    })
  })
}

function given({ discount, link }: { discount?: { code?: string } | undefined; link?: string | undefined }): Placeholder[] {
  return [
    'first_name',
    ...(link === undefined ? [] : (['link'] as const)),
    ...(discount === undefined ? [] : (['discount'] as const)),
    ...(discount?.code === undefined ? [] : (['code'] as const)),
  ]
}
