import type { RfmTable } from '../../models/analytics/rfm/rfm-table.ts'
import { clusterStage } from './cluster-stage.ts'
import { CustomerAnalyticsError } from './customer-analytics-error.ts'
import type { Validation } from './read/validation.ts'
import { recommendAll, type ShopRecommendations } from './recommend/recommend-all.ts'
import { type Simulated, simulate, type Variant } from './recommend/simulate.ts'
import { endOfLines, rfmStage } from './rfm-stage.ts'
import type { ShopColumns } from './shop-columns.ts'
import type { AnalysisTables } from './table.ts'
import { type ClusteredBuyers, clusterChoiceTable, clustersTable, segmentClustersTable } from './tables/cluster-tables.ts'
import { customersTable, recommendedTable } from './tables/customer-tables.ts'
import { problemsTable } from './tables/problems-table.ts'
import { productTables } from './tables/product-tables.ts'
import { gridTable, outliersTable, overviewTable, segmentsTable } from './tables/rfm-tables.ts'
import { tableOf } from './tables/table-of.ts'
import { cohortsTable, monthSeasonsTable, monthsTable, rhythmsTable, weekdaysTable } from './tables/time-tables.ts'
import { valueBySegmentTable, valueTable } from './tables/value-tables.ts'
import { lastObserved, type ValueStage, valueStage } from './value-stage.ts'

export interface AnalysisOptions {
  /** Epoch ms from which everything that ages is measured; the end of the last day with a purchase unless told. It hides no later purchase. */
  readonly asOf: number | undefined
  readonly maxClusters: number
  readonly seed: number
  /** How many products a customer is recommended at most, and how sure these are at least (0–1). */
  readonly recommendations: number
  readonly minConfidence: number
  /** How far ahead values are told. */
  readonly horizonDays: number
  /** ISO 4217, or empty. */
  readonly currency: string
  /** What is played through, if anything. */
  readonly variants: readonly Variant[]
}

export type Stage = 'rfm' | 'cluster' | 'value' | 'recommend' | 'tables'

export interface Watching {
  /** What is being done now, for whoever waits. */
  readonly say: (stage: Stage, what: string) => void
  readonly signal: AbortSignal
}

/** What an analysis came to: columns of all customers for the files, and tables for people. */
export interface Analysis {
  readonly shop: ShopColumns
  readonly asOf: number
  readonly rfm: RfmTable
  readonly clusters: ClusteredBuyers | undefined
  /** Of each customer, the number of their cluster; −1 of who is in none. */
  readonly clusterOf: Int32Array
  readonly value: ValueStage
  readonly recommendations: ShopRecommendations | undefined
  readonly tables: AnalysisTables
}

/**
 * The whole picture of a shop, stage by stage. A stage that has nothing to work with leaves its tables empty and says why; the others go on. The same shop and
 * options give the same analysis.
 */
export async function analyzeShop(
  shop: ShopColumns,
  validation: Validation | undefined,
  options: AnalysisOptions,
  { say, signal }: Watching,
): Promise<Analysis> {
  const asOf = options.asOf ?? endOfLines(shop)
  const degraded: { stage: Stage; says: string }[] = []
  say('rfm', 'scores of all customers')
  const rfm = rfmStage(shop, asOf)
  if (rfm.ranked === 0)
    degraded.push({ stage: 'rfm', says: 'Nobody bought anything: there is nobody to score, and nothing to foretell.' })
  await breath(signal)
  const { maxClusters, seed } = options
  const clusters = await degrading('cluster', degraded, () =>
    clusterStage(rfm.facts, { asOf, maxClusters, seed, signal, say: what => say('cluster', what) }),
  )
  say('value', 'who comes back, and what they bring')
  const value = valueStage(shop, lastObserved(asOf, endOfLines(shop)), options.horizonDays)
  if (value.of === undefined && rfm.ranked > 0) degraded.push({ stage: 'value', says: value.notes.join(' ') })
  await breath(signal)
  const segment = (c: number): string | null => rfm.names[rfm.segment[c]!] ?? null
  const { recommendations: count, minConfidence } = options
  const recommendations = await degrading('recommend', degraded, () =>
    recommendAll(shop, { asOf, segment, count, minConfidence, seed }, { signal, say: what => say('recommend', what) }),
  )
  await breath(signal)
  if (recommendations !== undefined && rfm.ranked > 0) degraded.push(...lacking(recommendations))
  const clusterOf = new Int32Array(shop.customers.id.length).fill(-1)
  for (const [i, c] of clusters?.customers.entries() ?? []) clusterOf[c] = clusters!.clusters.of[i]!
  const simulated = options.variants.length === 0 ? [] : simulate(options.variants, { rfm, asOf }, seed)
  say('tables', 'what reports show')
  const parts = { shop, asOf, rfm, clusters, clusterOf, value, recommendations }
  const tables = tablesOf(parts, validation, simulated)
  return { ...parts, tables: { tables, currency: options.currency, asOf, degraded } }
}

/** Lists that nobody has, or that nobody knows the worth of, say so. */
function lacking({ product, calibration }: ShopRecommendations): { stage: Stage; says: string }[] {
  if (product.length === 0)
    return [
      {
        stage: 'recommend',
        says: 'Nothing could be recommended: nothing new to customers is sure enough. Try a lower --min-confidence.',
      },
    ]
  if (calibration.bands.length > 0) return []
  return [{ stage: 'recommend', says: `${calibration.says} So no revenue is told of recommendations.` }]
}

/** Lets go of the thread between stages, so that a signal is heard; ends with it. */
async function breath(signal: AbortSignal): Promise<void> {
  await new Promise(setImmediate)
  signal.throwIfAborted()
}

/** What is wrong with one stage's data leaves the others their work; what is wrong with us does not hide. */
async function degrading<T>(
  stage: Stage,
  degraded: { stage: Stage; says: string }[],
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof CustomerAnalyticsError)) throw error
    degraded.push({ stage, says: `${error.message} ${error.fix}` })
    return undefined
  }
}

function tablesOf(
  parts: Omit<Analysis, 'tables'>,
  validation: Validation | undefined,
  simulated: readonly Simulated[],
): AnalysisTables['tables'] {
  const { shop, asOf, rfm, clusters, value } = parts
  const { days } = value
  return {
    overview: overviewTable(shop, rfm, asOf),
    segments: segmentsTable(rfm),
    rfm_grid: gridTable(rfm),
    outliers: outliersTable(rfm),
    clusters: clusters === undefined ? tableOf('clusters', []) : clustersTable(clusters),
    cluster_choice: clusters === undefined ? tableOf('cluster_choice', []) : clusterChoiceTable(clusters),
    segment_clusters: clusters === undefined ? tableOf('segment_clusters', []) : segmentClustersTable(clusters, rfm),
    months: monthsTable(shop, rfm.facts, days),
    cohorts: cohortsTable(days),
    weekday_seasons: weekdaysTable(days),
    month_seasons: monthSeasonsTable(days),
    value: valueTable(value, rfm),
    value_by_segment: valueBySegmentTable(shop, value, rfm, asOf),
    rhythms: rhythmsTable(days),
    ...productTables(shop),
    recommended: recommendedTable(parts),
    simulation: tableOf('simulation', simulated),
    customers: customersTable(parts),
    problems: problemsTable(validation),
  }
}
