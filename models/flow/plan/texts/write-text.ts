import type { FlowDiscount, FlowLanguage } from '../../../../schemas/flow.ts'
import { isPlaceholder, type Placeholder } from '../../../templates/placeholder.ts'
import { offerSentences, openings } from './openings.ts'
import type { TextPurpose } from './text-purpose.ts'

/** What a text is written from. */
export interface TextAsk {
  readonly purpose: TextPurpose
  readonly turn: number
  readonly language: FlowLanguage
  readonly discount: FlowDiscount | undefined
  /** Of no discount that was said. */
  readonly code?: string | undefined
  readonly link: boolean
  readonly shop: boolean
  /** Whether a yes or no is waited for. */
  readonly asks: boolean
  readonly products: number
}

const LONGEST = 1600

export function writeText(ask: TextAsk): string {
  const { purpose, turn, language, discount } = ask
  const wordings = openings[language][purpose]
  const sentences = offerSentences[language]
  const full = language === 'ur' ? '۔' : '.'
  const opening = withShop(wordings[turn % wordings.length]!, ask.shop)
  const products = purpose === 'recommendation' ? ` ${productPlaces(ask.products)}${full}` : ''
  const offer =
    discount === undefined
      ? ''
      : ` ${sentences.offer}${discount.code === undefined ? '' : sentences.code}${discount.expiresAfter === undefined ? '' : sentences.expires}${full}`
  const code = ask.code === undefined ? '' : ` ${sentences.bareCode.replace('[code]', ask.code)}`
  const answer = ask.asks && purpose !== 'question' && purpose !== 'review' ? ` ${sentences.answer}` : ''
  const link = ask.link ? ` ${sentences.link}` : ''
  return opening + products + offer + code + answer + link
}

const withShop = (wording: string, shop: boolean): string => wording.replace(/\[shop\](.*?)\[\/\]/g, shop ? '$1' : '')

const productPlaces = (count: number): string => ['{{product}}', '{{product_2}}', '{{product_3}}'].slice(0, count).join(', ')

/** What may stand in a text of the marketer's own. */
export interface Fillable {
  readonly discount: FlowDiscount | undefined
  readonly link: boolean
  readonly shop: boolean
  readonly products: number
}

/**
 * The marketer's own words with their placeholders as they must be: `{name}` and `[first name]` are `{{first_name}}`. What cannot be filled
 * and every sign of a template language is taken out, and told.
 */
export function ownWords(words: string, fillable: Fillable): { readonly content: string; readonly dropped: readonly string[] } {
  const dropped: string[] = []
  const content = words
    .replace(
      /\{\{\s*([^{}]*?)\s*\}\}|\{\s*([^{}]*?)\s*\}|\[\s*([A-Za-z][A-Za-z _-]*?)\s*\]|<\s*((?:first|customer|your)?[ _]?name|product|code|link|price|discount|shop)\s*>/gi,
      (written, ...groups) => {
        const name = groups.slice(0, 4).find(group => typeof group === 'string') as string | undefined
        const place = placeOf(name ?? '')
        if (place !== undefined && canFill(place, fillable)) return `{{${place}}}`
        if (place === undefined && written.startsWith('[')) return written
        dropped.push(written)
        return ''
      },
    )
    .replace(/\{[%#].*?[%#]\}|\{\{+|\}\}+|\{[%#]|[%#]\}|[{}](?![{}\w])/g, written =>
      /^\{\{$|^\}\}$/.test(written) ? written : '',
    )
    .replace(/\s{2,}/g, ' ')
    .trim()
    .slice(0, LONGEST)
  return { content: balanced(content), dropped }
}

const aliases: Readonly<Record<string, Placeholder>> = {
  name: 'first_name',
  firstname: 'first_name',
  customer_name: 'first_name',
  customer: 'first_name',
  your_name: 'first_name',
  product_name: 'product',
  product1: 'product',
  product_1: 'product',
  url: 'link',
  shop_link: 'link',
  store: 'shop',
  shop_name: 'shop',
  brand: 'shop',
  coupon: 'code',
  promo_code: 'code',
  percent: 'discount',
  offer: 'discount',
  expiry: 'expires',
  expiry_date: 'expires',
  amount: 'discount',
}
function placeOf(name: string): Placeholder | undefined {
  const plain = name
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_')
  return isPlaceholder(plain) ? plain : aliases[plain]
}

function canFill(place: Placeholder, { discount, link, shop, products }: Fillable): boolean {
  if (place === 'discount') return discount !== undefined
  if (place === 'code') return discount?.code !== undefined
  if (place === 'expires') return discount?.expiresAfter !== undefined
  if (place === 'link') return link
  if (place === 'shop') return shop
  if (place === 'product_2') return products > 1
  if (place === 'product_3') return products > 2
  return true
}

/** Without braces that belong to no placeholder. */
const balanced = (content: string): string =>
  content.replace(/\{\{([a-z0-9_]+)\}\}|[{}]/g, (written, name: string | undefined) =>
    name !== undefined && isPlaceholder(name) ? written : '',
  )
