import type { CustomerEvent } from '../schemas/events.ts'
import { events } from '../schemas/topics.ts'
import type { Reports } from '../streams/scanner.ts'
import type { SqlRow } from '../streams/sql.ts'

type LinkClick = Extract<CustomerEvent, { type: 'click' }>

/** link_clicks → the customer's own stream: every visit of a link in a text to them, and whether a program made it. */
export const linkReports: Reports = {
  name: 'link-reports',
  outputs: [events],
  table: 'link_clicks',
  id: 'id',
  order: 'seq',
  columns: ['request_id', 'customer_id', 'campaign_id', 'at', 'automatic'],
  kind: row => (row.automatic === null ? 'person' : 'program'),
  ids: row => ({ clickId: row.id, smsId: row.request_id }),
  records: row => [{ topic: events, key: row.customer_id as string, value: clicked(row) }],
}

const clicked = ({ id, request_id, customer_id, campaign_id, at, automatic }: SqlRow): LinkClick => ({
  type: 'click',
  id: id as string,
  customerId: customer_id as string,
  occurredAt: new Date(at as number).toISOString(),
  kind: 'link',
  requestId: request_id as string,
  ...(campaign_id === null ? {} : { campaignId: campaign_id as string }),
  ...(automatic === null ? {} : { automatic: true }),
})
