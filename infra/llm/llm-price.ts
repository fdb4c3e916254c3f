/** What a million tokens costs, in millionths of whatever the account is billed in; so a token costs `price / 1,000,000` millionths. */
export interface LlmPrice {
  readonly in: number
  readonly out: number
}

/** What calls of one day, from midnight UTC on, may take together. `money` is in millionths. */
export type LlmBudget = { readonly tokens: number } | { readonly money: number }

/** In millionths, rounded up: a budget is never left by what was rounded away. */
export const callCost = (price: LlmPrice | undefined, tokensIn: number, tokensOut: number): number =>
  price === undefined ? 0 : Math.ceil((tokensIn * price.in + tokensOut * price.out) / 1_000_000)
