import { pass, type Shared, unshared } from '../models/flow/run/share-limit.ts'
import type { FlowAsk } from '../schemas/records.ts'
import { events, flowAsks } from '../schemas/topics.ts'
import { type Fold, output } from '../streams/processor.ts'
import type { Table } from '../streams/table.ts'

const sharedTable: Table<Shared> = {
  name: 'flow_limits',
  key: ['campaign_id', 'step'],
  columns: [
    { name: 'passed', type: 'bigint', value: s => s.passed },
    { name: 'clock', type: 'bigint', value: s => s.clock },
    { name: 'stretches', type: 'jsonb', value: s => JSON.stringify(s.stretches) },
  ],
  entry: row => ({
    passed: row.passed as number,
    clock: row.clock as number,
    stretches: row.stretches as Shared['stretches'],
  }),
  empty: () => unshared,
}

/** flow-asks → `events`: who may pass the limits that all of a campaign's customers share. One partition, so that there is one order in which they come. */
export const allocator: Fold<FlowAsk, { shared: Shared }> = {
  kind: 'fold',
  name: 'allocator',
  input: flowAsks,
  outputs: [events],
  state: { tables: { shared: sharedTable }, keys: ({ campaignId, step }) => ({ shared: [campaignId, step] }) },
  fold({ shared }, { id, customerId, at, occurrences, perMs }) {
    const { after, allowed } = pass(shared, at, occurrences, perMs)
    const told = { type: 'allowance' as const, id, customerId, occurredAt: new Date(at).toISOString(), ask: id, allowed }
    return { state: { shared: after }, outputs: [output(events, customerId, told)] }
  },
}
