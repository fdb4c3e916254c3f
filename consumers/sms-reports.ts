import type { SmsHappened } from '../schemas/events.ts'
import type { SmsResult } from '../schemas/records.ts'
import { events, smsResults } from '../schemas/topics.ts'
import type { Outbound } from '../streams/outbound.ts'
import type { Reports } from '../streams/scanner.ts'
import type { SqlRow } from '../streams/sql.ts'
import { type Trace, traceIdOf } from '../streams/tracer.ts'
import { isBlock } from './provider-block.ts'

/**
 * sms_results → sms-results, and to the customer's own stream: everything that became of our texts, under the row's id. That the customer said STOP
 * to the gateway is also a revoked consent.
 */
export const smsReports: Reports = {
  name: 'sms-reports',
  outputs: [smsResults, events],
  table: 'sms_results',
  id: 'id',
  order: 'seq',
  columns: ['request_id', 'customer_id', 'recipient', 'campaign_id', 'status', 'detail', 'at', 'trace'],
  kind: row => row.status as string,
  ids: row => ({ smsId: row.request_id, resultId: row.id, detail: row.detail, traceId: traceIdOf(traceOf(row)) }),
  records: row => {
    const result = resultOf(row)
    const { customerId } = result
    const trace = traceOf(row)
    const told: Outbound = { topic: smsResults, key: customerId ?? result.recipient ?? result.requestId, value: result, trace }
    return customerId === undefined
      ? [told]
      : [
          told,
          { topic: events, key: customerId, value: happened(result, customerId), trace },
          ...(isBlock(result.status, result.detail)
            ? [{ topic: events, key: customerId, value: revoked(result, customerId), trace }]
            : []),
        ]
  },
}

const traceOf = ({ trace }: SqlRow): Trace | undefined => (trace as Trace | null) ?? undefined

const optional = <N extends string>(name: N, value: unknown): { [K in N]?: string } =>
  (value === null || value === undefined ? {} : { [name]: value }) as { [K in N]?: string }

const resultOf = (row: SqlRow): SmsResult => ({
  id: row.id as string,
  requestId: row.request_id as string,
  ...optional('customerId', row.customer_id),
  ...optional('recipient', row.recipient),
  ...optional('campaignId', row.campaign_id),
  status: row.status as SmsResult['status'],
  at: row.at as number,
  ...optional('detail', row.detail),
})

const revoked = ({ id, at }: SmsResult, customerId: string) => ({
  type: 'consent',
  id: `${id}:stop`,
  customerId,
  occurredAt: new Date(at).toISOString(),
  channel: 'sms',
  state: 'revoked',
  source: 'gateway',
})

const happened = ({ id, requestId, campaignId, status, detail, at }: SmsResult, customerId: string): SmsHappened => ({
  type: 'sms',
  id,
  customerId,
  occurredAt: new Date(at).toISOString(),
  requestId,
  ...optional('campaignId', campaignId),
  status,
  ...optional('detail', detail),
})
