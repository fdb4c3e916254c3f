import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { EngagementSpread } from '../models/engagement.ts'
import type { FlowShop } from '../models/flow/flow-shop.ts'
import type { RfmCuts } from '../schemas/records.ts'
import type { Clock } from '../streams/clock.ts'
import type { Meter } from '../streams/meter.ts'
import type { Tracer } from '../streams/tracer.ts'
import { type Access, guard } from './access.ts'
import { answerProblems } from './answer-problems.ts'
import { readJsonBodies } from './json-body.ts'
import { defaultLoad, type LoadLimits } from './load-gate.ts'
import { openapi } from './openapi.ts'
import { declareTypes, pages } from './pages.ts'
import type { Analytics } from './ports/analytics.ts'
import type { Attribution } from './ports/attribution.ts'
import type { Results } from './ports/campaign-results.ts'
import type { Campaigns } from './ports/campaigns.ts'
import type { Customers } from './ports/customers.ts'
import type { Exposures } from './ports/exposures.ts'
import type { FlowWriter } from './ports/flow-writer.ts'
import type { Freshness } from './ports/freshness.ts'
import type { Ingest } from './ports/ingest.ts'
import type { Lineages } from './ports/lineages.ts'
import type { CampaignClicks, LinkClicks, Links } from './ports/links.ts'
import type { Live } from './ports/live.ts'
import type { MetricsText } from './ports/metrics.ts'
import type { Readiness } from './ports/readiness.ts'
import type { ColdStart, Recommendations } from './ports/recommendations.ts'
import type { Rehearsals } from './ports/rehearsals.ts'
import type { Segments } from './ports/segments.ts'
import type { Similar } from './ports/similar.ts'
import type { SmsCallbacks, TwilioCallbacks } from './ports/sms-callbacks.ts'
import type { SettleSms, SmsRequests } from './ports/sms-requests.ts'
import type { TextWriter } from './ports/text-writer.ts'
import type { Texts } from './ports/texts.ts'
import { defaultRateLimit, type RateLimit, rateLimitOptions } from './rate-limit.ts'
import { analyticsRoutes } from './routes/analytics.ts'
import { movementRoutes } from './routes/analytics-movement.ts'
import { analyticsSegmentRoutes } from './routes/analytics-segments.ts'
import { attributionRoutes } from './routes/campaign-attribution.ts'
import { campaignLinkRoutes } from './routes/campaign-links.ts'
import { campaignMoveRoutes } from './routes/campaign-moves.ts'
import { campaignRehearsalRoutes } from './routes/campaign-rehearsal.ts'
import { campaignResultRoutes } from './routes/campaign-results.ts'
import { campaignRoutes } from './routes/campaigns.ts'
import { checkFlowRoutes } from './routes/check-flow.ts'
import { customerRoutes } from './routes/customers.ts'
import { eventRoutes } from './routes/events.ts'
import { generateFlowRoutes } from './routes/generate-flow.ts'
import { lineageRoutes } from './routes/lineage.ts'
import { linkRoutes } from './routes/links.ts'
import { liveRoutes } from './routes/live.ts'
import { operationRoutes } from './routes/operations.ts'
import { recommendationRoutes } from './routes/recommendations.ts'
import { segmentRoutes } from './routes/segments.ts'
import { similarRoutes } from './routes/similar.ts'
import { smsCallbackRoutes } from './routes/sms-callbacks.ts'
import { smsRequestRoutes } from './routes/sms-requests.ts'
import { smsSettlementRoutes } from './routes/sms-settlement.ts'
import { textRoutes } from './routes/texts.ts'
import { twilioCallbackRoutes } from './routes/twilio-callbacks.ts'
import { writtenTextRoutes } from './routes/written-texts.ts'
import { serverOptions } from './server-options.ts'
import { timeRequests } from './time-requests.ts'
import { traceRequests } from './trace-requests.ts'
import { requestValidator } from './validation.ts'

/** Everything that the app asks of the rest of the system. */
export interface ServingPorts {
  readonly version: string
  readonly deployment: string
  readonly clock: Clock
  readonly access: Access
  readonly ingest: Ingest
  readonly freshness: Freshness
  readonly customers: Customers
  readonly segments: Segments
  readonly analytics: Analytics
  /** The newest cuts, from the view. */
  readonly cuts: () => RfmCuts
  /** In ms, how long a customer's affinity takes to fade to half. */
  readonly affinityHalfLife: number
  /** How everybody's engagement is spread. */
  readonly engagement: () => Promise<EngagementSpread>
  readonly recommendations: Recommendations
  readonly coldStart: ColdStart
  readonly similar: Similar
  readonly exposures: Exposures
  readonly lineages: Lineages
  readonly sms: SmsRequests
  readonly settleSms: SettleSms
  readonly texts: Texts
  readonly textWriter: TextWriter
  readonly flowWriter: FlowWriter
  /** What decides which flows may run. */
  readonly flowShop: FlowShop
  readonly campaigns: Campaigns
  readonly rehearsals: Rehearsals
  readonly callbacks: SmsCallbacks
  readonly twilio: TwilioCallbacks
  readonly links: Links
  readonly linkClicks: LinkClicks
  readonly campaignClicks: CampaignClicks
  readonly attribution: Attribution
  readonly campaignResults: Results
  /** The shop's, ISO 4217. */
  readonly currency: string
  /** The smallest effect between variants that matters where nothing else is asked, as a share. */
  readonly smallestEffect: number
  readonly live: Live
  readonly readiness: Readiness
  readonly metrics: MetricsText
  readonly meter: Meter
  readonly tracer: Tracer
  readonly logger?: FastifyBaseLogger
  readonly load?: LoadLimits
  readonly rateLimit?: RateLimit
}

/** Builds the HTTP app; whoever calls it listens. `close` ends the live pages' streams and waits for the requests under way. */
export function buildApp(ports: ServingPorts): FastifyInstance {
  const { version, access, freshness, load = defaultLoad } = ports
  const app: FastifyInstance = Fastify(serverOptions(ports.logger))
  readJsonBodies(app)
  app.setValidatorCompiler(requestValidator())
  app.setSerializerCompiler(() => body => JSON.stringify(body))
  answerProblems(app)
  timeRequests(app, ports.meter)
  traceRequests(app, ports.tracer)
  declareTypes(app)
  guard(app, access)
  if (access.mode === 'keys') app.register(rateLimit, rateLimitOptions(ports.rateLimit ?? defaultRateLimit))
  app.register(swagger, openapi(version))
  app.register(pages)

  app.register(eventRoutes, { ingest: ports.ingest, load })
  app.register(customerRoutes, ports)
  app.register(similarRoutes, ports)
  app.register(segmentRoutes, ports)
  app.register(recommendationRoutes, ports)
  app.register(lineageRoutes, { lineages: ports.lineages })
  app.register(smsRequestRoutes, { sms: ports.sms, freshness })
  app.register(smsSettlementRoutes, { settleSms: ports.settleSms })
  app.register(textRoutes, ports)
  app.register(writtenTextRoutes, ports)
  app.register(smsCallbackRoutes, { callbacks: ports.callbacks })
  app.register(twilioCallbackRoutes, { twilio: ports.twilio })
  app.register(linkRoutes, ports)
  app.register(campaignLinkRoutes, ports)
  app.register(attributionRoutes, ports)
  app.register(campaignResultRoutes, ports)
  app.register(generateFlowRoutes, ports)
  app.register(checkFlowRoutes, ports)
  app.register(campaignRoutes, ports)
  app.register(campaignMoveRoutes, ports)
  app.register(campaignRehearsalRoutes, ports)
  app.register(analyticsRoutes, ports)
  app.register(analyticsSegmentRoutes, ports)
  app.register(movementRoutes, ports)
  app.register(operationRoutes, ports)
  app.register(liveRoutes, { live: ports.live })
  app.after(() => app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger()))
  return app
}
