import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { NO_SEGMENT, RFM_FLAGS } from '../../../models/analytics/rfm/rfm-table.ts'
import type { Analysis } from '../analyze-shop.ts'
import type { Validation } from '../read/validation.ts'
import type { Table } from '../table.ts'
import { major } from '../tables/in-words.ts'
import { csvLine, harmless } from './csv-lines.ts'
import { writeBeside } from './write-beside.ts'

/** The files of an analysis beside its reports (contracts/api.md): rfm.csv, clusters.json, recommendations.csv, validation.json, and every table as CSV and JSON. */
export async function writeAnalysis(
  analysis: Analysis,
  validation: Validation | undefined,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  await mkdir(join(folder, 'tables'), { recursive: true })
  const write = (name: string, parts: Iterable<string>) => writeBeside(join(folder, name), parts, signal)
  await write('rfm.csv', rfmLines(analysis))
  await write('clusters.json', [json(clustersOf(analysis))])
  await write('recommendations.csv', recommendationLines(analysis))
  if (validation !== undefined) await write('validation.json', [json(validation)])
  for (const table of Object.values(analysis.tables.tables)) {
    await write(`tables/${table.name}.csv`, tableLines(table))
    await write(`tables/${table.name}.json`, [json(rowsOf(table))])
  }
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** Every customer in the order of the files: the contract's columns first, then the rank-first scores (DESIGN.md §5) and what is expected of them. */
function* rfmLines({ shop, rfm, clusterOf, value: { of } }: Analysis): Generator<string> {
  yield csvLine([
    ...['customer_id', 'recency', 'frequency', 'monetary', 'r', 'f', 'm', 'segment'],
    ...['recency_outlier', 'frequency_outlier', 'monetary_outlier', 'single_purchase', 'new_customer', 'cluster'],
    ...['r_first', 'f_first', 'm_first', 'net', 'alive', 'expected_purchases', 'expected_revenue'],
  ])
  const { facts, recencyDays, r, f, m, segment, names, flags } = rfm
  const has = (c: number, flag: number): number => ((flags[c]! & flag) === 0 ? 0 : 1)
  for (const [c, id] of shop.customers.id.entries()) {
    const bought = segment[c] !== NO_SEGMENT
    const scores = bought ? [r.tied[c]!, f.tied[c]!, m.tied[c]!, names[segment[c]!]!] : [null, null, null, null]
    const first = bought ? [r.first[c]!, f.first[c]!, m.first[c]!] : [null, null, null]
    const ahead = bought && of !== undefined ? [rounded(of.alive[c]!), rounded(of.purchases[c]!), rounded(of.revenue[c]!)] : []
    yield csvLine([
      id,
      bought ? recencyDays[c]! : null,
      facts.orders[c]!,
      major(facts.gross[c]!),
      ...scores,
      ...[RFM_FLAGS.recency, RFM_FLAGS.frequency, RFM_FLAGS.monetary, RFM_FLAGS.single, RFM_FLAGS.new].map(flag => has(c, flag)),
      clusterOf[c]! < 0 ? null : clusterOf[c]!,
      ...first,
      major(facts.net[c]!),
      ...(ahead.length === 0 ? [null, null, null] : ahead),
    ])
  }
}

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4

function clustersOf({ clusters }: Analysis): unknown {
  if (clusters === undefined) return null
  const { of: _, ...told } = clusters.clusters
  return { k: told.choice.k, customers: clusters.customers.length, ...told }
}

/** Lists by customer, the best first. Revenue is chance times price, in major units; empty, as chances are, where what was held out tells nothing. */
function* recommendationLines({ shop, recommendations }: Analysis): Generator<string> {
  const days = recommendations?.days ?? 0
  yield csvLine([
    'customer_id',
    'product_id',
    'rank',
    'confidence',
    'chance',
    'expected_revenue',
    'revenue_low',
    'revenue_high',
    'why',
    'days',
  ])
  if (recommendations === undefined) return
  const { start, product, confidence, chance, low, high, why, strategies, calibration } = recommendations
  const known = calibration.bands.length > 0
  for (const [c, id] of shop.customers.id.entries())
    for (let at = start[c]!; at < start[c + 1]!; at++) {
      const n = product[at]!
      const price = shop.products.price[n]!
      const revenue = (chances: number) => (known && Number.isFinite(price) ? major(chances * price) : null)
      yield csvLine([
        ...[id, shop.products.id[n]!, at - start[c]! + 1, rounded(confidence[at]!), known ? rounded(chance[at]!) : null],
        ...[revenue(chance[at]!), revenue(low[at]!), revenue(high[at]!), strategies[why[at]!]!, days],
      ])
    }
}

function* tableLines({ columns, rows }: Table): Generator<string> {
  yield csvLine(columns.map(({ name }) => name))
  for (const row of rows) yield csvLine(row.map(harmless))
}

const rowsOf = ({ columns, rows }: Table): unknown =>
  rows.map(row => Object.fromEntries(columns.map(({ name }, at) => [name, row[at]])))
