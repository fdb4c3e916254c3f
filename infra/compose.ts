import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { campaignWords } from '../consumers/campaign-words.ts'
import { cutsView } from '../consumers/cuts-view.ts'
import type { SmsPoint } from '../consumers/dispatch-sms.ts'
import { flowTimers } from '../consumers/flow-timers.ts'
import { itemView } from '../consumers/item-view.ts'
import { linkReports } from '../consumers/link-reports.ts'
import { scorer } from '../consumers/scorer.ts'
import { suppressionReasons } from '../consumers/sms-admission.ts'
import { smsDispatcher } from '../consumers/sms-dispatcher.ts'
import { foundStatuses, type SmsGateway } from '../consumers/sms-gateway.ts'
import { smsReports } from '../consumers/sms-reports.ts'
import { smsSettler } from '../consumers/sms-settler.ts'
import { snapshotReports } from '../consumers/snapshot-reports.ts'
import { webhookDispatcher } from '../consumers/webhook-dispatcher.ts'
import { callOutcomes } from '../consumers/webhook-ledger.ts'
import { webhookReports } from '../consumers/webhook-reports.ts'
import { callbackSignature } from '../models/callback-signature.ts'
import { type PhoneHash, phoneHasher } from '../models/phone-hash.ts'
import { webhookKey, webhookSigner } from '../models/webhook-signature.ts'
import { recommendations } from '../schemas/topics.ts'
import { preparedAnswer } from '../serving/lookups/recommendations.ts'
import { sqlSegments } from '../serving/lookups/segments.ts'
import { preparedSimilar } from '../serving/lookups/similar.ts'
import { unheard } from '../serving/ports/exposures.ts'
import { type ReceiptStatus, receiptStatuses } from '../serving/ports/sms-callbacks.ts'
import { BACKLOG } from '../serving/server-options.ts'
import { systemClock } from '../streams/clock.ts'
import type { Engine } from '../streams/engine.ts'
import { FollowedCache } from '../streams/followed-cache.ts'
import { generationOf } from '../streams/generation.ts'
import { sqlKeyring } from '../streams/keyring.ts'
import { namedCache } from '../streams/named-cache.ts'
import type { Publish } from '../streams/outbound.ts'
import { publisher } from '../streams/publisher.ts'
import { scanner } from '../streams/scanner.ts'
import type { Sql } from '../streams/sql.ts'
import { timerService } from '../streams/timer-service.ts'
import { openView } from '../streams/view.ts'
import { CurrentSnapshot } from './analytics/live/current-snapshot.ts'
import { snapshotter } from './analytics/live/snapshotter.ts'
import { openCaches } from './cache/open-caches.ts'
import { shareLearner } from './campaigns/share-learner.ts'
import { type Config, resultsWindow } from './config.ts'
import { openSegmentRules } from './current-segment-rules.ts'
import { DeadLetterWatch } from './dead-letter-watch.ts'
import { openFamilies } from './embeddings/open-families.ts'
import { textEmbedding } from './embeddings/text-embedding.ts'
import { httpGateway } from './gateways/http.ts'
import { kannelGateway } from './gateways/kannel.ts'
import { simulator } from './gateways/simulator.ts'
import { simulatorRecord } from './gateways/simulator-record.ts'
import { twilioGateway } from './gateways/twilio.ts'
import { watchGauges } from './gauges.ts'
import { Lags } from './lags.ts'
import { noLearning, openLearning } from './learning/current-learning.ts'
import { ExposureLog } from './learning/exposure-log.ts'
import { learner } from './learning/learner.ts'
import { addressHasher } from './links/address-hash.ts'
import { LinkClickLog } from './links/link-clicks.ts'
import { personalLinks } from './links/personal-links.ts'
import { LiveWatch } from './live.ts'
import { journalOn } from './logger.ts'
import { type Metrics, prometheus } from './metrics.ts'
import { tellProductNews } from './news/tell-product-news.ts'
import { openStorage } from './open-storage.ts'
import { openTopics } from './open-topics.ts'
import { processorsOf } from './processors.ts'
import { pruneEmbedded } from './prune-embedded.ts'
import { readiness } from './readiness.ts'
import { type RunningEngine, runEngine } from './run-engine.ts'
import { serve } from './serve.ts'
import { deploymentId, keepSettings, sharedSecret } from './settings.ts'
import { openAlike } from './similar/open-alike.ts'
import { smsDoubts } from './sms/doubts.ts'
import { smsLedger } from './sms/ledger.ts'
import { smsPace } from './sms/sms-pace.ts'
import { type SmsReceipts, smsReceipts } from './sms/sms-receipts.ts'
import { textFiller } from './sms/text-filler.ts'
import { migrate } from './sql/migrate.ts'
import { migrations } from './sql/migrations.ts'
import { openTracer } from './tracing/open-tracer.ts'
import { currentOnnx } from './training/current-onnx.ts'
import { openRanker } from './training/current-ranker.ts'
import { trainer } from './training/trainer.ts'
import { httpCaller } from './webhooks/http-caller.ts'
import { webhookLedger } from './webhooks/webhook-ledger.ts'

/** What a test entry point may add; production passes none of it. */
export interface ComposeOptions {
  readonly logger: Logger
  readonly at?: Engine['at']
  readonly smsAt?: (point: SmsPoint, id: string) => void | Promise<void>
  /** How many slots this instance holds at most; all there are unless told otherwise. */
  readonly smsSlots?: number
  readonly sessionTimeoutMs?: number
  /** Called once when something cannot go on. */
  readonly fatal?: (error: Error) => void
}

/** A whole Tarang in this process. */
export interface Tarang {
  readonly app: FastifyInstance
  readonly sql: Sql
  readonly publish: Publish
  readonly engine: Engine
  readonly running: RunningEngine
  readonly metrics: Metrics
  /** Answers its address. */
  listen(where: { readonly host: string; readonly port: number }): Promise<string>
  /** Stops taking requests, finishes what is under way, gives everything back. */
  stop(): Promise<void>
}

/** The only place where the parts meet: opens storage and log, starts every processor, and builds the HTTP app. The caller listens. */
export async function compose(config: Config, options: ComposeOptions): Promise<Tarang> {
  const { logger } = options
  const clock = systemClock
  const metrics = prometheus()
  const instance = `${hostname()}-${randomUUID().slice(0, 8)}`
  const warn = (message: string, details: Readonly<Record<string, unknown>>) => logger.warn(details, message)
  const { sessionTimeoutMs } = options
  const storage = await openStorage({
    config,
    clock,
    instance,
    warn,
    ...(sessionTimeoutMs === undefined ? {} : { sessionTimeoutMs }),
  })
  const { sql } = storage
  const fatal = options.fatal ?? (error => logger.fatal(error))
  const undo: (() => Promise<void>)[] = [() => sql.close()]
  try {
    await migrate(sql, migrations)
    await keepSettings(sql, config)
    const tracing = await openTracer({ config, instance, clock, warn })
    undo.unshift(() => tracing.close())
    const { log, prune } = await storage.openLog()
    undo.unshift(() => log.close())
    const deployment = await deploymentId(sql)
    const caches = openCaches({ config, deployment, clock, metrics, warn })
    undo.unshift(() => caches.close())
    const { names, codec } = await openTopics(config, log, clock, warn)
    const keyring = sqlKeyring(sql, clock)
    const wakers = new Map<string, () => void>()
    const engine: Engine = {
      log,
      sql,
      codec,
      names,
      keyring,
      clock,
      meter: metrics,
      instance,
      generation: 1,
      stateBytes: config.stateBytes,
      journal: journalOn(logger),
      tracer: tracing.tracer,
      warn,
      committed: processor => wakers.get(processor)?.(),
      ...(options.at === undefined ? {} : { at: options.at }),
    }
    const publish = publisher(engine)
    const views = { items: await openView(engine, itemView), cuts: await openView(engine, cutsView) }
    const onnx = currentOnnx(config.rankerOnnx, warn)
    undo.unshift(() => onnx.close())
    const ranker = await openRanker(sql, clock, onnx, warn)
    const learning = config.learning ? await openLearning(sql, clock, metrics, warn) : noLearning
    const segmentRules = await openSegmentRules(sql, clock)
    const exposures = config.learning ? new ExposureLog({ sql, clock, meter: metrics }) : undefined
    const phoneHash = phoneHasher(config.secretKey ?? (await sharedSecret(sql, 'phone_key')))
    const receipts = smsReceipts(sql, () => sms.reports.wake())
    const gateway = await openGateway(config, sql, receipts)
    const sms = smsParts(engine, publish, gateway, phoneHash, config, options)
    const webhooks = await webhookParts(engine, publish, config)
    const clickReports = scanner(linkReports, { sql, publish, clock, meter: metrics, journal: engine.journal })
    const words = scanner(campaignWords, { sql, publish, clock, meter: metrics, journal: engine.journal })
    const shares = shareLearner({
      sql,
      clock,
      journal: engine.journal,
      zone: config.smsRules.zone,
      windowMs: resultsWindow(config),
      written: () => words.wake(),
    })
    const linkClicks = new LinkClickLog({
      sql,
      clock,
      meter: metrics,
      addressHash: addressHasher(config.secretKey ?? (await sharedSecret(sql, 'phone_key'))),
      written: () => clickReports.wake(),
    })
    undo.unshift(() => linkClicks.close())
    const analytics = analyticsParts(engine, publish, config)
    wakers.set('sms', () => {
      sms.dispatcher.wake()
      sms.reports.wake()
    })
    wakers.set('webhooks', () => webhooks.dispatcher.wake())
    const all = processorsOf(config.shop)
    const followed = [
      { topic: itemView.topic, view: views.items },
      { topic: cutsView.topic, view: views.cuts },
    ]
    const pruning = prune === undefined ? [] : [pruneEmbedded({ sql, clock, names, processors: all, views: followed, prune })]
    const running = runEngine(engine, {
      processors: config.roles.includes('engine') ? all : [],
      dispatchers: [
        ...(config.roles.includes('sms')
          ? [sms.dispatcher, ...sms.settlers, sms.reports, clickReports, webhooks.dispatcher, webhooks.reports]
          : []),
        ...(config.roles.includes('trainer')
          ? [trainer(engine, config.rankerOnnx), textEmbedding(engine, openFamilies(config, clock)), ...analytics]
          : []),
        ...(config.roles.includes('engine') && config.learning ? [learner(engine)] : []),
        ...(config.roles.includes('engine')
          ? [
              timerService(flowTimers, { sql, publish, clock }),
              words,
              shares,
              tellProductNews({ sql, publish, clock, meter: metrics }),
            ]
          : []),
        ...pruning,
      ],
      views: followed,
      scorerViews: () => ({
        items: views.items.current(),
        itemsVersion: views.items.version(),
        cuts: views.cuts.current().cuts,
        segmentRules: segmentRules.current(),
        ...ranker.current(),
        ...learning.current(),
      }),
      fatal,
    })
    undo.unshift(
      () => running.stop(),
      () => gateway.close(),
      () => webhooks.close(),
    )
    running.add('link clicks', signal => linkClicks.follow(signal))
    running.add('newest ranker', signal => ranker.follow(signal))
    const alike = openAlike({ engine, scorer: scorer.name, ranker, dataDir: config.dataDir, maxBytes: config.vectorBytes })
    undo.unshift(() => alike.close())
    running.add('customer vectors', signal => alike.follow(signal))
    running.add('segment rules', signal => segmentRules.follow(signal))
    running.add('newest of what is learnt', signal => learning.follow(signal))
    if (exposures !== undefined) running.add('exposures', signal => exposures.follow(signal))
    const prepared = new FollowedCache({
      memory: caches.memory,
      topic: names.of(recommendations),
      kinds: {
        recommendations: customerId => preparedAnswer(sql, alike.beside, customerId),
        similar: customerId => preparedSimilar(alike, customerId),
      },
      generation: () => generationOf(sql, scorer.name),
      log,
      clock,
      meter: metrics,
    })
    running.add('prepared answers', signal => prepared.follow(signal))
    const segments = sqlSegments(sql, namedCache(caches.shared, 'segments', metrics), clock)
    const snapshot = new CurrentSnapshot(sql, clock, config.analyticsEveryMs)
    await snapshot.look()
    running.add('newest snapshot', signal => snapshot.follow(signal))
    const lags = new Lags(engine, running)
    const live = new LiveWatch({ engine, metrics, lags, segments, currency: config.shop.currency })
    running.add('live page', signal => live.follow(signal))
    const deadLetters = new DeadLetterWatch(engine)
    const ready = readiness(engine, running)
    const { analyticsEveryMs } = config
    watchGauges({
      ...{ engine, metrics, running, processors: all, lags, deadLetters, readiness: ready, alike, analyticsEveryMs },
    })
    const parts = {
      live,
      config,
      deployment,
      engine,
      metrics,
      publish,
      phoneHash,
      views,
      ranker,
      segments,
      snapshot,
      prepared,
      alike,
      exposures: exposures ?? unheard,
      linkClicks,
      linkCache: namedCache(caches.shared, 'links', metrics),
      flowCache: namedCache(caches.shared, 'flows', metrics),
      processors: all,
      receipts,
      smsTold: () => sms.reports.wake(),
      campaignTold: () => words.wake(),
      readiness: ready,
      logger,
    }
    const app = await serve(parts)
    undo.unshift(() => app.close())
    return {
      app,
      sql,
      publish,
      engine,
      running,
      metrics,
      listen: where => app.listen({ ...where, backlog: BACKLOG }),
      stop: () => inOrder(undo),
    }
  } catch (error) {
    await inOrder(undo)
    throw error
  }
}

async function inOrder(steps: readonly (() => Promise<void>)[]): Promise<void> {
  for (const step of steps) await step()
}

async function openGateway({ sms }: Config, sql: Sql, receipts: SmsReceipts): Promise<SmsGateway> {
  if (sms.kind === 'simulator') {
    const tell = (requestId: string, status: ReceiptStatus) =>
      receipts.take({ requestId, gateway: 'simulator', gatewayId: undefined, status, detail: 'simulated' })
    return simulator({ clock: systemClock, record: await simulatorRecord(sql), script: sms.script, tell })
  }
  if (sms.kind === 'kannel') {
    const { url, user, password, callbackUrl, callbackKey } = sms
    const callbacks =
      callbackUrl === undefined || callbackKey === undefined
        ? {}
        : { callbacks: { url: callbackUrl, signature: callbackSignature(callbackKey) } }
    return kannelGateway({ url, user, password, clock: systemClock, ...callbacks })
  }
  if (sms.kind === 'twilio') {
    const { url, user, password, sender, callbackUrl } = sms
    return twilioGateway({
      url,
      user,
      password,
      sender,
      clock: systemClock,
      ...(callbackUrl === undefined ? {} : { callbackUrl }),
    })
  }
  const { url, authHeader, queryUrl, recognises } = sms
  return httpGateway({
    url,
    clock: systemClock,
    recognises,
    ...(authHeader === undefined ? {} : { authHeader }),
    ...(queryUrl === undefined ? {} : { queryUrl }),
  })
}

function smsParts(
  engine: Engine,
  publish: Publish,
  gateway: SmsGateway,
  phoneHash: PhoneHash,
  { links, smsRules: rules, smsRate: rate, texts, shop }: Config,
  { smsAt: at, smsSlots: slots }: ComposeOptions,
) {
  const { sql, clock, keyring, meter, journal, tracer } = engine
  const reports = scanner(smsReports, { sql, publish, clock, meter, journal })
  // A rate is one from the first time on only of what was 0 before.
  for (const reason of suppressionReasons) meter.count('sms_suppressed_total', { reason }, 0)
  for (const status of receiptStatuses) meter.count('sms_receipts_total', { status }, 0)
  for (const result of ['heard', 'unreadable']) meter.count('sms_inbound_total', { result }, 0)
  const { base } = links
  const shortLinks = base === undefined ? {} : { shortLinks: personalLinks(sql, { ...links, base }) }
  const ledger = smsLedger(sql, {
    clock,
    phoneHash,
    gateway: gateway.name,
    rules,
    ...shortLinks,
    told: () => reports.wake(),
  })
  const pace = rate === undefined ? {} : { pace: smsPace(sql, { sender: gateway.name, rate, clock }) }
  const fill = textFiller(sql, { shop: texts.shop, currency: shop.currency, zone: rules.zone })
  const ports = { ledger, gateway, ...pace, fill, keyring, clock, meter, tracer, ...(at === undefined ? {} : { at }) }
  const dispatcher = smsDispatcher(ports, slots === undefined ? {} : { slots })
  for (const answer of [...foundStatuses, 'absent', 'unanswered']) meter.count('sms_asked_total', { answer }, 0)
  const { find, recognises } = gateway.capabilities
  const doubts = smsDoubts(sql, gateway.name, () => {
    reports.wake()
    dispatcher.wake()
  })
  const settlers = find !== undefined || recognises ? [smsSettler({ doubts, gateway, clock, meter })] : []
  return { reports, dispatcher, settlers }
}

/** Snapshots are few, but large: they are told one by one. */
function analyticsParts(
  engine: Engine,
  publish: Publish,
  { analyticsEveryMs: everyMs, analyticsBytes: mostBytes, shop: { currency } }: Config,
) {
  const { sql, clock, meter, journal } = engine
  if (everyMs === undefined) return []
  const reports = scanner(snapshotReports, { sql, publish, clock, meter, journal, page: 1 })
  return [snapshotter(engine, { everyMs, currency, mostBytes, stored: () => reports.wake() }), reports]
}

async function webhookParts(engine: Engine, publish: Publish, { flows, secretKey }: Config) {
  const { sql, clock, meter, journal } = engine
  for (const outcome of callOutcomes) meter.count('webhook_attempts_total', { outcome }, 0)
  const reports = scanner(webhookReports, { sql, publish, clock, meter, journal })
  const signer = webhookSigner(webhookKey(secretKey ?? (await sharedSecret(sql, 'webhook_secret'))))
  const { webhookHosts: hosts, webhooksMayBePrivate: allowPrivate } = flows
  const caller = httpCaller({ hosts, allowPrivate, signer, clock })
  const ledger = webhookLedger(sql, () => reports.wake())
  return { reports, dispatcher: webhookDispatcher({ ledger, caller, clock, meter }), close: () => caller.close() }
}
