import { createHash } from 'node:crypto'
import type { CustomerChange, Recommendation } from '../../schemas/records.ts'
import { customerChanges, recommendations, segmentChanges, smsResults } from '../../schemas/topics.ts'
import type { LogRecord } from '../../streams/log.ts'
import { canonical, some } from './fault-words.ts'
import { flowFaults } from './flow-soundness.ts'
import { judgeQuintiles } from './quintile-oracle.ts'
import { onceEach, readTopic } from './read-topic.ts'
import type { Left } from './scratch-deployment.ts'
import type { TestGateway } from './sms-gateway.ts'
import type { Told } from './unbundled.ts'

/** What a run did to texts and what was done to it. */
export interface Happened {
  /** Ids of all texts asked for. */
  readonly texts: readonly string[]
  readonly gateway: TestGateway
  /** False where nothing was killed, so that no answer can have been lost. */
  readonly killed: boolean
}

/** Everything that is wrong with what a run left, in sentences: something lost, something applied twice. Sound is an empty list. */
export async function faultsOf(left: Left, happened: Happened): Promise<string[]> {
  const changes = onceEach(await readTopic(left, customerChanges)).flatMap(told =>
    'campaign' in told.value || told.value.asks !== undefined ? [] : [{ ...told, value: told.value }],
  )
  return [
    ...(await changeFaults(left, changes)),
    ...(await segmentFaults(left)),
    ...(await recommendationFaults(left, changes)),
    ...(await smsFaults(left, happened)),
    ...(await quintileFaults(left)),
    ...(await flowFaults(left)),
  ]
}

/** Of each customer, in the order of the log. */
function byCustomer<R extends { readonly customerId: string }>(told: readonly Told<R, LogRecord>[]): Map<string, R[]> {
  const all = new Map<string, R[]>()
  for (const { value } of told) all.set(value.customerId, [...(all.get(value.customerId) ?? []), value])
  return all
}

/** A customer's changes count from 1 without a gap, up to what the table says. */
async function changeFaults({ sql }: Left, changes: readonly Told<CustomerChange, LogRecord>[]): Promise<string[]> {
  const told = byCustomer(changes)
  const rows = await sql.query('SELECT customer_id, seq FROM customers')
  const broken = [...told].filter(([, all]) => all.some(({ seq }, i) => seq !== i + 1)).map(([id]) => id)
  const behind = rows.filter(row => told.get(row.customer_id as string)?.length !== row.seq).map(row => row.customer_id)
  return [
    ...some('customers whose changes have gaps or repeats', broken),
    ...some('customers whose row is not at their last change', behind),
  ]
}

/** Each segment change begins where the one before ended, and the last is what the table says. */
async function segmentFaults(left: Left): Promise<string[]> {
  const told = byCustomer(onceEach(await readTopic(left, segmentChanges)))
  const broken = [...told]
    .filter(([, all]) => all.some(({ from }, i) => from !== (i === 0 ? null : all[i - 1]!.to)))
    .map(([id]) => id)
  const rows = await left.sql.query('SELECT customer_id, segment FROM customers')
  const other = rows
    .filter(row => (told.get(row.customer_id as string)?.at(-1)?.to ?? null) !== row.segment)
    .map(row => row.customer_id)
  return [
    ...some('customers whose segment changes are no chain', broken),
    ...some('customers not in the segment last told', other),
  ]
}

const ACTS = ['purchase', 'click', 'refund']

/** Whoever acted, or wrote, has the list of their last act, in the table and, by the highest seq, on the topic. */
async function recommendationFaults(left: Left, changes: readonly Told<CustomerChange, LogRecord>[]): Promise<string[]> {
  const acts = new Map<string, number>()
  for (const { value } of changes)
    if (value.mood !== undefined || (value.event !== undefined && ACTS.includes(value.event.type)))
      acts.set(value.customerId, value.seq)
  const rows = new Map(
    (await left.sql.query('SELECT customer_id, body FROM recommendations')).map(row => [
      row.customer_id,
      row.body as Recommendation,
    ]),
  )
  const told = new Map<string, Recommendation>()
  const ids = new Map<string, string>()
  const torn: string[] = []
  for (const { value } of await readTopic(left, recommendations)) {
    const hash = createHash('sha256').update(canonical(value)).digest('base64') // of a large file the lists themselves are too much
    if ((ids.get(value.recommendationId) ?? hash) !== hash) torn.push(value.recommendationId)
    ids.set(value.recommendationId, hash)
    if (value.seq > (told.get(value.customerId)?.seq ?? 0)) told.set(value.customerId, value)
  }
  const stale = [...acts].filter(([id, seq]) => rows.get(id)?.seq !== seq).map(([id]) => id)
  const unlike = [...rows].filter(([id, row]) => canonical(told.get(id as string)) !== canonical(row)).map(([id]) => id)
  return [
    ...some('customers who acted and have no list of it', stale),
    ...some('customers whose newest list on the topic is not the one in the table', unlike),
    ...some('lists told in two versions', torn),
  ]
}

const ENDS = ['submitted', 'rejected', 'unknown', 'suppressed']

async function smsFaults(left: Left, { texts, gateway, killed }: Happened): Promise<string[]> {
  const rows = await left.sql.query('SELECT id, status, reason FROM sms_ledger')
  const seen = gateway.submitted().map(({ reference }) => reference)
  const sent = new Set(seen)
  const idsOf = (...statuses: string[]) =>
    rows.filter(row => statuses.includes(row.status as string)).map(row => row.id as string)
  const known = new Set(rows.map(row => row.id))
  const mayHave = new Set(idsOf('submitted', 'unknown'))
  const results = await left.sql.query('SELECT id, reported FROM sms_results')
  const told = new Set((await readTopic(left, smsResults)).map(({ value }) => value.id))
  const ended = new Set(idsOf(...ENDS))
  return [
    ...some(
      'texts that reached the gateway twice',
      [...sent].filter(id => seen.indexOf(id) !== seen.lastIndexOf(id)),
    ),
    ...some(
      'requests that nobody knows',
      texts.filter(id => !known.has(id)),
    ),
    ...some(
      'requests without an end',
      [...known].filter(id => !ended.has(id as string)),
    ),
    ...some(
      'texts called submitted that the gateway never saw',
      idsOf('submitted').filter(id => !sent.has(id)),
    ),
    ...some(
      'texts the gateway saw and the ledger denies',
      [...sent].filter(id => !mayHave.has(id)),
    ),
    ...some('unknown texts though nothing was killed', killed ? [] : idsOf('unknown')),
    ...some(
      'results that were not told',
      results.filter(row => row.reported !== true || !told.has(row.id as string)).map(row => row.id),
    ),
  ]
}

async function quintileFaults({ sql }: Left): Promise<string[]> {
  const { misjudged } = await judgeQuintiles(sql)
  return some(
    'customers with other scores or another segment than the table says',
    misjudged.map(({ customerId, told, plain }) => `${customerId} told ${JSON.stringify(told)} plain ${JSON.stringify(plain)}`),
  )
}
