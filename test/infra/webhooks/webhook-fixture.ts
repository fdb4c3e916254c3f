import { webhooks } from '../../../consumers/webhooks.ts'
import type { FlowCall } from '../../../schemas/records.ts'
import type { Sql } from '../../../streams/sql.ts'
import { State } from '../../../streams/state.ts'

export const flowCall = (id: string, url: string, more: Partial<FlowCall> = {}): FlowCall => ({
  id,
  customerId: 'ada',
  campaignId: 'eid',
  version: 1,
  step: 'tell',
  entry: 1,
  url,
  method: 'POST',
  at: 1_700_000_000_000,
  ...more,
})

/** Folds records of flow-calls and commits the state, as the runner would. */
export async function queueCalls(sql: Sql, calls: readonly FlowCall[]): Promise<void> {
  const state = new State(webhooks.state, 1 << 20)
  const places = await state.prepare(
    sql,
    calls.map(event => ({ event, partition: 0 })),
  )
  for (const [offset, event] of calls.entries()) {
    const at = { partition: 0, offset, appendedAt: 1, personal: undefined }
    const folded = webhooks.fold(state.get(places[offset]!), event, at)
    if (folded.refused === undefined) state.set(places[offset]!, folded.state)
  }
  await sql.transaction(tx => state.save(tx))
}

export const statusesOf = async (sql: Sql) =>
  Object.fromEntries((await sql.query('SELECT id, status FROM webhook_calls ORDER BY id')).map(({ id, status }) => [id, status]))

/** What came of each attempt of a call; of those that nobody ended, nothing. */
export const attemptsOf = async (sql: Sql, id: string) =>
  (await sql.query('SELECT outcome, detail FROM webhook_attempts WHERE call_id = $1 ORDER BY attempt', [id])).map(
    ({ outcome, detail }) => (outcome === null ? null : `${outcome}: ${detail}`),
  )

/** Lets whatever waits be due at once. */
export const allDue = (sql: Sql) => sql.query(`UPDATE webhook_calls SET not_before = 0 WHERE status = 'queued'`)
