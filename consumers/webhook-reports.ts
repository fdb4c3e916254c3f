import type { Called } from '../schemas/events.ts'
import { events } from '../schemas/topics.ts'
import type { Reports } from '../streams/scanner.ts'
import type { SqlRow } from '../streams/sql.ts'

/** webhook_outcomes → the customer's own stream: whether the receiver took it, under the call's id. */
export const webhookReports: Reports = {
  name: 'webhook-reports',
  outputs: [events],
  table: 'webhook_outcomes',
  id: 'id',
  order: 'seq',
  columns: ['customer_id', 'ok', 'at'],
  kind: row => (row.ok === true ? 'ok' : 'failed'),
  ids: row => ({ callId: row.id }),
  records: row => [{ topic: events, key: row.customer_id as string, value: called(row) }],
}

const called = ({ id, customer_id, ok, at }: SqlRow): Called => ({
  type: 'called',
  id: id as string,
  customerId: customer_id as string,
  occurredAt: new Date(at as number).toISOString(),
  call: id as string,
  ok: ok as boolean,
})
