import { Command, InvalidArgumentError } from 'commander'
import { phoneHasher } from '../../models/phone-hash.ts'
import type { AuditTotals } from '../../models/sms-audit/audit-totals.ts'
import type { Finding } from '../../models/sms-audit/finding.ts'
import { systemClock } from '../../streams/clock.ts'
import type { Sql } from '../../streams/sql.ts'
import { type Config, readConfig } from '../config.ts'
import { openProducer } from '../open-producer.ts'
import { sharedSecret } from '../settings.ts'
import { auditTable, type Counted } from '../sms-audit/audit-table.ts'
import { gatewayRecord } from '../sms-audit/gateway-record.ts'
import { plainColumns, type RecordColumns, recordColumns } from '../sms-audit/record-columns.ts'
import { type Audited, runAudit } from '../sms-audit/run-audit.ts'
import type { TopicReader } from '../sms-audit/whole-topic.ts'
import { instant } from './instant.ts'
import { openTables } from './open-tables.ts'
import { progressLine } from './progress-line.ts'
import { whole } from './whole.ts'

interface Options {
  readonly gatewayRecord: string
  readonly columns: RecordColumns
  readonly refused: readonly string[]
  readonly since?: number
  readonly until?: number
  readonly log: boolean
  readonly list: number
  readonly json?: true
}

export const smsAuditCommand = (): Command =>
  new Command('audit')
    .description(
      "Compare the ledger and the log of texts with a gateway's own record, text by text. Exit code 0 when they agree in everything.",
    )
    .requiredOption('--gateway-record <file>', 'one submission a line: JSON objects, or CSV below a line of names; plain or .gz')
    .option(
      '--columns <names>',
      'fields that the record calls otherwise, such as reference=client_ref,at=time; id= for none',
      columns,
      plainColumns,
    )
    .option(
      '--refused <words>',
      'what its status says of submissions that it did not take; 4xx does not need to be told',
      words,
      ['refused', 'rejected', 'throttled'],
    )
    .option('--since <instant>', 'only texts begun to be submitted (or, if never, asked for) from then on', instant)
    .option('--until <instant>', 'and before then: when the record was made, where texts go out meanwhile', instant)
    .option('--no-log', 'compare ledger and gateway alone')
    .option('--list <n>', 'how many discrepancies of each kind to list', whole, 10)
    .option('--json', 'one JSON object, with every discrepancy')
    .addHelpText(
      'after',
      '\nThe record: reference is the id of the text, and all it needs; to the number (only compared), id what the gateway calls it, at when it came (ISO 8601 or since 1970), status what became of it. docs/sms.md says what each discrepancy means.\nWith Kafka and Postgres it reads beside whatever instances are up. Without, no Tarang may be running on the data folder.\nIt needs some 500 bytes of memory a text: NODE_OPTIONS=--max-old-space-size=8192 for more than a few million.',
    )
    .action(audit)

function columns(text: string): RecordColumns {
  const read = recordColumns(text)
  if (typeof read === 'string') throw new InvalidArgumentError(read)
  return read
}

const words = (text: string): string[] => text.split(',').map(word => word.trim().toLowerCase())

async function audit(options: Options): Promise<void> {
  const config = readConfig()
  const line = progressLine(systemClock)
  await using place = await openPlace(config, options.log)
  const { gatewayRecord: path, since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = options
  const phoneHash = phoneHasher(config.secretKey ?? (await sharedSecret(place.sql, 'phone_key')))
  const audited = await runAudit({
    record: gatewayRecord(path, { ...options, region: config.shop.region, phoneHash }),
    sql: place.sql,
    topics: place.topics,
    window: { since, until },
    show: line.show,
  })
  const totals = audited.audit.totals()
  line.end(`${path}: ${totals.gateway.submissions + totals.gateway.refused} submissions, ${totals.asked} texts in the ledger`)
  const found = options.json ? printJson(totals, audited) : printTable(totals, audited, options.list)
  if (found > 0) process.exitCode = 1
}

interface Place extends AsyncDisposable {
  readonly sql: Sql
  readonly topics: TopicReader | undefined
}

async function openPlace(config: Config, withLog: boolean): Promise<Place> {
  if (!withLog) return { ...(await openTables(config)), topics: undefined }
  const { sql, close, ...topics } = await openProducer(config, (message, details) => console.error(message, details))
  return { sql, topics, [Symbol.asyncDispose]: close }
}

function* findingsOf({ audit, unreadable }: Audited): Generator<Finding> {
  yield* unreadable
  yield* audit.findings()
}

/** One after the other: all of them at once might be too long a string. */
function printJson(totals: AuditTotals, audited: Audited): number {
  let found = 0
  process.stdout.write(`{"totals":${JSON.stringify(totals)},"findings":[`)
  for (const finding of findingsOf(audited)) process.stdout.write(`${found++ === 0 ? '' : ','}${JSON.stringify(finding)}`)
  process.stdout.write(']}\n')
  return found
}

function printTable(totals: AuditTotals, audited: Audited, most: number): number {
  const counted: Record<string, number> = {}
  const listed: Finding[] = []
  for (const finding of findingsOf(audited)) {
    const before = counted[finding.kind] ?? 0
    counted[finding.kind] = before + 1
    if (before < most) listed.push(finding)
  }
  console.log(auditTable(totals, counted as Counted))
  const found = Object.values(counted).reduce((sum, n) => sum + n, 0)
  console.log(found === 0 ? '\nThey agree.' : `\n${found} discrepancies:`)
  for (const { kind, id, detail } of listed) console.log(`  ${kind.replace('_', ' ')}  ${id}  ${detail}`)
  if (found > listed.length) console.log(`  and ${found - listed.length} more: --json lists all`)
  return found
}
