import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { RfmCuts } from '../../schemas/records.ts'
import type { Clock } from '../../streams/clock.ts'
import { SegmentsNowView } from '../analytics-view.ts'
import { isOutOfReach } from '../answer-problems.ts'
import { answers } from '../parameters.ts'
import type { Analytics } from '../ports/analytics.ts'
import { presentSegmentsNow } from '../present-segments-now.ts'
import { presentTable } from '../present-table.ts'
import { rested } from '../rested.ts'

export interface AnalyticsSegmentRoutes {
  readonly analytics: Analytics
  readonly cuts: () => RfmCuts
  readonly clock: Clock
  readonly currency: string
}

const schema = {
  operationId: 'getSegmentsNow',
  summary: 'Segments as customers stand now: how many, what they brought, and what to do about them',
  description:
    'Of all customers by the quintile cuts of `cutsVersion`, some seconds old at most. While the database does not answer they are those of the newest snapshot, and `degraded` says so.',
  tags: ['Analytics'],
  response: { 200: SegmentsNowView, ...answers(503) },
}

/** GET /analytics/segments */
export const analyticsSegmentRoutes: FastifyPluginAsyncTypebox<AnalyticsSegmentRoutes> = async (
  app,
  { analytics, cuts, clock, currency },
) => {
  const now = rested(clock, async () => {
    const [current, at] = [cuts(), clock.now()]
    const asOf = new Date(at).toISOString()
    return { asOf, cutsVersion: current.version, currency, ...presentSegmentsNow(await analytics.segmentsNow(current, at)) }
  })

  app.get('/analytics/segments', { schema }, async (_, reply) => {
    try {
      return await reply.send(await now())
    } catch (error) {
      const held = isOutOfReach(error as Error) ? analytics.newest() : undefined
      if (held === undefined) throw error
      const { id, asOf, currency: of, buyers, tables } = held.snapshot
      const segments = presentTable(tables.segments)
      const degraded = [...new Set(['database', ...held.without])]
      const told = { asOf: new Date(asOf).toISOString(), snapshotId: id, currency: of, customers: buyers }
      return reply.send({ ...told, segments: segments as never, degraded })
    }
  })
}
