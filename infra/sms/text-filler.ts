import type { FillText, TextStep } from '../../consumers/fill-text.ts'
import { type Filled, fillTemplate, type Values } from '../../models/templates/fill-template.ts'
import { priceText, stepValues } from '../../models/templates/step-values.ts'
import { placesOf, readTemplate } from '../../models/templates/template.ts'
import type { Language } from '../../models/text/language.ts'
import type { FlowLanguage } from '../../schemas/flow.ts'
import type { Sql, SqlRow } from '../../streams/sql.ts'

export interface FillerOptions {
  /** What `{{shop}}` stands for. */
  readonly shop: string | undefined
  readonly currency: string
  /** By whose days `{{expires}}` is told. */
  readonly zone: string
}

const LANGUAGES: Readonly<Record<FlowLanguage, Language>> = { en: 'english', ur: 'urdu', 'roman-ur': 'roman-urdu' }
/** As many products as a choice may offer. */
const MOST = 10

interface Offered {
  readonly name: string | undefined
  readonly price: string | undefined
}

/** Fills texts of flows from the tables: a customer's name, and what they are recommended now, or the products of the step. */
export function textFiller(sql: Sql, { shop, currency, zone }: FillerOptions): FillText {
  async function offered(customerId: string, { choices, product }: TextStep): Promise<Offered[]> {
    const named = Array.isArray(choices) ? choices : undefined
    if (product !== undefined && choices === undefined) return about(product, await recommended(customerId))
    if (named === undefined) return (await recommended(customerId)).map(offeredOf)
    const rows = await sql.query(NAMED, [named.map(({ productId }) => productId), MOST])
    return rows.map(offeredOf).map((one, i) => ({ ...one, name: named[i]?.label ?? one.name }))
  }

  /** The product that a run is about, and then the others. */
  async function about(product: string, others: readonly SqlRow[]): Promise<Offered[]> {
    const own = await sql.query(NAMED, [[product], 1])
    return [...own, ...others.filter(({ id }) => id !== product)].map(offeredOf)
  }

  const recommended = (customerId: string) => sql.query(RECOMMENDED, [customerId, MOST])

  return async (customerId, content, step) => {
    const read = readTemplate(content, { discount: step.discount })
    if ('problems' in read) return { refused: read.problems[0]!.message }
    const places = placesOf(read.template)
    const language = step.language === undefined ? read.template.language : LANGUAGES[step.language]
    const wants = step.choices !== undefined || places.some(place => place.startsWith('product') || place === 'price')
    const products = wants ? await offered(customerId, step) : []
    const values: Values = {
      ...stepValues({ discount: step.discount, shop, currency, now: step.at, zone, link: '{{link}}' }, language),
      first_name: places.includes('first_name') ? await firstName(sql, customerId) : undefined,
      product: products[0]?.name,
      product_2: products[1]?.name,
      product_3: products[2]?.name,
      price: products[0]?.price && priceText(Number(products[0].price), currency, language),
    }
    const lists = step.choices !== undefined && !places.some(place => place.startsWith('product'))
    const filled = fillTemplate({ ...read.template, language }, values)
    const whole = lists
      ? withChoices(filled, products.slice(0, step.count ?? (step.choices === 'recommended' ? 3 : MOST)))
      : told(filled)
    return withCard(whole, step)
  }
}

const offeredOf = ({ name, price }: SqlRow): Offered => ({
  name: (name as string | null) ?? undefined,
  price: (price as string | null) ?? undefined,
})

const told = (filled: Filled) => ('text' in filled ? filled : { refused: filled.message })

/** A text that says nothing of what can be chosen is followed by it, with the numbers by which it is. */
function withChoices(filled: Filled, products: readonly Offered[]) {
  if (!('text' in filled)) return told(filled)
  const named = products.flatMap(({ name }) => name ?? [])
  if (named.length === 0 || named.length < products.length) return { refused: 'Not all that can be chosen has a name.' }
  return { text: [filled.text, ...named.map((name, i) => `${i + 1}. ${name}`)].join('\n') }
}

/** A text message carries nothing but text: whom to call and where a picture is are lines below it. */
function withCard(filled: Awaited<ReturnType<FillText>>, { contactCard, imageUrl }: TextStep) {
  if (!('text' in filled)) return filled
  const card = contactCard && `${contactCard.name}: ${contactCard.phone}`
  return { text: [filled.text, card, imageUrl].filter(line => line !== undefined).join('\n') }
}

async function firstName(sql: Sql, customerId: string): Promise<string | undefined> {
  const [row] = await sql.query(
    "SELECT coalesce(traits->>'firstName', traits->>'name') AS name FROM profiles WHERE customer_id = $1",
    [customerId],
  )
  return (row?.name as string | null) ?? undefined
}

/** $1 customer, $2 how many: in the order of their list. */
const RECOMMENDED = `SELECT i.item->>'productId' AS id, coalesce(p.name, i.item->>'name') AS name, p.price FROM recommendations r
  CROSS JOIN LATERAL jsonb_array_elements(r.body->'items') WITH ORDINALITY AS i(item, n)
  LEFT JOIN products p ON p.product_id = i.item->>'productId'
  WHERE r.customer_id = $1 ORDER BY i.n LIMIT $2`
/** $1 products, $2 how many: in their order. */
const NAMED = `SELECT p.name, p.price FROM unnest($1::text[]) WITH ORDINALITY AS w(product_id, n)
  LEFT JOIN products p USING (product_id) ORDER BY w.n LIMIT $2`
