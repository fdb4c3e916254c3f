import { parseMoney } from '../models/money.ts'
import { longest } from '../models/templates/placeholder.ts'

type Read = (name: string) => string | undefined

/** How texts come about and what they cost. */
export interface TextsConfig {
  /** What `{{shop}}` stands for. */
  readonly shop: string | undefined
  /** Of a part, in 1/10,000 of the shop's currency. */
  readonly price: number | undefined
}

/** What is wrong is added to `problems`. */
export function readTexts(read: Read, problems: string[]): TextsConfig {
  const shop = read('TARANG_SHOP_NAME')
  if (shop !== undefined && shop.length > longest.shop)
    problems.push(`TARANG_SHOP_NAME: expected at most ${longest.shop} characters: every text pays for them`)
  return { shop, price: readPrice(read('TARANG_SMS_PRICE'), problems) }
}

function readPrice(text: string | undefined, problems: string[]): number | undefined {
  if (text === undefined) return undefined
  if (/^\d{1,6}(\.\d{1,4})?$/.test(text)) return parseMoney(text)
  problems.push(`TARANG_SMS_PRICE: expected a price such as 2.50, got ${JSON.stringify(text)}`)
  return undefined
}
