import type { Effect } from '../models/flow/run/run.ts'
import type { Whole } from '../streams/processor.ts'
import type { SqlValue, Tx } from '../streams/sql.ts'

type Come = Extract<Effect, { type: 'entered' | 'held_out' }>
type Ended = Extract<Effect, { type: 'ended' }>
type Assigned = Extract<Effect, { type: 'assigned' }>
type Of<E> = E & { readonly customerId: string }

/** What is known of a customer's entry beyond the draw itself. */
export interface AtEntry {
  /** How many of a hundred the version holds out. */
  readonly holdout: number
  readonly segment: string | null
}

/** What a batch told of entries, endings and variants. Changed in place, and empty again once it was written: nothing of it is ever read by the fold. */
export class FlowRecords {
  private come: (Of<Come> & AtEntry)[] = []
  private ended: Of<Ended>[] = []
  private assigned: Of<Assigned>[] = []

  note(customerId: string, effect: Effect, entry: () => AtEntry): void {
    if (effect.type === 'entered' || effect.type === 'held_out') this.come.push({ ...effect, customerId, ...entry() })
    else if (effect.type === 'ended') this.ended.push({ ...effect, customerId })
    else if (effect.type === 'assigned') this.assigned.push({ ...effect, customerId })
  }

  take() {
    const { come, ended, assigned } = this
    this.come = []
    this.ended = []
    this.assigned = []
    return { come, ended, assigned }
  }
}

/**
 * Rows of what happened, in the transaction of the state that it follows from: so there are as many as there were entries, whoever crashed when. They are no
 * entries of a table that the fold loads, for it never asks for them again, and one record may lead to several.
 */
export const flowRecordsWhole: Whole<FlowRecords> = {
  tables: ['flow_entries', 'flow_assignments'],
  told: [],
  load: async () => new FlowRecords(),
  async save(tx, records, partition) {
    const { come, ended, assigned } = records.take()
    // In this order: what ended may have begun in the same batch.
    await Promise.all([enter(tx, partition, come), end(tx, ended), assign(tx, partition, assigned)])
  },
}

const ENTER = `INSERT INTO flow_entries (campaign_id, customer_id, entry, partition, version, arm, holdout, segment, at)
SELECT u.campaign, u.customer, u.entry, $1, u.version, u.arm, u.holdout, u.segment, u.at
FROM unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::double precision[], $8::text[], $9::bigint[])
  AS u(campaign, customer, entry, version, arm, holdout, segment, at) ON CONFLICT DO NOTHING`

const END = `UPDATE flow_entries e SET ended_at = u.at, ended_step = u.step, reason = u.reason
FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::text[]) AS u(campaign, customer, entry, at, step, reason)
WHERE (e.campaign_id, e.customer_id, e.entry) = (u.campaign, u.customer, u.entry)`

/** Of several of a customer's at one step the first stays: `WITH ORDINALITY` keeps their order. */
const ASSIGN = `INSERT INTO flow_assignments (campaign_id, version, step, customer_id, partition, entry, variant, at)
SELECT u.campaign, u.version, u.step, u.customer, $1, u.entry, u.variant, u.at
FROM unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::bigint[])
  WITH ORDINALITY AS u(campaign, version, step, customer, entry, variant, at, nth) ORDER BY u.nth ON CONFLICT DO NOTHING`

const enter = (tx: Tx, partition: number, all: readonly (Of<Come> & AtEntry)[]) =>
  write(tx, ENTER, [partition], all, [
    one => one.campaignId,
    one => one.customerId,
    one => one.entry,
    one => one.version,
    one => (one.type === 'entered' ? 'treated' : 'held_out'),
    one => one.holdout,
    one => one.segment,
    one => one.at,
  ])

const end = (tx: Tx, all: readonly Of<Ended>[]) =>
  write(tx, END, [], all, [
    one => one.campaignId,
    one => one.customerId,
    one => one.entry,
    one => one.at,
    one => one.step,
    one => one.reason,
  ])

const assign = (tx: Tx, partition: number, all: readonly Of<Assigned>[]) =>
  write(tx, ASSIGN, [partition], all, [
    one => one.campaignId,
    one => one.version,
    one => one.step,
    one => one.customerId,
    one => one.entry,
    one => one.variant,
    one => one.at,
  ])

async function write<R>(
  tx: Tx,
  text: string,
  first: readonly SqlValue[],
  rows: readonly R[],
  columns: readonly ((row: R) => string | number | null)[],
): Promise<void> {
  if (rows.length === 0) return
  await tx.query(text, [...first, ...columns.map(column => rows.map(column) as SqlValue)])
}
