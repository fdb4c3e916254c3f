import type { Intents } from './intents.ts'
import type { Sentiment } from './sentiment.ts'

/** What reads the texts of customers. Both are pure. */
export interface TextModels {
  readonly sentiment: Sentiment
  readonly intents: Intents
}
