import { acceptAll } from '../schemas/accept-conversation.ts'
import type { Accepted } from '../schemas/accept-event.ts'
import type { Inbound } from '../schemas/events.ts'
import { routeEvent } from '../schemas/route-event.ts'
import { acceptIdentify, acceptTrack } from '../schemas/segment-spec.ts'
import type { Shop } from '../schemas/shop.ts'
import type { Clock } from '../streams/clock.ts'
import type { Journal } from '../streams/journal.ts'
import type { Meter } from '../streams/meter.ts'
import type { Outbound, Publish, Written } from '../streams/outbound.ts'
import { encodePosition } from '../streams/position-token.ts'
import { type Span, traceIdOf } from '../streams/tracer.ts'
import { isOpenReply, type KeywordMessage, keywordsIn, type Said, saidIn } from './sms-words.ts'

/** How long `?wait=applied` waits. */
const WAIT_MS = 5000
/** Of a batch that is all wrong a few say as much; its sender is told every one. */
const NOTED = 20

interface Rejected {
  readonly index: number
  readonly code: string
  readonly message: string
  readonly pointer: string
}

export interface IngestPorts {
  readonly shop: Omit<Shop, 'now'>
  readonly clock: Clock
  readonly publish: Publish
  /** Done once no text begins any more to phones whose customers said STOP. */
  readonly heed: (said: readonly Said[]) => Promise<void>
  /** Asks for the replies to keywords: records that go on the log with them. */
  readonly confirm: (keywords: readonly KeywordMessage[]) => Promise<readonly Outbound[]>
  /** Of replies by SMS the campaign that each is one to, in their order. */
  readonly campaignsOf: (replies: readonly { customerId: string; at: number }[]) => Promise<readonly (string | undefined)[]>
  /** True once what was written, under these keys, is folded, counted, scored and seen by lookups. */
  readonly applied: (written: readonly Written[], timeoutMs: number, keys: readonly string[]) => Promise<boolean>
  /** True for errors that say the log is out of reach: the client may try again. */
  readonly logUnavailable: (error: unknown) => boolean
  readonly meter: Meter
  readonly journal: Journal
}

/** What became of something that came, and where that stood in the batch: a conversation comes to several. */
interface Placed {
  readonly index: number
  readonly one: Accepted
}

interface Options {
  readonly wait: boolean
  readonly requestId: string
  readonly span?: Span | undefined
}

/** What came by HTTP onto the log: checked, sealed, keyed by whom it is about, durable before the answer. */
export function ingest(ports: IngestPorts) {
  const { shop, clock, publish, heed, confirm, applied, logUnavailable, meter, journal } = ports
  async function take(accepted: readonly Placed[], { wait, requestId, span }: Options) {
    const trace = span?.trace
    const request = { requestId, traceId: traceIdOf(trace) }
    const rejected: Rejected[] = []
    const sent: Inbound[] = []
    for (const { index, one } of accepted) {
      if ('event' in one) sent.push(one.event)
      else rejected.push({ index, ...one.refusal })
    }
    meter.count('ingest_events_total', { result: 'rejected' }, rejected.length)
    for (const { index, code, pointer } of rejected.slice(0, NOTED)) journal.info('refused', { ...request, index, code, pointer })
    if (sent.length === 0) return { accepted: 0, rejected, applied: true }
    try {
      const said = saidIn(sent)
      if (said.length > 0) await heed(said)
      const keywords = keywordsIn(sent)
      const replies = keywords.length > 0 ? await confirm(keywords) : []
      const events = await withCampaigns(sent, ports)
      const records: Outbound[] = events.map(event => (trace === undefined ? routeEvent(event) : { ...routeEvent(event), trace }))
      const written = await publish(replies.length > 0 ? [...replies, ...records] : records)
      meter.count('ingest_events_total', { result: 'accepted' }, records.length)
      journal.debug?.('accepted', { ...request, eventIds: records.map(({ value }) => value.id) })
      const keys = records.map(({ key }) => key)
      const done = wait && (await applied(written, WAIT_MS, keys))
      return { accepted: records.length, rejected, applied: done, position: encodePosition(written) }
    } catch (error) {
      if (logUnavailable(error)) return { unavailable: 'log_unavailable' as const, retryAfterSeconds: 2 }
      throw error
    }
  }

  const now = (): Shop => ({ ...shop, now: clock.now() })
  return {
    submit: (raw: readonly unknown[], options: Options) => {
      const at = now()
      return take(
        raw.flatMap((sent, index) => acceptAll(sent, at).map(one => ({ index, one }))),
        options,
      )
    },
    segment: (call: 'track' | 'identify', body: Readonly<Record<string, unknown>>, options: Options) =>
      take([{ index: 0, one: call === 'track' ? acceptTrack(body, now()) : acceptIdentify(body, now()) }], options),
  }
}

/** Replies by SMS carry the campaign that they are one to, where whoever sent them has not said. */
async function withCampaigns(events: readonly Inbound[], { campaignsOf }: IngestPorts): Promise<readonly Inbound[]> {
  const open = events.filter(isOpenReply)
  if (open.length === 0) return events
  const found = await campaignsOf(open.map(({ customerId, occurredAt }) => ({ customerId, at: Date.parse(occurredAt) })))
  const campaigns = new Map<Inbound, string | undefined>(open.map((event, at) => [event, found[at]]))
  return events.map(event => {
    if (event.type !== 'message') return event
    const campaignId = campaigns.get(event)
    return campaignId === undefined ? event : { ...event, campaignId }
  })
}
