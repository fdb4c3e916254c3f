import { createHash } from 'node:crypto'
import { smsOwner } from '../models/sms-owner.ts'
import { refusedCharacters } from '../schemas/read-bag.ts'
import type { SmsRequest } from '../schemas/records.ts'
import { smsRequests } from '../schemas/topics.ts'
import type { Fold, Unreadable } from '../streams/processor.ts'
import type { Column, Table } from '../streams/table.ts'
import type { Trace } from '../streams/tracer.ts'

/** An id may have 128 characters, and a result's id is its request's and a number: longer ones are hashed. */
const LONGEST_KEY = 110
const resultKey = (id: string): string => (id.length <= LONGEST_KEY ? id : createHash('sha256').update(id).digest('hex'))

/** What stands under an id: whether somebody asked under it before, and the request that is queued now. What becomes of it is the dispatcher's to write. */
export interface QueuedSms {
  readonly taken: boolean
  readonly request: SmsRequest | undefined
  /** Epoch ms */
  readonly at: number
  readonly trace?: Trace | undefined
}

const absent: QueuedSms = { taken: false, request: undefined, at: 0 }
const present: QueuedSms = { taken: true, request: undefined, at: 0 }

type Cell = string | number | null
const column = (
  name: string,
  type: Column<QueuedSms>['type'],
  value: (request: SmsRequest, at: number) => Cell,
): Column<QueuedSms> => ({
  name,
  type,
  value: ({ request, at }) => (request === undefined ? null : value(request, at)),
})

/** Of which trace a text is, for the dispatcher and for those who tell what became of it. */
const traced: Column<QueuedSms> = { name: 'trace', type: 'text', value: ({ trace }) => trace ?? null }

const whose = [
  column('customer_id', 'text', request => request.customerId ?? null),
  column('recipient', 'text', request => request.recipient ?? null),
  column('campaign_id', 'text', request => request.campaignId ?? null),
]

/** Rows the fold adds and the dispatcher moves (infra/sms/ledger.ts). Of a row that is there, only that it is there matters here. */
const ledger: Table<QueuedSms> = {
  name: 'sms_ledger',
  key: ['id'],
  columns: [
    ...whose,
    column('link', 'text', request => request.link ?? null),
    column('variant', 'text', request => request.variant ?? null),
    column('recommendation_id', 'text', request => request.recommendationId ?? null),
    column('class', 'text', request => request.class),
    column('owner', 'text', smsOwner),
    column('sealed', 'text', request => request.sealed),
    column('requested_at', 'bigint', request => request.requestedAt),
    column('result_key', 'text', request => resultKey(request.id)),
    traced,
  ],
  entry: () => present,
  empty: () => absent,
  insertOnly: true,
}

/** The first result of a request: that it was queued. Reported like every other (consumers/sms-reports.ts). */
const results: Table<QueuedSms> = {
  name: 'sms_results',
  key: ['id'],
  columns: [
    ...whose,
    column('request_id', 'text', request => request.id),
    column('n', 'integer', () => 1),
    column('status', 'text', () => 'queued'),
    column('attempt', 'integer', () => 0),
    column('at', 'bigint', (_, at) => at),
    traced,
  ],
  entry: () => present,
  empty: () => absent,
  insertOnly: true,
}

/** What a request must be beyond its schema for the ledger to hold it. Our own entrances never publish anything else. */
function read(raw: unknown): { event: SmsRequest } | { unreadable: Unreadable } {
  const request = raw as SmsRequest // the topic is closed: the codec has checked it
  const { id, customerId, recipient, campaignId, link, variant, recommendationId, sealed, requestedAt } = request
  for (const text of [id, customerId, recipient, campaignId, link, variant, recommendationId, sealed]) {
    const refused = text === undefined ? undefined : refusedCharacters(text)
    if (refused !== undefined) return { unreadable: refused }
  }
  if ((customerId === undefined) === (recipient === undefined))
    return { unreadable: { code: 'field_invalid', message: 'Expected either a customerId or a recipient.' } }
  if (!Number.isSafeInteger(requestedAt))
    return { unreadable: { code: 'number_out_of_range', message: 'Expected requestedAt in epoch milliseconds.' } }
  return { event: request }
}

/** sms-requests → sms_ledger: each id once, for good. A second request under the same id changes nothing, whoever it is from. */
export const sms: Fold<SmsRequest, { request: QueuedSms; queued: QueuedSms }> = {
  kind: 'fold',
  name: 'sms',
  input: smsRequests,
  outputs: [],
  read,
  state: {
    tables: { request: ledger, queued: results },
    keys: request => ({ request: [request.id], queued: [`${resultKey(request.id)}:1`] }),
  },
  fold: (state, request, { appendedAt, trace }) => {
    if (state.request.taken) return { state, outputs: [] }
    const queued: QueuedSms = { taken: true, request, at: appendedAt, trace }
    return { state: { request: queued, queued }, outputs: [] }
  },
}
