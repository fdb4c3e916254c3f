import { maskPhone } from '../models/mask-phone.ts'
import { formatMoney } from '../models/money.ts'
import { usuallyAsked } from '../models/recommendation-answer.ts'
import type { Recommendation, SmsResult } from '../schemas/records.ts'
import type { Topic } from '../schemas/topic.ts'
import { recommendations, smsResults } from '../schemas/topics.ts'
import type { Live, LiveEvent, LiveRates, LiveRecommendation, LiveSegments, LiveText } from '../serving/ports/live.ts'
import type { Segments } from '../serving/ports/segments.ts'
import { decodeBatch } from '../streams/decode-batch.ts'
import type { Engine } from '../streams/engine.ts'
import type { Batch } from '../streams/log.ts'
import type { Lags } from './lags.ts'
import type { Metrics } from './metrics.ts'

const SHOWN = 10
/** People can follow about this many lines of a kind in a second. */
const PER_SECOND = 6
/** Latencies are those of the last so many ms: what was slow while a backlog was folded is not how it is now. */
const RECENT_MS = 15_000
/** How much of the past a page shows at once. */
const SECONDS = 90

export interface LiveParts {
  readonly engine: Engine
  readonly metrics: Metrics
  readonly lags: Lags
  readonly segments: Segments
  readonly currency: string
}

/** What happens now, read off the log's end, for pages to show: a sample of lists and texts, rates and segments once a second while somebody looks. */
export class LiveWatch implements Live {
  private readonly parts: LiveParts
  private readonly listeners = new Set<(event: LiveEvent) => void>()
  private latencies: { readonly at: number; readonly ms: number }[] = []
  private readonly told = { recommendation: 0, text: 0 }
  private recommendations: LiveRecommendation[] = []
  private texts: LiveText[] = []
  private rates: LiveRates[] = []
  private segments: LiveSegments | null = null
  /** Texts that went to the gateway since the start. */
  private sent = 0
  private counted: { at: number; events: number; recommendations: number; texts: number } | undefined

  constructor(parts: LiveParts) {
    this.parts = parts
    const { clock } = parts.engine
    parts.metrics.onObserve('event_to_answer_seconds', seconds =>
      this.latencies.push({ at: clock.monotonic(), ms: seconds * 1000 }),
    )
  }

  snapshot() {
    return { rates: this.rates, segments: this.segments, recommendations: this.recommendations, texts: this.texts }
  }

  subscribe(listener: (event: LiveEvent) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Follows the outgoing topics from their ends until the signal aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    const { log, names, clock } = this.parts.engine
    const topics = [names.of(recommendations), names.of(smsResults)]
    const membership = await log.follow(topics)
    let second = clock.monotonic()
    try {
      while (!signal.aborted) {
        const next = await membership.next(500, 250)
        if (next?.type === 'left') return
        if (next?.type === 'assigned')
          for (const { topic, partition } of next.partitions)
            membership.start({ topic, partition, offset: (await log.offsets(topic))[partition]!.end })
        if (next?.type === 'records') for (const batch of next.batches) await this.take(batch)
        if (clock.monotonic() - second < 1000) continue
        second = clock.monotonic()
        await this.everySecond()
      }
    } finally {
      await membership.leave()
    }
  }

  private async take(batch: Batch): Promise<void> {
    const { codec, names } = this.parts.engine
    const topic = batch.topic === names.of(recommendations) ? recommendations : smsResults
    // Of lists the last of a batch say enough; texts are all read, for they are counted.
    const records = topic === recommendations ? batch.records.slice(-PER_SECOND) : batch.records
    const { slices } = await decodeBatch(codec, topic, [{ ...batch, records }])
    for (const { outcome } of slices.flatMap(({ reads }) => reads)) {
      if (!('value' in outcome)) continue
      if (topic === recommendations) this.showRecommendation(outcome.value as Recommendation)
      else await this.showText(outcome.value as SmsResult)
    }
  }

  private showRecommendation(recommendation: Recommendation): void {
    if (this.told.recommendation++ >= PER_SECOND) return
    const { customerId, asOf, items } = recommendation
    const shown = items
      .filter(item => !item.purchased)
      .slice(0, usuallyAsked.limit)
      .map(({ productId, name = productId, reasons }) => ({ productId, name, reasons: reasons.map(({ strategy }) => strategy) }))
    const event: LiveRecommendation = { type: 'recommendation', customerId, asOf, items: shown }
    this.recommendations = [event, ...this.recommendations].slice(0, SHOWN)
    this.tell(event)
  }

  /** A text's moves are all shown once it is: a line that stays at `claimed` would worry people. */
  private async showText({ requestId, status, at }: SmsResult): Promise<void> {
    if (status === 'submitted') this.sent++
    const known = this.texts.find(text => text.requestId === requestId)
    if (known === undefined && this.told.text++ >= PER_SECOND) return
    const text = known ?? (await this.textOf(requestId))
    if (text === undefined) return
    const event: LiveText = { ...text, status, at: new Date(at).toISOString() }
    this.texts = [event, ...this.texts.filter(other => other.requestId !== requestId)].slice(0, SHOWN)
    this.tell(event)
  }

  private async textOf(requestId: string): Promise<Omit<LiveText, 'status' | 'at'> | undefined> {
    const { sql, keyring } = this.parts.engine
    const [row] = await sql.query(
      'SELECT l.owner, l.sealed, l.customer_id, p.phone FROM sms_ledger l LEFT JOIN profiles p USING (customer_id) WHERE l.id = $1',
      [requestId],
    )
    if (row === undefined) return undefined
    const owner = row.owner as string
    await keyring.fetch([owner])
    const personal = keyring.open(owner, row.sealed as string)
    const to = (personal?.to ?? row.phone ?? undefined) as string | undefined
    const customer = typeof row.customer_id === 'string' ? { customerId: row.customer_id } : {}
    return {
      type: 'text',
      requestId,
      ...customer,
      to: to === undefined ? '–' : maskPhone(to),
      text: String(personal?.text ?? ''),
    }
  }

  private async everySecond(): Promise<void> {
    this.told.recommendation = 0
    this.told.text = 0
    await this.measure()
    if (this.listeners.size === 0 && this.segments !== null) return
    await this.countSegments()
    for (const event of [this.rates.at(-1) ?? null, this.segments]) if (event !== null) this.tell(event)
  }

  private async measure(): Promise<void> {
    const { engine, lags } = this.parts
    const now = {
      at: engine.clock.monotonic(),
      events: await this.folded('customers'),
      recommendations: await this.total(recommendations),
      texts: this.sent,
    }
    const before = this.counted
    this.counted = now
    if (before === undefined) return
    const seconds = (now.at - before.at) / 1000
    this.latencies = this.latencies.filter(({ at }) => now.at - at < RECENT_MS)
    const rate = (key: 'events' | 'recommendations' | 'texts') =>
      Math.max(0, Math.round(((now[key] - before[key]) / seconds) * 10) / 10)
    const onTheWay = (await lags.look()).filter(lag => lag.processor === 'customers' || lag.processor === 'scorer')
    const rates: LiveRates = {
      type: 'rates',
      events: rate('events'),
      recommendations: rate('recommendations'),
      texts: rate('texts'),
      lagSeconds: onTheWay.reduce((most, { seconds }) => Math.max(most, seconds), 0),
      latencyMs: percentiles(this.latencies.map(({ ms }) => ms)),
    }
    this.rates = [...this.rates, rates].slice(-SECONDS)
  }

  /** Everything that a processor has done, on all instances. */
  private async folded(processor: string): Promise<number> {
    const [row] = await this.parts.engine.sql.query(
      'SELECT coalesce(sum(folded), 0)::bigint AS folded FROM ownership WHERE processor = $1',
      [processor],
    )
    return row!.folded as number
  }

  /** Everything ever written to a topic. */
  private async total(topic: Topic): Promise<number> {
    const { log, names } = this.parts.engine
    return (await log.offsets(names.of(topic))).reduce((sum, { end }) => sum + end, 0)
  }

  private async countSegments(): Promise<void> {
    const { engine, segments, currency } = this.parts
    const [totals, [all]] = await Promise.all([
      segments.recentTotals(),
      engine.sql.query('SELECT count(*) AS customers FROM customers'),
    ])
    this.segments = {
      type: 'segments',
      segments: totals.map(({ name, customers, revenue }) => ({ name, customers, revenue: formatMoney(revenue) })),
      customers: all!.customers as number,
      currency,
    }
  }

  private tell(event: LiveEvent): void {
    for (const listener of this.listeners) listener(event)
  }
}

function percentiles(values: readonly number[]): LiveRates['latencyMs'] {
  if (values.length === 0) return null
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]! * 10) / 10
  return { p50: at(0.5), p99: at(0.99) }
}
