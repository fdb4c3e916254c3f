import { campaignWords } from '../consumers/campaign-words.ts'
import { documentTable } from '../consumers/conversation-state.ts'
import { cutsView } from '../consumers/cuts-view.ts'
import { flowTimers } from '../consumers/flow-timers.ts'
import { itemTable, signalTable } from '../consumers/item-state.ts'
import { itemView } from '../consumers/item-view.ts'
import { linkReports } from '../consumers/link-reports.ts'
import { newsTable } from '../consumers/product-news.ts'
import { smsReports } from '../consumers/sms-reports.ts'
import { snapshotReports } from '../consumers/snapshot-reports.ts'
import { webhookReports } from '../consumers/webhook-reports.ts'
import type { Shop } from '../schemas/shop.ts'
import { customerChanges, deadLetters, events, topics } from '../schemas/topics.ts'
import { processorsOf } from './processors.ts'
import { positioned } from './serve.ts'

/** Where records or rows stand. */
export interface Place {
  readonly name: string
  readonly kind: 'topic' | 'table' | 'gateway'
}

/** What reads and writes. */
export interface Station {
  readonly name: string
  readonly kind: 'fold' | 'scorer' | 'ledger' | 'view' | 'outside'
  readonly inputs: readonly Place[]
  readonly outputs: readonly Place[]
}

type Named = { readonly name: string }
const topic = ({ name }: Named): Place => ({ name, kind: 'topic' })
const table = ({ name }: Named): Place => ({ name, kind: 'table' })
const gateway: Place = { name: 'SMS gateway', kind: 'gateway' }

const shops: Station = {
  name: 'shops, by Kafka',
  kind: 'outside',
  inputs: [],
  outputs: topics.filter(({ open }) => open).map(topic),
}
const http: Station = { name: 'HTTP, files', kind: 'outside', inputs: [], outputs: positioned.map(topic) }
const unreadable: Station = { name: 'what cannot be read', kind: 'outside', inputs: [], outputs: [topic(deadLetters)] }
const dispatcher: Station = {
  name: 'sms-dispatcher',
  kind: 'ledger',
  inputs: [table({ name: 'sms_ledger' })],
  outputs: [table({ name: smsReports.table }), gateway],
}
/** Runs where the gateway can be asked, or recognises a repetition. */
const settler: Station = {
  name: 'sms-settler',
  kind: 'ledger',
  inputs: [table({ name: 'sms_ledger' }), gateway],
  outputs: [table({ name: smsReports.table })],
}
const reports: Station = {
  name: smsReports.name,
  kind: 'ledger',
  inputs: [table({ name: smsReports.table })],
  outputs: smsReports.outputs.map(topic),
}
const webhooks: Place = { name: 'receivers of webhooks', kind: 'gateway' }
const caller: Station = {
  name: 'webhook-dispatcher',
  kind: 'ledger',
  inputs: [table({ name: 'webhook_calls' })],
  outputs: [table({ name: webhookReports.table }), webhooks],
}
const outcomes: Station = {
  name: webhookReports.name,
  kind: 'ledger',
  inputs: [table({ name: webhookReports.table })],
  outputs: webhookReports.outputs.map(topic),
}
const links: Station = { name: 'visits of links', kind: 'outside', inputs: [], outputs: [table({ name: linkReports.table })] }
const clicks: Station = {
  name: linkReports.name,
  kind: 'ledger',
  inputs: [table({ name: linkReports.table })],
  outputs: linkReports.outputs.map(topic),
}
const makers: Station = {
  name: 'makers of campaigns',
  kind: 'outside',
  inputs: [],
  outputs: [table({ name: campaignWords.table })],
}
const words: Station = {
  name: campaignWords.name,
  kind: 'ledger',
  inputs: [table({ name: campaignWords.table })],
  outputs: campaignWords.outputs.map(topic),
}
const timers: Station = {
  name: flowTimers.name,
  kind: 'ledger',
  inputs: [table({ name: flowTimers.table })],
  outputs: [topic(events)],
}
const news: Station = {
  name: 'product-news',
  kind: 'ledger',
  inputs: [table(newsTable), table(signalTable)],
  outputs: [topic(events)],
}
const embeddings: Station = {
  name: 'embeddings',
  kind: 'ledger',
  inputs: [table(itemTable), table(documentTable)],
  outputs: [table({ name: 'text_vectors' })],
}
const analyst: Station = {
  name: 'analytics',
  kind: 'ledger',
  inputs: [topic(customerChanges), table(itemTable)],
  outputs: [table({ name: snapshotReports.table })],
}
const snapshots: Station = {
  name: snapshotReports.name,
  kind: 'ledger',
  inputs: [table({ name: snapshotReports.table })],
  outputs: snapshotReports.outputs.map(topic),
}
const views = [itemView, cutsView].map(
  (view): Station => ({ name: `view of ${view.topic.name}`, kind: 'view', inputs: [topic(view.topic)], outputs: [] }),
)

/** Everybody on the way of an event, taken from the values that the engine runs. */
export function stations(shop: Omit<Shop, 'now'>): readonly Station[] {
  const own = processorsOf(shop).map((processor): Station => {
    const { name, kind, input, outputs, state } = processor
    const kept = Object.values(state.tables).flatMap(one => one ?? [])
    const written = processor.kind === 'scorer' ? [...kept, processor.answers] : kept
    return { name, kind, inputs: [topic(input)], outputs: [...outputs.map(topic), ...written.map(table)] }
  })
  return [
    shops,
    http,
    ...own,
    embeddings,
    dispatcher,
    settler,
    reports,
    caller,
    outcomes,
    links,
    clicks,
    makers,
    words,
    timers,
    news,
    analyst,
    snapshots,
    ...views,
    unreadable,
  ]
}
