import { type SmsKeyword, smsKeyword } from '../models/sms-keyword.ts'
import type { Inbound } from '../schemas/events.ts'

/** What a customer said of texts, by text. */
export interface Said {
  readonly customerId: string
  readonly keyword: Exclude<SmsKeyword, 'help'>
  /** Epoch ms */
  readonly at: number
}

/** STOP and START among events: inbound texts that are one as a whole. Other channels say nothing of texts. */
export const saidIn = (events: readonly Inbound[]): Said[] =>
  events.flatMap(event => {
    if (event.type !== 'message' || event.direction !== 'in' || event.channel.toLowerCase() !== 'sms') return []
    const keyword = smsKeyword(event.text)
    if (keyword === undefined || keyword === 'help') return []
    return [{ customerId: event.customerId, keyword, at: Date.parse(event.occurredAt) }]
  })
