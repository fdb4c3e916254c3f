import type { AuditTotals } from '../../models/sms-audit/audit-totals.ts'
import { type Discrepancy, discrepancies } from '../../models/sms-audit/finding.ts'

export type Counted = Readonly<Partial<Record<Discrepancy, number>>>

/** The table people read: where all texts are, and in how many what does not agree. */
export function auditTable(totals: AuditTotals, counted: Counted): string {
  const { statuses, reasons, gateway, log } = totals
  const rows: Row[] = [
    ['asked for', totals.asked, ''],
    ['  sent', totals.sent, listed(statuses, ['submitted', 'delivered', 'undelivered', 'expired'])],
    ['  rejected', totals.rejected, ''],
    ['  suppressed', totals.suppressed, listed(reasons, Object.keys(reasons).sort())],
    [
      '  unknown',
      totals.unknown,
      `the gateway has ${totals.unknownAtGateway}, has not ${totals.unknown - totals.unknownAtGateway}`,
    ],
    ['  under way', totals.underWay, listed(statuses, ['queued', 'claimed', 'submitting'])],
    ['once unknown, settled', totals.settled, ''],
    ['at the gateway', gateway.texts, `${gateway.submissions} submissions taken, ${gateway.refused} refused`],
    ...(log === null
      ? []
      : [['on the log', log.requests, `${log.waiting} not folded yet; results of ${log.unreported} not told yet`] satisfies Row]),
  ]
  const wrong: Row[] = kinds.map(kind => [kind.replace('_', ' '), counted[kind] ?? 0, discrepancies[kind]])
  return [columns(rows), '', columns(wrong), ...warnings(totals)].join('\n')
}

type Row = readonly [what: string, count: number, detail: string]
const kinds = Object.keys(discrepancies) as Discrepancy[]

function columns(rows: readonly Row[]): string {
  const [what, count] = [Math.max(...rows.map(([what]) => what.length), 21), Math.max(...rows.map(row => `${row[1]}`.length), 9)]
  return rows
    .map(([name, number, detail]) => `${name.padEnd(what)}  ${`${number}`.padStart(count)}  ${detail}`.trimEnd())
    .join('\n')
}

const listed = (counts: Readonly<Record<string, number>>, names: readonly string[]): string =>
  names
    .filter(name => counts[name] !== undefined)
    .map(name => `${name} ${counts[name]}`)
    .join(', ')

/** Not one number of several is the ledger's: it is the key that differs. */
function warnings({ numbers: { compared, other } }: AuditTotals): string[] {
  if (other < 10 || other < compared) return []
  return ['', 'Not one number is the one of the ledger: is SECRET_KEY the one that Tarang runs with?']
}
