import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import type { SnapshotTable } from '../../schemas/analytics-snapshot.ts'
import {
  ClusterChoiceRow,
  ClusterRow,
  CohortRow,
  MonthRow,
  OverviewRow,
  SegmentRevenueRow,
  SegmentValueRow,
  snapshotAnswer,
  ValueRow,
} from '../analytics-view.ts'
import { answerSnapshot } from '../answer-snapshot.ts'
import { answers } from '../parameters.ts'
import type { Analytics } from '../ports/analytics.ts'
import { presentTable } from '../present-table.ts'

const SUMS = ['segment', 'customers', 'share_of_customers', 'orders', 'gross', 'share_of_gross', 'net']
const common = {
  tags: ['Analytics'],
  headers: Type.Object({ 'if-none-match': Type.Optional(Type.String({ description: 'The ETag of the answer you have.' })) }),
}
const responses = <S>(schema: S) => ({ 200: schema, ...answers(400, 404) })

const overviewSchema = {
  ...common,
  operationId: 'getAnalyticsOverview',
  summary: 'The whole shop in one row, as of the newest snapshot',
  response: responses(snapshotAnswer('AnalyticsOverview', { overview: Type.Union([OverviewRow, Type.Null()]) })),
}
const months = (otherwise: number) =>
  Type.Integer({ minimum: 1, maximum: 60, default: otherwise, description: 'How many months back.' })
const cohortsSchema = {
  ...common,
  operationId: 'getCohorts',
  summary: 'Of each month of first purchase, how many bought in the months after it',
  querystring: Type.Object({ months: months(24) }),
  response: responses(snapshotAnswer('Cohorts', { cohorts: Type.Array(CohortRow) })),
}
const revenueSchema = {
  ...common,
  operationId: 'getRevenue',
  summary: 'Revenue by segment or by month',
  querystring: Type.Object({ by: Type.Enum(['segment', 'month'], { default: 'segment' }), months: months(24) }),
  response: responses(
    snapshotAnswer('Revenue', { by: Type.String(), rows: Type.Array(Type.Union([SegmentRevenueRow, MonthRow])) }),
  ),
}
const clustersSchema = {
  ...common,
  operationId: 'getClusters',
  summary: 'Customers who are alike by what they buy, and why there are so many groups',
  response: responses(snapshotAnswer('Clusters', { clusters: Type.Array(ClusterRow), choice: Type.Array(ClusterChoiceRow) })),
}
const valueSchema = {
  ...common,
  operationId: 'getCustomerValue',
  summary: 'What all customers are expected to bring, by segment too; `value` is null where nothing can be forecast',
  response: responses(
    snapshotAnswer('CustomerValue', { value: Type.Union([ValueRow, Type.Null()]), segments: Type.Array(SegmentValueRow) }),
  ),
}

/** GET /analytics/overview, /cohorts, /revenue, /clusters, /value: of the newest snapshot. */
export const analyticsRoutes: FastifyPluginAsyncTypebox<{ analytics: Analytics }> = async (app, { analytics }) => {
  app.get('/analytics/overview', { schema: overviewSchema }, async (_, reply) =>
    answerSnapshot(reply, analytics, ({ tables }) => ({ overview: presentTable(tables.overview)[0] ?? null })),
  )

  app.get('/analytics/cohorts', { schema: cohortsSchema }, async ({ query }, reply) =>
    answerSnapshot(reply, analytics, ({ tables }) => ({ cohorts: newestCohorts(tables.cohorts, query.months) })),
  )

  app.get('/analytics/revenue', { schema: revenueSchema }, async ({ query: { by, months } }, reply) =>
    answerSnapshot(reply, analytics, ({ tables }) => ({
      by,
      rows: by === 'month' ? presentTable(tables.months).slice(-months) : presentTable(withColumns(tables.segments, SUMS)),
    })),
  )

  app.get('/analytics/clusters', { schema: clustersSchema }, async (_, reply) =>
    answerSnapshot(reply, analytics, ({ tables }) => ({
      clusters: presentTable(tables.clusters),
      choice: presentTable(tables.cluster_choice),
    })),
  )

  app.get('/analytics/value', { schema: valueSchema }, async (_, reply) =>
    answerSnapshot(reply, analytics, ({ tables }) => ({
      value: presentTable(tables.value)[0] ?? null,
      segments: presentTable(tables.value_by_segment),
    })),
  )
}

/** The rows of so many cohorts, the newest. */
function newestCohorts(table: SnapshotTable | undefined, many: number) {
  const rows = presentTable(table)
  const kept = new Set([...new Set(rows.map(({ cohort }) => cohort))].slice(-many))
  return rows.filter(({ cohort }) => kept.has(cohort!))
}

function withColumns(table: SnapshotTable | undefined, names: readonly string[]): SnapshotTable | undefined {
  if (table === undefined) return undefined
  const places = table.columns.flatMap(({ name }, at) => (names.includes(name) ? [at] : []))
  return { columns: places.map(at => table.columns[at]!), rows: table.rows.map(row => places.map(at => row[at] ?? null)) }
}
