import { Argument, Command } from 'commander'
import { embeddedDeployment, stackDeployment } from '../support/scratch-deployment.ts'
import { stack } from '../support/stack.ts'
import { analytics } from './analytics.ts'
import type { Bench } from './bench.ts'
import { flows } from './flows.ts'
import { fold } from './fold.ts'
import { freshness } from './freshness.ts'
import { hnsw } from './hnsw.ts'
import { ingest } from './ingest.ts'
import { latency } from './latency.ts'
import { links } from './links.ts'
import { lookup } from './lookup.ts'
import { plan } from './plan.ts'
import { record } from './record.ts'
import { rehearsal } from './rehearsal.ts'
import type { Result } from './result.ts'
import { scoring } from './scoring.ts'
import { sms } from './sms.ts'
import { timers } from './timers.ts'

const benches: Readonly<Record<string, Bench>> = {
  ingest,
  fold,
  latency,
  lookup,
  links,
  sms,
  plan,
  scoring,
  freshness,
  hnsw,
  flows,
  timers,
  rehearsal,
  analytics,
}
/** Need no deployment. */
const ALONE: ReadonlySet<string> = new Set(['flows', 'rehearsal', 'analytics'])

interface Options {
  readonly embedded?: boolean
  readonly rounds: string
  readonly seconds: string
  readonly messages?: string
  readonly customers?: string
  readonly json?: boolean
  readonly record?: string
}

async function run(
  names: readonly string[],
  { embedded, rounds, seconds, messages, customers, json, record: file }: Options,
): Promise<void> {
  const there = stack
  const all = names.length > 0 ? names : Object.keys(benches)
  if (!embedded && there === undefined && !all.every(name => ALONE.has(name)))
    throw new Error('no stack: start one by `infra/stack/stack up`, or say --embedded')
  const settings = {
    deploy: embedded ? embeddedDeployment : (wanted: Parameters<typeof stackDeployment>[1]) => stackDeployment(there!, wanted),
    rounds: Number(rounds),
    seconds: Number(seconds),
    ...(messages === undefined ? {} : { messages: Number(messages) }),
    ...(customers === undefined ? {} : { customers: Number(customers) }),
    say: (what: string) => process.stderr.write(`${what}\n`),
  }
  for (const name of all) {
    const results = await benches[name]!(settings)
    for (const result of results) console.log(json ? JSON.stringify(rounded(result)) : sentence(result))
    const [many, things] = messages === undefined ? [customers, 'customers'] : [messages, 'messages']
    const what = many === undefined ? name : `${name} of ${Number(many).toLocaleString('en-US')} ${things}`
    if (file !== undefined) record(file, `${what}, ${embedded ? 'embedded' : 'stack'}`, results)
  }
  process.exit(0)
}

const digits = (value: number): number => Number(value.toPrecision(4))

const rounded = (result: Result): Result =>
  Object.fromEntries(
    Object.entries(result).map(([name, value]) => [name, typeof value === 'number' ? digits(value) : value]),
  ) as never

function sentence(result: Result): string {
  const { bench, rate, unit, ratio, baseline, baseline_of, spread } = result
  const head = `${bench}: ${result.case}\n  ${digits(rate)} ${unit} (± ${Math.round(spread * 50)} %), ${digits(ratio)} of ${digits(baseline)}: ${baseline_of}`
  const cpu = result.cpu_s === undefined ? '' : `\n  ${digits(result.cpu_s)} s of CPU`
  const [p50, p99] = [result.p50_ms, result.p99_ms].map(ms => (ms === undefined ? undefined : digits(ms)))
  const theirs =
    result.baseline_p50_ms === undefined
      ? ''
      : `, baseline ${digits(result.baseline_p50_ms)} and ${digits(result.baseline_p99_ms!)}`
  const { p95_ms: p95, valid_percent: valid, faithful_percent: faithful } = result
  if (p95 !== undefined) return `${head}\n  ${valid} % valid, ${faithful} % faithful; p50 ${p50} ms, p95 ${digits(p95)} ms`
  return head + cpu + (p50 === undefined ? '' : `\n  p50 ${p50} ms, p99 ${p99} ms${theirs}`)
}

await new Command('bench')
  .description('Measure Tarang beside a baseline in the same run. Needs the stack, or --embedded.')
  .addArgument(new Argument('[names...]', 'which; all unless told').choices(Object.keys(benches)))
  .option('--rounds <n>', 'measurements of each case and its baseline, in turns', '5')
  .option('--seconds <n>', 'how long one measurement takes, where time bounds it', '10')
  .option('--messages <n>', 'of sms: one measurement of so many, with what it does to memory')
  .option('--customers <n>', 'of analytics: one measurement of so many, without the peer')
  .option('--embedded', 'one process on a data folder instead of Kafka and Postgres')
  .option('--json', 'one line of JSON per result')
  .option('--record <file>', 'write the results into this Markdown file, in place of those of the same name')
  .action(run)
  .parseAsync()
