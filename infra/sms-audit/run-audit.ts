import { sms } from '../../consumers/sms.ts'
import type { Finding } from '../../models/sms-audit/finding.ts'
import { type AuditWindow, SmsAudit } from '../../models/sms-audit/sms-audit.ts'
import type { SmsResult } from '../../schemas/records.ts'
import { smsRequests, smsResults } from '../../schemas/topics.ts'
import type { Read } from '../../streams/decode-batch.ts'
import type { Tx } from '../../streams/sql.ts'
import { Complaint } from '../cli/complaint.ts'
import type { RecordLine } from './gateway-record.ts'
import { ledgerTexts, ledgerTextsOf } from './ledger-texts.ts'
import { KeptSince, type TopicReader, wholeTopic } from './whole-topic.ts'

export interface AuditSources {
  readonly record: AsyncIterable<RecordLine>
  readonly sql: Tx
  /** Undefined where the log is not to be compared. */
  readonly topics: TopicReader | undefined
  readonly window: AuditWindow | undefined
  readonly show: (progress: string) => void
}

/** A file of which so many lines are none is no record: nobody reads more of them. */
const MOST_UNREADABLE = 1000

export interface Audited {
  readonly audit: SmsAudit
  readonly unreadable: readonly Finding[]
}

/** Reads everything in the order in which models/sms-audit/sms-audit.ts wants it, while Tarang may go on. */
export async function runAudit(sources: AuditSources): Promise<Audited> {
  const { sql, topics, show } = sources
  const audit = new SmsAudit(sources.window)
  const unreadable = await readRecord(audit, sources)
  const folded = await foldedUpTo(sql)
  let read = 0
  for await (const texts of ledgerTexts(sql)) {
    for (const text of texts) audit.inLedger(text)
    read += texts.length
    show(`${read} texts of the ledger`)
  }
  if (topics === undefined) return { audit, unreadable }
  await readLog(audit, topics, folded, show)
  for await (const texts of ledgerTextsOf(sql, audit.behind())) for (const text of texts) audit.inLedger(text)
  return { audit, unreadable }
}

async function readRecord(audit: SmsAudit, { record, show }: AuditSources): Promise<Finding[]> {
  const unreadable: Finding[] = []
  let read = 0
  for await (const one of record) {
    if ('row' in one) audit.atGateway(one.row)
    else unreadable.push({ kind: 'unreadable', id: `line ${one.line}`, detail: one.fault })
    if (unreadable.length > MOST_UNREADABLE)
      throw new Complaint(
        `More than ${MOST_UNREADABLE} lines of the gateway's record cannot be read, such as ${unreadable[0]!.id}: ${unreadable[0]!.detail}.`,
      )
    if (++read % 10_000 === 0) show(`${read} lines of the gateway's record`)
  }
  return unreadable
}

/** By partition, up to which offset requests are in the ledger for certain, for whoever reads that after this. */
async function foldedUpTo(sql: Tx): Promise<ReadonlyMap<number, number>> {
  const rows = await sql.query('SELECT partition, next FROM ownership WHERE processor = $1', [sms.name])
  return new Map(rows.map(row => [row.partition as number, row.next as number]))
}

async function readLog(
  audit: SmsAudit,
  topics: TopicReader,
  folded: ReadonlyMap<number, number>,
  show: AuditSources['show'],
): Promise<void> {
  const kept = new KeptSince()
  let read = 0
  const through = async (topic: Parameters<typeof wholeTopic>[1], take: (one: Read, value: unknown) => void) => {
    for await (const reads of wholeTopic(topics, topic)) {
      for (const one of reads) {
        kept.add(one)
        if ('value' in one.outcome) take(one, one.outcome.value)
      }
      read += reads.length
      show(`${read} records of the log`)
    }
  }
  // Results first: who has one then has a request, also who asked meanwhile.
  await through(smsResults, (_, value) => {
    const { id, requestId, at, status } = value as SmsResult
    const n = Number(id.slice(id.lastIndexOf(':') + 1))
    if (Number.isSafeInteger(n)) audit.told(requestId, at, n, status)
  })
  await through(smsRequests, ({ record, at }, value) => {
    const { partition, offset } = record
    const read = sms.read!(value, { partition, offset, appendedAt: at, personal: undefined })
    if (!('event' in read)) return // the fold puts it with the dead letters
    const { id, requestedAt } = read.event
    audit.asked(id, requestedAt, offset < (folded.get(partition) ?? 0) ? 'folded' : 'waiting')
  })
  audit.logRead(kept.instant)
}
