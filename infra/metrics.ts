import { getHeapStatistics } from 'node:v8'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Labels, Meter } from '../streams/meter.ts'

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.5, 1, 5, 30]
const sizes = [1, 5, 20, 100, 500, 1000, 2000]
const waits = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800]
const afterStop = [0, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 9]
const answers = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10]

/** Every metric there is, without its `tarang_` prefix: kind, help, labels, and for histograms the upper bounds. */
const metrics = {
  records_total: ['counter', 'Records a processor has folded and committed.', ['processor']],
  records_repeated_total: ['counter', 'Records dropped because their source had published them before.', ['processor']],
  records_lost_total: ['counter', 'Records that retention deleted before they were read.', ['processor']],
  events_duplicate_total: ['counter', 'Events dropped because their id was counted before.', ['processor']],
  dedupe_horizon_seconds: ['gauge', 'Ids of events are remembered for so long after the event was appended.', []],
  dedupe_horizon_ids: ['gauge', 'Ids of events that are remembered of a partition at most.', []],
  dedupe_oldest_id_age_seconds: [
    'gauge',
    'Age of the oldest id that a processor still remembers, over its partitions here.',
    ['processor'],
  ],
  dead_letters_total: ['counter', 'Records that could not be read, by where they were and why.', ['processor', 'topic', 'code']],
  dead_letters_kept: ['gauge', 'Dead letters that the log still has, of all instances.', []],
  oldest_dead_letter_age_seconds: [
    'gauge',
    'Age of the oldest dead letter that the log still has; at seven days it is deleted.',
    [],
  ],
  answers_put_off_total: ['counter', 'Answers put off, for the records that asked for them were far behind.', ['processor']],
  processor_failures_total: ['counter', 'Batches that failed and were read again.', ['processor']],
  rebalances_total: ['counter', 'Times partitions were assigned anew.', ['processor']],
  partitions: ['gauge', 'Partitions that a processor has in the whole group.', ['processor']],
  partitions_owned: ['gauge', 'Partitions that a processor has here.', ['processor']],
  restore_seconds: ['histogram', 'From being given partitions to having done what was on them by then.', ['processor'], waits],
  batch_records: ['histogram', 'Records in one batch.', ['processor'], sizes],
  commit_seconds: ['histogram', 'Publishing and committing one batch.', ['processor'], seconds],
  event_to_answer_seconds: ['histogram', 'From an event on the log to its committed answer.', ['processor'], seconds],
  oldest_unprocessed_age_seconds: [
    'gauge',
    'At most how old the oldest record is that a processor has not folded; 0 when it is at the end.',
    ['processor'],
  ],
  lag_records: [
    'gauge',
    'Records of the log that a processor has not folded yet. A bundle of a hundred events is one.',
    ['processor'],
  ],
  cache_requests_total: [
    'counter',
    'Entries asked of a cache, by whether it had them; error where it could not be reached, or not be trusted just then.',
    ['cache', 'result'],
  ],
  reports_total: ['counter', 'Ledger rows told to the log, by what they say.', ['scanner', 'kind']],
  oldest_unreported_age_seconds: ['gauge', 'Age of the oldest ledger row not told to the log yet.', []],
  oldest_overdue_timer_age_seconds: ['gauge', 'How long the timer of a campaign has been due that is due for longest.', []],
  oldest_due_sms_age_seconds: ['gauge', 'How long the text waits that may go out for longest.', []],
  oldest_unknown_sms_age_seconds: ['gauge', 'Age of the oldest text of which nobody knows whether it was sent.', []],
  sms_settled_total: ['counter', 'Attempts to send a text, by how they ended.', ['status']],
  sms_asked_total: ['counter', 'Askings of the gateway about texts whose answer was lost, by what it said.', ['answer']],
  sms_suppressed_total: ['counter', 'Texts that must not go out, by why.', ['reason']],
  sms_receipts_total: ['counter', 'Receipts that gateways gave for our texts, by what they say.', ['status']],
  sms_inbound_total: ['counter', 'Texts that came in, by whether somebody could be heard in them.', ['result']],
  sms_in_flight: ['gauge', 'Texts at the gateway now, of this instance.', []],
  sms_breaker: ['gauge', '1 while texts wait because the gateway hardly ever answers, but for one that tries now and then.', []],
  sms_stop_to_last_write_seconds: [
    'histogram',
    'From when STOP was kept to when a text to that phone was written, of texts that were under way by then; 0 where it had been written.',
    [],
    afterStop,
  ],
  sms_gateway_seconds: ['histogram', "The gateway's answer to one text.", ['outcome'], seconds],
  oldest_due_webhook_age_seconds: ['gauge', 'How long the call of a webhook waits that has been due for longest.', []],
  webhook_attempts_total: ['counter', 'Attempts to call a webhook, by how they ended.', ['outcome']],
  webhook_seconds: ['histogram', "A receiver's answer to one call of a webhook.", ['outcome'], seconds],
  product_news_told_total: ['counter', 'Customers told that a product is in stock again, or costs less.', ['what']],
  oldest_untold_product_news_age_seconds: [
    'gauge',
    'How long ago a product was in stock again, or cheaper, of which not everybody was told whom it concerns.',
    [],
  ],
  link_clicks_total: [
    'counter',
    'Visits of links in texts, by whether a person or a program made them; dropped where there was no room.',
    ['result'],
  ],
  llm_calls_total: [
    'counter',
    'Calls of the language model, by what came of them; budget_spent where none was made.',
    ['outcome'],
  ],
  llm_tokens_total: ['counter', 'Tokens that calls of the language model took, read (in) and written (out).', ['kind']],
  llm_cost_total: ['counter', 'What these calls cost by TARANG_LLM_PRICE.', []],
  texts_written_total: ['counter', 'Texts that were asked for, by whether they were written or are built in.', ['source']],
  flow_generations_total: ['counter', 'Flows that were asked for in words, by how that ended.', ['outcome']],
  flow_generation_seconds: [
    'histogram',
    'From asking for a flow in words to having it, by who wrote it.',
    ['by'],
    [0.01, 0.025, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 20, 30],
  ],
  cache_bytes: ['gauge', 'Bytes kept by the caches of answers in this process, keys and all.', []],
  cache_entries: ['gauge', 'Answers kept by the caches in this process.', []],
  customer_vectors: [
    'gauge',
    'Customers that this instance knows as points of a space, by which those alike are found.',
    ['space'],
  ],
  customer_vectors_left: ['gauge', 'Customers that are still to be put into a space, for the first time or anew.', ['space']],
  customer_vectors_tombstones: ['gauge', "Points of a space's graph that are no longer true, until it is built anew.", ['space']],
  vector_recall: ['gauge', 'Share of the truly nearest among those that a space answers, by sampled searches.', ['space']],
  exposures_total: [
    'counter',
    'Lists that were looked up for the first time in an hour, by whether that was kept, was known, the list had been replaced, or it was dropped.',
    ['result'],
  ],
  outcomes_total: ['counter', 'Acts of customers that were put down to a list they had seen.', ['kind']],
  variant_share: ['gauge', 'Share of lists that each variant gets now, context apart.', ['variant']],
  analytics_every_seconds: ['gauge', 'How often a snapshot of the analytics is to be taken; 0 where none is.', []],
  analytics_snapshot_age_seconds: ['gauge', 'Age of the newest snapshot of the analytics; 0 before the first.', []],
  analytics_snapshot_seconds: ['histogram', 'Taking a snapshot of the analytics, from reading the log to storing it.', [], waits],
  analytics_snapshots_total: [
    'counter',
    'Snapshots of the analytics, by whether one was stored, another instance was faster, or it failed.',
    ['result'],
  ],
  http_request_seconds: ['histogram', 'Answering one request.', ['route', 'status'], answers],
  ready: ['gauge', '1 for a check of /ready that passes, 0 for one that does not.', ['check']],
  look_failed: ['gauge', '1 where gauges could not be looked up for the last scrape, and tell what was before.', ['look']],
  heap_limit_bytes: ['gauge', 'Where the heap ends, and the process with it.', []],
  texts_embedded_total: ['counter', 'Texts that got a vector, by the family of models that made it.', ['family']],
  texts_refused_total: [
    'counter',
    'Texts that a model could not be brought to embed, by its family and how it failed at them.',
    ['family', 'code'],
  ],
  embedder_up: ['gauge', '1 where texts get vectors of a family, 0 where its model cannot be asked.', ['family']],
  ingest_events_total: ['counter', 'Events that came by HTTP, by what became of them.', ['result']],
} as const satisfies Record<string, readonly [kind: string, help: string, labels: readonly string[], buckets?: readonly number[]]>

type Name = keyof typeof metrics

/** The numbers of one process, for Prometheus. */
export interface Metrics extends Meter {
  readonly contentType: string
  text(): Promise<string>
  /** Runs before each scrape, to set gauges that are looked up. */
  beforeScrape(look: () => Promise<void>): void
  /** Called with every observation of a histogram. */
  onObserve(name: Name, listener: (value: number) => void): void
}

/** prom-client behind the engine's meter. A name that is not in the table above is a mistake and throws. */
export function prometheus(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const all = new Map<string, Counter | Gauge | Histogram>(
    Object.entries(metrics).map(([name, spec]) => [name, register(registry, name, spec)]),
  )
  const looks: (() => Promise<void>)[] = []
  const listeners = new Map<string, ((value: number) => void)[]>()
  find('heap_limit_bytes', Gauge).set(getHeapStatistics().heap_size_limit)

  function find<M>(name: string, kind: new (...args: never[]) => M): M {
    const metric = all.get(name)
    if (metric instanceof kind) return metric
    throw new Error(`there is no ${kind.name} ${name}: add it to infra/metrics.ts`)
  }

  return {
    contentType: registry.contentType,
    count: (name: string, labels: Labels, by = 1) => find(name, Counter).inc({ ...labels }, by),
    gauge: (name: string, labels: Labels, value: number) => find(name, Gauge).set({ ...labels }, value),
    observe(name: string, labels: Labels, value: number) {
      find(name, Histogram).observe({ ...labels }, value)
      for (const listener of listeners.get(name) ?? []) listener(value)
    },
    async text() {
      await Promise.all(looks.map(look => look()))
      return registry.metrics()
    },
    beforeScrape: look => looks.push(look),
    onObserve: (name, listener) => listeners.set(name, [...(listeners.get(name) ?? []), listener]),
  }
}

function register(
  registry: Registry,
  name: string,
  [kind, help, labelNames, buckets]: readonly [string, string, readonly string[], (readonly number[])?],
) {
  const options = { name: `tarang_${name}`, help, labelNames: [...labelNames], registers: [registry] }
  if (kind === 'counter') return new Counter(options)
  if (kind === 'gauge') return new Gauge(options)
  return new Histogram({ ...options, buckets: [...(buckets ?? seconds)] })
}
