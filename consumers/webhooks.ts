import { refusedCharacters } from '../schemas/read-bag.ts'
import type { FlowCall } from '../schemas/records.ts'
import { flowCalls } from '../schemas/topics.ts'
import type { Fold, Unreadable } from '../streams/processor.ts'
import type { Column, Table } from '../streams/table.ts'

/** What stands under an id: whether somebody asked for it before, and the call that is queued now. What becomes of it is the dispatcher's to write. */
export interface QueuedCall {
  readonly taken: boolean
  readonly call: FlowCall | undefined
}

const absent: QueuedCall = { taken: false, call: undefined }
const present: QueuedCall = { taken: true, call: undefined }

const column = (
  name: string,
  type: Column<QueuedCall>['type'],
  value: (call: FlowCall) => string | number | null,
): Column<QueuedCall> => ({
  name,
  type,
  value: ({ call }) => (call === undefined ? null : value(call)),
})

/** Rows the fold adds and the dispatcher moves (infra/webhooks/webhook-ledger.ts). Of a row that is there, only that it is there matters here. */
const ledger: Table<QueuedCall> = {
  name: 'webhook_calls',
  key: ['id'],
  columns: [
    column('customer_id', 'text', call => call.customerId),
    column('campaign_id', 'text', call => call.campaignId),
    column('version', 'bigint', call => call.version),
    column('step', 'text', call => call.step),
    column('entry', 'bigint', call => call.entry),
    column('url', 'text', call => call.url),
    column('method', 'text', call => call.method),
    column('product_id', 'text', call => call.productId ?? null),
    column('host', 'text', call => new URL(call.url).host),
    column('at', 'bigint', call => call.at),
  ],
  entry: () => present,
  empty: () => absent,
  insertOnly: true,
}

/** What a call must be beyond its schema for the ledger to hold it. `flows` never says anything else. */
function read(raw: unknown): { event: FlowCall } | { unreadable: Unreadable } {
  const call = raw as FlowCall // the topic is closed: the codec has checked it
  for (const text of [call.id, call.customerId, call.campaignId, call.step, call.url, call.productId]) {
    const refused = text === undefined ? undefined : refusedCharacters(text)
    if (refused !== undefined) return { unreadable: refused }
  }
  if (!URL.canParse(call.url)) return { unreadable: { code: 'field_invalid', message: 'Expected an address in url.' } }
  return { event: call }
}

/** flow-calls → webhook_calls: each id once, for good. */
export const webhooks: Fold<FlowCall, { call: QueuedCall }> = {
  kind: 'fold',
  name: 'webhooks',
  input: flowCalls,
  outputs: [],
  read,
  state: { tables: { call: ledger }, keys: call => ({ call: [call.id] }) },
  fold: (state, call) => ({ state: state.call.taken ? state : { call: { taken: true, call } }, outputs: [] }),
}
