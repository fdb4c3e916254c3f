import type { Sql } from '../../streams/sql.ts'
import type { Submitted } from '../support/sms-gateway.ts'

export interface TextCounts {
  readonly [status: string]: number
}

export interface TextVerdict {
  readonly wrongs: readonly string[]
  readonly counts: TextCounts
  /** Submissions that the gateway took, and that it refused or put off. */
  readonly taken: number
  readonly refused: number
}

const ENDS = ['delivered', 'submitted', 'rejected', 'suppressed', 'unknown']

/** What is wrong with texts once everything has ended, by the gateway's record and the ledger alone: said without the auditor. */
export async function textVerdict(sql: Sql, asked: readonly string[], record: readonly Submitted[]): Promise<TextVerdict> {
  const rows = await sql.query('SELECT id, status, reason FROM sms_ledger')
  const known = new Set(rows.map(row => row.id))
  const of = (...statuses: string[]) => rows.filter(row => statuses.includes(row.status as string)).map(row => row.id as string)
  const taken = record.filter(({ status }) => status === 'taken').map(({ reference }) => reference)
  const went = new Set(taken)
  const mayHave = new Set(of('submitted', 'delivered', 'unknown'))
  const counts: Record<string, number> = {}
  for (const { status } of rows) counts[status as string] = (counts[status as string] ?? 0) + 1
  const wrongs = [
    ...some('submitted twice', twice(taken)),
    ...some(
      'asked for, and not in the ledger',
      asked.filter(id => !known.has(id)),
    ),
    ...some(
      'in the ledger, and nobody asked',
      [...known].filter(id => !new Set(asked).has(id as string)),
    ),
    ...some(
      'without an end',
      rows.filter(row => !ENDS.includes(row.status as string)).map(row => row.id),
    ),
    ...some(
      'submitted, and lost',
      of('submitted', 'delivered').filter(id => !went.has(id)),
    ),
    ...some(
      'at the gateway, and the ledger denies it',
      [...went].filter(id => !mayHave.has(id)),
    ),
    ...some(
      'unknown, suppressed or rejected without a reason',
      rows.filter(row => row.reason === null && row.status !== 'submitted' && row.status !== 'delivered').map(row => row.id),
    ),
  ]
  return { wrongs, counts, taken: taken.length, refused: record.length - taken.length }
}

function twice(ids: readonly string[]): string[] {
  const seen = new Set<string>()
  return ids.filter(id => seen.size === seen.add(id).size)
}

const some = (what: string, ids: readonly unknown[]): string[] =>
  ids.length === 0 ? [] : [`${what}: ${ids.length}, such as ${ids.slice(0, 5).join(', ')}`]
