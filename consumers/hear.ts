import { addMessage, type CampaignEdge } from '../models/campaign-edge.ts'
import { feel, type Mood, valence } from '../models/mood.ts'
import { smsKeyword } from '../models/sms-keyword.ts'
import type { TextModels } from '../models/text-models.ts'
import type { Personal } from '../schemas/events.ts'
import type { Position } from '../streams/processor.ts'
import type { Document, MessageEvent } from './conversation-state.ts'

/** What a message meets of its customer's. */
export interface Talk {
  readonly mood?: Mood
  /** The message's own: there already when it comes again after its id was forgotten. */
  readonly document?: Document
  /** To the message's campaign, where it has one. */
  readonly edge?: CampaignEdge
}

/**
 * What a customer writes tells how they feel and what they want; what is written to them does not. Of a text whose key is gone nothing is
 * known. Each message is kept as it came, and counts once.
 */
export function hear<T extends Talk>(talk: T, event: MessageEvent, { personal, offset }: Position, models: TextModels): T {
  if (talk.document === undefined || talk.mood === undefined || talk.document.body !== null) return talk
  const text = event.direction === 'in' ? (personal as Personal | undefined)?.text : undefined
  const keyword = text === undefined || event.channel.toLowerCase() !== 'sms' ? undefined : smsKeyword(text)
  const feeling = text === undefined ? null : models.sentiment(text)
  const at = Date.parse(event.occurredAt)
  const document = {
    body: event,
    offset,
    intent: text === undefined ? null : models.intents(text).intent,
    feeling: feeling === null ? null : valence(feeling),
    ...(keyword === undefined ? {} : { keyword }),
  }
  const heard = { ...talk, document, mood: feeling === null ? talk.mood : feel(talk.mood, feeling, at) }
  if (talk.edge === undefined) return heard
  const message = { intent: document.intent, inbound: event.direction === 'in', at, feeling: document.feeling ?? 0 }
  return { ...heard, edge: addMessage(talk.edge, message) }
}
