import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { INTEREST_HALF_LIFE } from '../models/affinity.ts'
import type { ItemIndex } from '../models/item-index.ts'
import type { PhoneHash } from '../models/phone-hash.ts'
import { recommendTrending } from '../models/recommend.ts'
import { ingest } from '../producers/ingest.ts'
import { smsRequest } from '../producers/sms-request.ts'
import type { RfmCuts } from '../schemas/records.ts'
import type { Topic } from '../schemas/topic.ts'
import { events, itemEvents, itemState, rfmCuts, rfmDeltas, smsRequests } from '../schemas/topics.ts'
import { accessRules } from '../serving/access.ts'
import { buildApp } from '../serving/app.ts'
import { keyRing } from '../serving/key-ring.ts'
import { sqlCustomers } from '../serving/lookups/customers.ts'
import { sqlRecommendations } from '../serving/lookups/recommendations.ts'
import { sqlSegments } from '../serving/lookups/segments.ts'
import type { Live } from '../serving/ports/live.ts'
import type { ColdStart } from '../serving/ports/recommendations.ts'
import type { SmsRequests } from '../serving/ports/sms-requests.ts'
import { applied, type Hop } from '../streams/applied.ts'
import type { Engine } from '../streams/engine.ts'
import type { Publish, Written } from '../streams/outbound.ts'
import { decodePosition, encodePosition } from '../streams/position-token.ts'
import type { AnyFold, AnyScorer } from '../streams/processor.ts'
import type { View } from '../streams/view.ts'
import { validKeys } from './api-keys.ts'
import type { Config } from './config.ts'
import { watchLags } from './lags.ts'
import type { Metrics } from './metrics.ts'
import { readiness } from './readiness.ts'
import type { RunningEngine } from './run-engine.ts'
import { smsLookup } from './sms/sms-lookup.ts'
import { isUnavailable } from './unavailable.ts'
import { version } from './version.ts'

export interface ServeParts {
  readonly config: Config
  readonly engine: Engine
  readonly metrics: Metrics
  readonly publish: Publish
  readonly phoneHash: PhoneHash
  readonly views: { readonly items: View<ItemIndex>; readonly cuts: View<{ cuts: RfmCuts }> }
  readonly running: RunningEngine
  readonly processors: readonly (AnyFold | AnyScorer)[]
  readonly live: Live
  readonly logger: Logger
}

/** Topics whose positions answers carry. */
const positioned: readonly Topic[] = [events, itemEvents, smsRequests]

/** The HTTP app on what runs: everything it asks of the system, put together. */
export async function serve(parts: ServeParts): Promise<FastifyInstance> {
  const { config, engine, metrics, publish, views, running } = parts
  const { sql, clock, names } = engine
  const way = { sql, clock, names, hops: hops(parts.processors), views: [{ topic: itemState, reached: views.items.reached }] }
  const reach = (written: readonly Written[], timeoutMs: number) => applied(way, written, timeoutMs)
  const access = accessRules(config.host, config.secretKey)
  watchLags(engine, running, metrics)
  return buildApp({
    version,
    clock,
    access: access === 'keys' ? { mode: 'keys', findKey: keyRing(() => validKeys(sql), clock) } : { mode: 'loopback' },
    ingest: ingest({ shop: config.shop, clock, publish, applied: reach, logUnavailable: isUnavailable, meter: metrics }),
    freshness: {
      async reach(position, timeoutMs) {
        const written = decodePosition(position, positioned, names)
        if (written === undefined) return 'invalid'
        return (await reach(written, timeoutMs)) ? 'reached' : 'late'
      },
    },
    customers: sqlCustomers(sql),
    segments: sqlSegments(sql),
    cuts: () => views.cuts.current().cuts,
    affinityHalfLife: INTEREST_HALF_LIFE,
    recommendations: sqlRecommendations(sql),
    coldStart: coldStart(parts),
    sms: smsRequestsPort(parts),
    live: parts.live,
    readiness: readiness(engine, running),
    metrics,
    logger: parts.logger,
  })
}

/** Everybody on the way from an event to what lookups show. New quintile cuts are not waited for: they come with ticks. */
const hops = (processors: readonly (AnyFold | AnyScorer)[]): Hop[] =>
  processors
    .filter(({ input }) => input !== rfmDeltas)
    .map(({ name, input, outputs }) => ({
      topic: input,
      processor: name,
      onwards: outputs.filter(topic => topic !== rfmDeltas && topic !== rfmCuts),
    }))

function coldStart({ views, engine }: ServeParts): ColdStart {
  return customerId => ({
    customerId,
    recommendationId: `rec_cold_${views.items.version()}`,
    seq: 0,
    asOf: new Date(engine.clock.now()).toISOString(),
    variant: 'default',
    versions: { items: views.items.version(), cuts: views.cuts.current().cuts.version },
    coldStart: true,
    items: recommendTrending(views.items.current()),
  })
}

function smsRequestsPort({ config, engine, publish, phoneHash }: ServeParts): SmsRequests {
  const { sql, keyring, clock } = engine
  const lookup = smsLookup(sql, keyring)
  return {
    get: id => lookup.get(id),
    async submit(body) {
      const read = smsRequest(body, { ...config.shop, now: clock.now() }, phoneHash)
      if ('refusal' in read) return { refused: read.refusal.code, message: read.refusal.message, pointer: read.refusal.pointer }
      const known = await lookup.get(body.id)
      if (known !== undefined) return { outcome: 'known', request: known }
      try {
        return { outcome: 'queued', position: encodePosition(await publish([read.outbound])) }
      } catch (error) {
        if (isUnavailable(error)) return { unavailable: 'log_unavailable', retryAfterSeconds: 2 }
        throw error
      }
    },
  }
}
