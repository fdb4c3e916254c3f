import type { AnalyticsSnapshot } from '../schemas/analytics-snapshot.ts'
import { analyticsSnapshots } from '../schemas/topics.ts'
import type { Reports } from '../streams/scanner.ts'

/** analytics_snapshots → `analytics-snapshots`: how the shop's customers stood, from time to time. */
export const snapshotReports: Reports = {
  name: 'snapshot-reports',
  outputs: [analyticsSnapshots],
  table: 'analytics_snapshots',
  id: 'id',
  order: 'seq',
  columns: ['body'],
  kind: () => 'snapshot',
  ids: row => ({ snapshotId: row.id }),
  records: row => [
    { topic: analyticsSnapshots, key: row.id as string, value: JSON.parse(row.body as string) as AnalyticsSnapshot },
  ],
}
