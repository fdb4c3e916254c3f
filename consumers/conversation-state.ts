import type { CampaignEdge } from '../models/campaign-edge.ts'
import type { EngagementLevel } from '../models/engagement.ts'
import type { SmsKeyword } from '../models/sms-keyword.ts'
import type { CustomerEvent } from '../schemas/events.ts'
import type { Table } from '../streams/table.ts'

export type MessageEvent = Extract<CustomerEvent, { type: 'message' }>

/** A message as it came, its text still sealed, and what was read in it; both null for what was written to them, and where the text is gone. */
export interface Document {
  /** Null until it comes. */
  readonly body: MessageEvent | null
  /** Where on `events` it stands. */
  readonly offset: number
  readonly intent: string | null
  /** From −1 to 1. */
  readonly feeling: number | null
  /** There where what they wrote by SMS is one. */
  readonly keyword?: SmsKeyword
}

export const documentTable: Table<Document> = {
  name: 'documents',
  key: ['customer_id', 'id'],
  columns: [
    { name: 'at', type: 'bigint', value: d => Date.parse(d.body!.occurredAt) },
    { name: 'direction', type: 'text', value: d => d.body!.direction },
    { name: 'campaign_id', type: 'text', value: d => d.body!.campaignId ?? null },
    { name: 'conversation_id', type: 'text', value: d => d.body!.conversationId ?? null },
    { name: 'intent', type: 'text', value: d => d.intent },
    { name: 'feeling', type: 'double precision', value: d => d.feeling },
    { name: 'keyword', type: 'text', value: d => d.keyword ?? null },
    { name: 'log_offset', type: 'bigint', value: d => d.offset },
    { name: 'body', type: 'jsonb', value: d => JSON.stringify(d.body) },
  ],
  entry: row => ({
    body: row.body as MessageEvent,
    offset: row.log_offset as number,
    intent: row.intent as string | null,
    feeling: row.feeling as number | null,
    ...(row.keyword === null ? {} : { keyword: row.keyword as SmsKeyword }),
  }),
  empty: () => ({ body: null, offset: 0, intent: null, feeling: null }),
}

/** As a column holds it, the sum of feelings in thousandths. */
type IntentRow = readonly [
  intent: string | null,
  messages: number,
  inbound: number,
  newestAt: number,
  sentiment: number,
  engagement: EngagementLevel,
]

export const campaignEdgeTable: Table<CampaignEdge> = {
  name: 'campaign_edges',
  key: ['customer_id', 'campaign_id'],
  columns: [
    { name: 'messages', type: 'bigint', value: edge => edge.reduce((sum, one) => sum + one.messages, 0) },
    { name: 'inbound', type: 'bigint', value: edge => edge.reduce((sum, one) => sum + one.inbound, 0) },
    { name: 'newest_at', type: 'bigint', value: edge => Math.max(...edge.map(one => one.newestAt)) },
    {
      name: 'intents',
      type: 'jsonb',
      value: edge =>
        JSON.stringify(
          edge.map((one): IntentRow => [one.intent, one.messages, one.inbound, one.newestAt, one.sentiment, one.engagement]),
        ),
    },
  ],
  entry: row =>
    (row.intents as IntentRow[]).map(([intent, messages, inbound, newestAt, sentiment, engagement]) => ({
      intent,
      messages,
      inbound,
      newestAt,
      sentiment,
      engagement,
    })),
  empty: () => [],
}
