import { parseMoney } from '../models/money.ts'
import { longest } from '../models/templates/placeholder.ts'
import type { LlmServer } from './llm/llm-client.ts'
import type { LlmBudget, LlmPrice } from './llm/llm-price.ts'
import { type Read, url } from './setting-values.ts'

/** Whom texts are asked of. */
export interface LlmConfig extends LlmServer {
  readonly price: LlmPrice | undefined
  readonly budget: LlmBudget
}

/** How texts come about and what they cost. */
export interface TextsConfig {
  /** What `{{shop}}` stands for. */
  readonly shop: string | undefined
  /** Of a part, in 1/10,000 of the shop's currency. */
  readonly price: number | undefined
  /** Without one, texts are those that are built in. */
  readonly llm: LlmConfig | undefined
}

/** Some hundred texts; nobody finds a bill they did not ask for. */
const DEFAULT_BUDGET = '1000000 tokens'
const MILLIONTHS = 100

/** What is wrong is added to `problems`. */
export function readTexts(read: Read, problems: string[]): TextsConfig {
  const shop = read('TARANG_SHOP_NAME')
  if (shop !== undefined && shop.length > longest.shop)
    problems.push(`TARANG_SHOP_NAME: expected at most ${longest.shop} characters: every text pays for them`)
  return { shop, price: readPrice(read('TARANG_SMS_PRICE'), problems), llm: readLlm(read, problems) }
}

function readPrice(text: string | undefined, problems: string[]): number | undefined {
  if (text === undefined) return undefined
  if (/^\d{1,6}(\.\d{1,4})?$/.test(text)) return parseMoney(text)
  problems.push(`TARANG_SMS_PRICE: expected a price such as 2.50, got ${JSON.stringify(text)}`)
  return undefined
}

function readLlm(read: Read, problems: string[]): LlmConfig | undefined {
  const [apiKey, model] = [read('OPENAI_API_KEY'), read('OPENAI_MODEL')]
  const baseUrl = url(read('OPENAI_BASE_URL'), 'OPENAI_BASE_URL', problems)
  const price = readTokenPrice(read('TARANG_LLM_PRICE'), problems)
  const budget = readBudget(read('TARANG_LLM_BUDGET') ?? DEFAULT_BUDGET, problems)
  if ('money' in budget && price === undefined)
    problems.push('TARANG_LLM_BUDGET is in money, and there is no TARANG_LLM_PRICE: set it, or write the budget in tokens')
  if (apiKey === undefined && baseUrl === undefined) return undefined
  if (model === undefined)
    problems.push(
      `${apiKey === undefined ? 'OPENAI_BASE_URL' : 'OPENAI_API_KEY'} needs OPENAI_MODEL, the name of the model to ask`,
    )
  // Servers of one's own mostly ask for no key, and the protocol wants one.
  return { apiKey: apiKey ?? 'none', baseUrl, model: model ?? '', price, budget }
}

function readTokenPrice(text: string | undefined, problems: string[]): LlmPrice | undefined {
  if (text === undefined) return undefined
  const [, into, out] = /^(\d{1,6}(?:\.\d{1,4})?)\/(\d{1,6}(?:\.\d{1,4})?)$/.exec(text) ?? []
  if (into !== undefined && out !== undefined) return { in: parseMoney(into) * MILLIONTHS, out: parseMoney(out) * MILLIONTHS }
  problems.push(
    `TARANG_LLM_PRICE: expected what a million tokens costs, in and out, such as 0.15/0.60, got ${JSON.stringify(text)}`,
  )
  return undefined
}

function readBudget(text: string, problems: string[]): LlmBudget {
  const [, tokens] = /^(\d{1,12}) ?tokens$/.exec(text) ?? []
  if (tokens !== undefined) return { tokens: Number(tokens) }
  if (/^\d{1,6}(\.\d{1,4})?$/.test(text)) return { money: parseMoney(text) * MILLIONTHS }
  problems.push(`TARANG_LLM_BUDGET: expected what a day may cost, such as 5.00 or 1000000 tokens, got ${JSON.stringify(text)}`)
  return { tokens: 0 }
}
