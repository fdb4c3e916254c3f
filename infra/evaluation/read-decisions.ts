import { createReadStream } from 'node:fs'
import { parse } from 'csv-parse'
import type { Decision } from '../../models/off-policy.ts'
import { Complaint } from '../cli/complaint.ts'
import type { LoggedDecisions } from './logged-exposures.ts'

const NEEDED = ['arm', 'propensity', 'reward'] as const
const KNOWN: readonly string[] = [...NEEDED, 'cluster']

/**
 * A log of decisions from a CSV: columns arm, propensity, reward, optionally cluster; all others are numbers of the context.
 * @throws {Complaint} which row and column cannot be read, and why
 */
export async function readDecisions(path: string): Promise<LoggedDecisions> {
  const arms: string[] = []
  const log: Decision[] = []
  for await (const { row, line } of rowsOf(path)) {
    if (log.length === 0) checkColumns(row, path)
    const arm = row.arm!
    if (!arms.includes(arm)) arms.push(arm)
    const propensity = numberIn(row, 'propensity', path, line)
    if (!(propensity > 0 && propensity <= 1))
      throw new Complaint(`${path}, line ${line}: a propensity is above 0 and at most 1, and this is ${row.propensity}.`)
    const features = Object.keys(row)
      .filter(name => !KNOWN.includes(name))
      .map(name => numberIn(row, name, path, line))
    log.push({ arm: arms.indexOf(arm), propensity, reward: numberIn(row, 'reward', path, line), features, cluster: row.cluster })
  }
  if (log.length === 0) throw new Complaint(`${path} has no row below its header.`)
  return sorted({ arms, reward: 'reward', log })
}

type Row = Readonly<Record<string, string>>

async function* rowsOf(path: string): AsyncIterable<{ row: Row; line: number }> {
  const file = createReadStream(path)
  const rows = parse({ columns: true, bom: true, trim: true, skip_empty_lines: true, info: true })
  file.on('error', error => rows.destroy(error))
  try {
    for await (const { record, info } of file.pipe(rows) as AsyncIterable<{ record: Row; info: { lines: number } }>)
      yield { row: record, line: info.lines }
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith('CSV_')) throw new Complaint(`${path}: ${(error as Error).message}.`)
    throw error
  }
}

function checkColumns(row: Row, path: string): void {
  const missing = NEEDED.filter(name => !(name in row))
  if (missing.length > 0)
    throw new Complaint(
      `${path}: there is no column ${missing.join(', ')}; expected ${NEEDED.join(', ')}, and numbers of the context.`,
    )
}

function numberIn(row: Row, name: string, path: string, line: number): number {
  const value = Number(row[name])
  if (row[name] === '' || !Number.isFinite(value))
    throw new Complaint(`${path}, line ${line}: expected a number in column ${name}, got ${JSON.stringify(row[name])}.`)
  return value
}

/** Arms by name, whatever order they came in. */
function sorted({ arms, reward, log }: LoggedDecisions): LoggedDecisions {
  const order = [...arms].sort()
  return { arms: order, reward, log: log.map(one => ({ ...one, arm: order.indexOf(arms[one.arm]!) })) }
}
