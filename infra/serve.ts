import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { flows } from '../consumers/flows.ts'
import { INTEREST_HALF_LIFE } from '../models/affinity.ts'
import { callbackSignature } from '../models/callback-signature.ts'
import { coldList } from '../models/cold-list.ts'
import type { ItemIndex } from '../models/item-index.ts'
import { linkHosts } from '../models/link-hosts.ts'
import { listVersions } from '../models/list-versions.ts'
import type { PhoneHash } from '../models/phone-hash.ts'
import { ingest } from '../producers/ingest.ts'
import type { RfmCuts } from '../schemas/records.ts'
import type { Topic } from '../schemas/topic.ts'
import { events, itemEvents, itemState, rfmCuts, rfmDeltas, smsRequests } from '../schemas/topics.ts'
import { accessRules } from '../serving/access.ts'
import { buildApp, type ServingPorts } from '../serving/app.ts'
import { keyRing } from '../serving/key-ring.ts'
import { sqlAttribution } from '../serving/lookups/attribution.ts'
import { sqlCampaignClicks } from '../serving/lookups/campaign-clicks.ts'
import { sqlCampaignResults } from '../serving/lookups/campaign-results.ts'
import { sqlCustomers } from '../serving/lookups/customers.ts'
import { sqlEngagement } from '../serving/lookups/engagement.ts'
import { sqlLineages } from '../serving/lookups/lineages.ts'
import { sqlLinks } from '../serving/lookups/links.ts'
import { sqlRecommendations } from '../serving/lookups/recommendations.ts'
import { similarBy } from '../serving/lookups/similar.ts'
import { sqlTexts } from '../serving/lookups/texts.ts'
import { traitsOf } from '../serving/lookups/traits.ts'
import type { Exposures } from '../serving/ports/exposures.ts'
import type { LinkClicks } from '../serving/ports/links.ts'
import type { Live } from '../serving/ports/live.ts'
import type { Readiness } from '../serving/ports/readiness.ts'
import type { Segments } from '../serving/ports/segments.ts'
import { applied, type Hop } from '../streams/applied.ts'
import type { Cache } from '../streams/cache.ts'
import type { Engine } from '../streams/engine.ts'
import type { FollowedCache } from '../streams/followed-cache.ts'
import type { Publish, Written } from '../streams/outbound.ts'
import { decodePosition } from '../streams/position-token.ts'
import type { AnyFold, AnyScorer } from '../streams/processor.ts'
import type { View } from '../streams/view.ts'
import type { CurrentSnapshot } from './analytics/live/current-snapshot.ts'
import { sqlAnalytics } from './analytics/live/sql-analytics.ts'
import { validKeys } from './api-keys.ts'
import { sqlCampaigns } from './campaigns/sql-campaigns.ts'
import { type Config, resultsWindow } from './config.ts'
import { flowShop } from './flow-shop.ts'
import { anyShortLink } from './links/personal-links.ts'
import { openFlowWriter } from './llm/open-flow-writer.ts'
import { openTextWriter } from './llm/open-text-writer.ts'
import type { Metrics } from './metrics.ts'
import { sqlRehearsals } from './rehearsal/sql-rehearsals.ts'
import type { Alike } from './similar/open-alike.ts'
import { confirmMessages } from './sms/confirm-messages.ts'
import { type Confirmations, confirmations } from './sms/confirmations.ts'
import { kannelCallbacks } from './sms/kannel-callbacks.ts'
import { campaignsOf } from './sms/last-campaigns.ts'
import { keepCustomerWords, keepPhoneWords } from './sms/phone-words.ts'
import { settleByHand } from './sms/settle-by-hand.ts'
import { smsEntrance } from './sms/sms-entrance.ts'
import { smsInbound } from './sms/sms-inbound.ts'
import { smsLookup } from './sms/sms-lookup.ts'
import type { SmsReceipts } from './sms/sms-receipts.ts'
import { twilioCallbacks } from './sms/twilio-callbacks.ts'
import type { CurrentRanker } from './training/current-ranker.ts'
import { isUnavailable } from './unavailable.ts'
import { version } from './version.ts'

export interface ServeParts {
  readonly config: Config
  readonly deployment: string
  readonly engine: Engine
  readonly metrics: Metrics
  readonly publish: Publish
  readonly phoneHash: PhoneHash
  readonly views: { readonly items: View<ItemIndex>; readonly cuts: View<{ cuts: RfmCuts }> }
  readonly ranker: Pick<CurrentRanker, 'current'>
  readonly segments: Segments
  /** The newest snapshot of the analytics, followed. */
  readonly snapshot: CurrentSnapshot
  /** Prepared answers by customer. */
  readonly prepared: FollowedCache<'recommendations' | 'similar'>
  readonly alike: Pick<Alike, 'beside'>
  readonly exposures: Exposures
  readonly linkClicks: LinkClicks
  /** Links by code. */
  readonly linkCache: Cache
  /** Flows that a language model wrote. */
  readonly flowCache: Cache
  readonly readiness: Readiness
  readonly receipts: SmsReceipts
  /** Called after a commit that there may be new results of texts to report. */
  readonly smsTold: () => void
  /** Called after a commit that there may be words on campaigns to append. */
  readonly campaignTold: () => void
  readonly processors: readonly (AnyFold | AnyScorer)[]
  readonly live: Live
  readonly logger: Logger
}

/** Topics that HTTP writes to, so whose positions answers carry. */
export const positioned: readonly Topic[] = [events, itemEvents, smsRequests]

/** The HTTP app on what runs: everything it asks of the system, put together. */
export async function serve(parts: ServeParts): Promise<FastifyInstance> {
  const { config, engine, metrics, publish, views, prepared, phoneHash } = parts
  const { sql, clock, names, keyring, journal } = engine
  const { confirmations: replies, campaignDays } = config.smsReplies
  const asking = replies && confirmations(replies, keyring, phoneHash)
  const way = { sql, clock, names, hops: hops(parts.processors), views: [{ topic: itemState, reached: views.items.reached }] }
  const reach = (written: readonly Written[], timeoutMs: number) => applied(way, written, timeoutMs)
  /** Who has waited reads their own events here even without `after`. */
  const seen = async (written: readonly Written[], timeoutMs: number, keys: readonly string[]) => {
    const done = await reach(written, timeoutMs)
    for (const key of keys) prepared.drop(key)
    return done
  }
  const access = accessRules(config.host, config.secretKey)
  const [campaignClicks, attribution] = [sqlCampaignClicks(sql), sqlAttribution(sql, config.attribution)]
  return buildApp({
    version,
    deployment: parts.deployment,
    clock,
    access: access === 'keys' ? { mode: 'keys', findKey: keyRing(() => validKeys(sql), clock) } : { mode: 'loopback' },
    ingest: ingest({
      shop: config.shop,
      clock,
      publish,
      heed: said => keepCustomerWords(sql, phoneHash, said),
      confirm: asking === undefined ? async () => [] : confirmMessages({ sql, phoneHash, confirmations: asking, clock }),
      campaignsOf: replies => campaignsOf(sql, phoneHash, replies, campaignDays),
      applied: seen,
      logUnavailable: isUnavailable,
      meter: metrics,
      journal,
    }),
    freshness: {
      async reach(position, timeoutMs) {
        const written = decodePosition(position, positioned, names)
        if (written === undefined) return 'invalid'
        return (await reach(written, timeoutMs)) ? 'reached' : 'late'
      },
    },
    customers: sqlCustomers(sql),
    segments: parts.segments,
    analytics: sqlAnalytics(sql, parts.snapshot, config.analyticsEveryMs),
    cuts: () => views.cuts.current().cuts,
    engagement: sqlEngagement(sql, clock),
    affinityHalfLife: INTEREST_HALF_LIFE,
    recommendations: sqlRecommendations(sql, prepared),
    similar: similarBy(parts.alike, prepared),
    coldStart: async customerId => {
      const traits = await traitsOf(sql, customerId)
      const held = parts.ranker.current()
      return coldList(
        customerId,
        views.items.current(),
        listVersions(views.items.version(), views.cuts.current().cuts.version, held?.rankerVersion),
        held?.ranker,
        traits,
      )
    },
    exposures: parts.exposures,
    lineages: sqlLineages(sql),
    texts: sqlTexts(sql, phoneHash),
    textWriter: openTextWriter(config, { sql, clock, meter: metrics }),
    flowWriter: openFlowWriter(config, { sql, cache: parts.flowCache, clock, meter: metrics }),
    flowShop: flowShop(config),
    campaigns: sqlCampaigns({ sql, clock, zone: config.smsRules.zone, written: parts.campaignTold }),
    rehearsals: sqlRehearsals({ ...engine, config, clicks: campaignClicks, attribution }),
    ...callbacks(parts, asking),
    sms: smsEntrance({
      ...parts,
      shop: config.shop,
      clock,
      keyring,
      mayLinkTo: linkHosts(config.links.hosts),
      applied: reach,
      lookup: smsLookup(sql, keyring, config.links.base && anyShortLink(config.links.base)),
      journal,
    }),
    settleSms: async settlement => {
      const settled = await settleByHand(sql, settlement)
      parts.smsTold()
      return settled
    },
    links: sqlLinks(sql, parts.linkCache),
    linkClicks: parts.linkClicks,
    campaignClicks,
    attribution,
    campaignResults: sqlCampaignResults(sql, resultsWindow(config)),
    currency: config.shop.currency,
    smallestEffect: config.flows.smallestEffect,
    live: parts.live,
    readiness: parts.readiness,
    metrics,
    meter: metrics,
    tracer: engine.tracer,
    logger: parts.logger,
  })
}

type Callbacks = Pick<ServingPorts, 'callbacks' | 'twilio'>

function callbacks(
  { config, engine, metrics, publish, phoneHash, receipts }: ServeParts,
  asking: Confirmations | undefined,
): Callbacks {
  const { sql, clock, journal } = engine
  const { sms } = config
  const { campaignDays } = config.smsReplies
  const hear = smsInbound({
    sql,
    shop: config.shop,
    clock,
    phoneHash,
    publish,
    journal,
    confirmations: asking,
    campaignDays,
  })
  const common = { receipts, hear, region: config.shop.region, clock, meter: metrics }
  const { callbackKey } = sms
  const callbackUrl = sms.kind === 'twilio' ? sms.callbackUrl : undefined
  return {
    callbacks: kannelCallbacks({ ...common, signature: callbackKey === undefined ? undefined : callbackSignature(callbackKey) }),
    twilio: twilioCallbacks({
      ...common,
      signed: callbackUrl === undefined || callbackKey === undefined ? undefined : { authToken: callbackKey, callbackUrl },
      stop: phone => keepPhoneWords(sql, phoneHash, [{ phone, keyword: 'stop', at: clock.now(), source: 'gateway' }]),
    }),
  }
}

/**
 * Everybody on the way from an event to what lookups show. New quintile cuts are not waited for: they come with ticks. Nor are campaigns: no lookup
 * shows them, and by limits that customers share the way would lead back to where it began, for ever.
 */
export const hops = (processors: readonly (AnyFold | AnyScorer)[]): Hop[] =>
  processors
    .filter(({ name, input }) => input !== rfmDeltas && name !== flows.name)
    .map(({ name, input, outputs }) => ({
      topic: input,
      processor: name,
      onwards: outputs.filter(topic => topic !== rfmDeltas && topic !== rfmCuts),
    }))
