import type { Affinity } from '../models/affinity.ts'
import type { EngagementLevel } from '../models/engagement.ts'
import { noCuts, noHistory, type Rfm, rfmOf } from '../models/rfm.ts'
import type { RfmCuts } from '../schemas/records.ts'
import type { Table } from '../streams/table.ts'

/** The newest word on a channel: when it was given, by which event, where. */
export interface ConsentGiven {
  readonly state: 'granted' | 'revoked'
  readonly at: number
  readonly id: string
  readonly source?: string
}

/** Facts of a customer. `segment` is the one last told; `seq` counts their changes. */
export interface Customer {
  readonly seq: number
  readonly rfm: Rfm
  readonly segment: string | null
  readonly engagement: EngagementLevel
  readonly affinities: readonly Affinity[]
  readonly consents: Readonly<Record<string, ConsentGiven>>
}

export const customerTable: Table<Customer> = {
  name: 'customers',
  key: ['customer_id'],
  columns: [
    { name: 'seq', type: 'bigint', value: c => c.seq, rising: true },
    { name: 'first_at', type: 'bigint', value: c => c.rfm.firstAt },
    { name: 'last_at', type: 'bigint', value: c => c.rfm.lastAt },
    { name: 'orders', type: 'bigint', value: c => c.rfm.orders },
    { name: 'gross', type: 'bigint', value: c => c.rfm.gross },
    { name: 'net', type: 'bigint', value: c => c.rfm.net },
    { name: 'segment', type: 'text', value: c => c.segment },
    { name: 'engagement', type: 'double precision', value: c => c.engagement },
    {
      name: 'affinities',
      type: 'jsonb',
      value: c => JSON.stringify(c.affinities.map(({ productId, value, at }) => [productId, value, at])),
    },
    { name: 'consents', type: 'jsonb', value: c => JSON.stringify(c.consents) },
  ],
  entry: row => ({
    seq: row.seq as number,
    rfm: rfmOf(row),
    segment: row.segment as string | null,
    engagement: row.engagement as number | null,
    affinities: (row.affinities as [string, number, number][]).map(([productId, value, at]) => ({ productId, value, at })),
    consents: row.consents as Customer['consents'],
  }),
  empty: () => ({ seq: 0, rfm: noHistory, segment: null, engagement: null, affinities: [], consents: {} }),
}

/** An order as counted: `lines` 0 until its first counted line arrives. */
export interface Order {
  readonly firstAt: number
  readonly lines: number
  readonly gross: number
}

export const orderTable: Table<Order> = {
  name: 'orders',
  key: ['customer_id', 'order_id'],
  columns: [
    { name: 'first_at', type: 'bigint', value: o => o.firstAt },
    { name: 'lines', type: 'bigint', value: o => o.lines },
    { name: 'gross', type: 'bigint', value: o => o.gross },
  ],
  entry: row => ({ firstAt: row.first_at as number, lines: row.lines as number, gross: row.gross as number }),
  empty: () => ({ firstAt: 0, lines: 0, gross: 0 }),
}

/** The cuts a partition of `events` was told last, and the ones before, between which its customers may have changed segment. */
export interface CustomerCuts {
  readonly current: RfmCuts
  readonly previous: RfmCuts
}

export const cutsTable: Table<CustomerCuts> = {
  name: 'customer_cuts',
  key: ['part'],
  columns: [
    { name: 'cuts', type: 'jsonb', value: c => JSON.stringify(c.current) },
    { name: 'previous', type: 'jsonb', value: c => JSON.stringify(c.previous) },
  ],
  entry: row => ({ current: row.cuts as RfmCuts, previous: row.previous as RfmCuts }),
  empty: () => ({ current: noCuts, previous: noCuts }),
}
