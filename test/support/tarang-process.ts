import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { SmsPoint } from '../../consumers/dispatch-sms.ts'
import { compose } from '../../infra/compose.ts'
import type { Config } from '../../infra/config.ts'
import { jsonLogger } from '../../infra/logger.ts'
import { processorsOf } from '../../infra/processors.ts'
import { phoneHasher } from '../../models/phone-hash.ts'
import { type CampaignWord, campaignRecord } from '../../producers/campaign-record.ts'
import { smsRequest } from '../../producers/sms-request.ts'
import type { Inbound } from '../../schemas/events.ts'
import { routeEvent } from '../../schemas/route-event.ts'
import { purchases } from '../../schemas/topics.ts'
import { systemClock } from '../../streams/clock.ts'
import type { Point } from '../../streams/engine.ts'
import { recordsLeft } from '../../streams/records-left.ts'
import { settingsOf } from './process-settings.ts'

/** At its nth pass through a point a process dies as by `kill -9`. Points of the runner name their processor. */
export type DieAt =
  | { readonly point: Point; readonly processor: string; readonly times: number }
  | { readonly point: SmsPoint; readonly processor: 'sms-dispatcher'; readonly times: number }

/** A whole Tarang in a process of its own, which a test can kill, or which kills itself at a named point. */
export interface TarangProcess {
  readonly config: Config
  readonly sessionTimeoutMs: number
  readonly dieAt?: DieAt
  /** How many slots it holds at most. */
  readonly smsSlots?: number
}

/** A request for a text, as somebody would post it. */
export interface Text {
  readonly id: string
  /** For a customer, whose profile has the phone; or to a phone. */
  readonly customerId?: string
  readonly to?: string
  readonly text: string
  readonly class: 'transactional' | 'marketing'
}

/** What the test asks of the process; it answers each under its `n`. */
export type Asked =
  | { readonly n: number; readonly ask: 'publish'; readonly events: readonly Inbound[]; readonly texts: readonly Text[] }
  | { readonly n: number; readonly ask: 'left' }
  | { readonly n: number; readonly ask: 'heap' }
  | { readonly n: number; readonly ask: 'campaign'; readonly campaign: CampaignWord }

/** `left`: how much of what is still under way, `heap`: what it keeps, in MiB. `error`: it did not work this time. */
export type Answered = { readonly n: number } & (
  | { readonly done: true }
  | { readonly left: Readonly<Record<string, number>> }
  | { readonly heap: number }
  | { readonly error: string }
)

const { config, sessionTimeoutMs, dieAt, smsSlots } = settingsOf(process.argv[2]!)
let times = dieAt?.times ?? 0

/** Nothing after the point happens: what follows it waits for ever, and the signal is on its way. */
function at(point: string, processor: string): void | Promise<void> {
  if (dieAt === undefined || point !== dieAt.point || processor !== dieAt.processor || --times > 0) return undefined
  process.kill(process.pid, 'SIGKILL')
  return new Promise(() => {})
}

const tarang = await compose(config, {
  logger: jsonLogger(config.logLevel),
  sessionTimeoutMs,
  at,
  smsAt: point => at(point, 'sms-dispatcher'),
  ...(smsSlots === undefined ? {} : { smsSlots }),
  fatal: error => {
    console.error(error)
    process.exit(1)
  },
})
const { engine, publish } = tarang
const all = processorsOf(config.shop)

/** Every second purchase comes as bare JSON on its own topic, in any partition, as a shop's own client would put it there; the rest as by HTTP. */
async function take(events: readonly Inbound[], texts: readonly Text[]): Promise<void> {
  const { log, names, clock } = engine
  const topic = names.of(purchases)
  const typed = new Set(events.filter(({ type }) => type === 'purchase').filter((_, i) => i % 2 === 0))
  const records = [...typed].map((event, i) => ({
    topic,
    partition: i % config.partitions,
    key: null,
    value: Buffer.from(JSON.stringify(event)),
    headers: {},
    timestamp: clock.now(),
  }))
  await log.publish(records)
  await publish(events.filter(event => !typed.has(event)).map(routeEvent))
  await publish(texts.map(requestOf))
}

function requestOf(text: Text) {
  const read = smsRequest(text, { ...config.shop, now: systemClock.now() }, phoneHasher('unused: every text is for a customer'))
  if ('outbound' in read) return read.outbound
  // A test's own mistake: to ask again would not help.
  console.error(`${text.id}: ${read.refusal.message}`)
  process.exit(1)
}

/** Texts not ended, results not reported, cuts not published, timers due and not told, and by processor the records it has not folded. */
async function left(): Promise<Record<string, number>> {
  const [row] = await engine.sql.query(
    `SELECT (SELECT count(*) FROM sms_ledger WHERE status IN ('queued', 'claimed', 'submitting')) AS texts,
            (SELECT count(*) FROM sms_results WHERE NOT reported) AS results,
            (SELECT count(*) FROM rfm_cuts WHERE moved) AS cuts,
            (SELECT count(*) FROM timers WHERE due_at <= $1 AND told_at IS DISTINCT FROM due_at) AS timers`,
    [engine.clock.now()],
  )
  const counts: [string, number][] = Object.entries(row as Record<string, number>)
  for (const one of all) counts.push([one.name, await recordsLeft(engine.sql, engine.log, engine.names, [one])])
  return Object.fromEntries(counts.filter(([, count]) => count !== 0))
}

/** What is left once all that nobody needs was collected: what a heap has at any other time is mostly what waits for that. */
function heap(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / 2 ** 20
}

async function answer(asked: Asked): Promise<Answered> {
  try {
    if (asked.ask === 'left') return { n: asked.n, left: await left() }
    if (asked.ask === 'heap') return { n: asked.n, heap: heap() }
    if (asked.ask === 'campaign') await publish([campaignRecord(asked.campaign)])
    else await take(asked.events, asked.texts)
    return { n: asked.n, done: true }
  } catch (error) {
    return { n: asked.n, error: String(error) }
  }
}

process.on('message', (asked: Asked) => {
  void answer(asked).then(answered => process.connected && process.send?.(answered))
})
process.on('SIGTERM', () => {
  // As long as `tarang start` gives it.
  setTimeout(() => process.exit(1), 30_000).unref()
  void tarang.stop().then(() => process.exit(0))
})
process.send?.({ url: await tarang.listen({ host: '127.0.0.1', port: 0 }) })
