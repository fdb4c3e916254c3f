import { type SmsKeyword, type SpokenKeyword, smsKeyword, spokenKeyword } from '../models/sms-keyword.ts'
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
    if (!isInboundSms(event)) return []
    const keyword = smsKeyword(event.text)
    if (keyword === undefined || keyword === 'help') return []
    return [{ customerId: event.customerId, keyword, at: Date.parse(event.occurredAt) }]
  })

/** A keyword that came as a message, HELP too. */
export interface KeywordMessage extends SpokenKeyword {
  readonly customerId: string
  readonly id: string
  /** Epoch ms */
  readonly at: number
}

/** Keywords among events, with what it takes to answer them. */
export const keywordsIn = (events: readonly Inbound[]): KeywordMessage[] =>
  events.flatMap(event => {
    if (!isInboundSms(event)) return []
    const spoken = spokenKeyword(event.text)
    if (spoken === undefined) return []
    return [{ ...spoken, customerId: event.customerId, id: event.id, at: Date.parse(event.occurredAt) }]
  })

type MessageEvent = Extract<Inbound, { type: 'message' }>

/** Whether it may be a reply to a text of ours, of which nobody has said which. */
export const isOpenReply = (event: Inbound): event is MessageEvent =>
  isInboundSms(event) && event.campaignId === undefined && smsKeyword(event.text) === undefined

const isInboundSms = (event: Inbound): event is MessageEvent =>
  event.type === 'message' && event.direction === 'in' && event.channel.toLowerCase() === 'sms'
