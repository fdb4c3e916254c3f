import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { Pool } from 'undici'
import { between } from '../../infra/cli/between.ts'
import { topics } from '../../schemas/topics.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import { manyEvents } from '../bench/many-events.ts'
import { paced } from '../bench/paced.ts'
import { runTarang, startServer } from '../support/run-tarang.ts'
import { scrape } from '../support/scrape.ts'
import { type Deployment, openLeft, stackDeployment } from '../support/scratch-deployment.ts'
import { stack } from '../support/stack.ts'
import { look, type Meanwhile } from './meanwhile.ts'

/**
 * What a shop's year costs: a synthetic shop goes through a whole Tarang on the real stack, and what it leaves is measured, table by
 * table and topic by topic.
 */
interface Options {
  readonly customers: string
  readonly products: string
  readonly days: string
  readonly only?: string
  readonly history?: string
  readonly lists?: string
  readonly front?: boolean
  readonly seconds: string
  readonly kafkaData: string
  readonly record?: string
  readonly block: string
}

/** What events cost that come one by one: a history folds many at once. */
interface Live {
  readonly events: number
  readonly cpuSeconds: number
  readonly kafkaBytes: number
}

interface Measured {
  readonly customers: number
  readonly products: number
  readonly days: number
  readonly only: string | undefined
  /** Whether an instance of its own was looked at, which does nothing but answer. */
  readonly front: boolean
  readonly events: number
  readonly seconds: number
  readonly cpuSeconds: number
  readonly residentBytes: number
  readonly meanwhile: Meanwhile
  /** Made a second by an instance that has nothing else to do, where not all were waited for. */
  readonly listsPerSecond: number | undefined
  readonly live: Live | undefined
  /** Of the next start: until it is ready, and until it has answered a customer's list. */
  readonly restart: { readonly ready: number; readonly answered: number }
  readonly tables: readonly { readonly name: string; readonly rows: number; readonly bytes: number }[]
  readonly topics: readonly { readonly name: string; readonly records: number; readonly bytes: number }[]
}

const PER_SECOND = 500

async function measure({
  customers,
  products,
  days,
  only,
  history,
  lists,
  front = false,
  seconds: liveSeconds,
  kafkaData,
}: Options): Promise<Measured> {
  if (stack === undefined) throw new Error('no stack: start one by `infra/stack/stack up`')
  const folder = mkdtempSync(join(tmpdir(), 'tarang-sizes-'))
  const deployment = await stackDeployment(stack)
  try {
    const file = history ?? join(folder, 'shop.jsonl')
    const kinds = only === undefined ? [] : ['--only', only]
    const shop = ['--customers', customers, '--products', products, '--days', days, '--until', '2026-01-01', ...kinds]
    if (history === undefined) await ran(['generate', ...shop, '--out', file])
    const server = await startServer(deployment.settings)
    const before = await cpu(server.url)
    const beside = front ? await startServer({ ...deployment.settings, TARANG_ROLES: 'none' }) : undefined
    const watch = look((beside ?? server).url, server.url, Number(customers))
    const begun = clock.monotonic()
    const unwaited = lists === undefined ? [] : ['--no-wait']
    const { sent } = JSON.parse(await ran(['replay', file, '--json', ...unwaited], deployment.settings)) as { sent: number }
    const listsPerSecond = lists === undefined ? undefined : await listing(server.url, 60 * Number(lists))
    const seconds = (clock.monotonic() - begun) / 1000
    const meanwhile = await watch.stop()
    await beside?.stop()
    const after = await scrape(server.url)
    const spent = await cpu(server.url)
    const grown = await left(deployment, kafkaData)
    const oneByOne = listsPerSecond === undefined ? await live(server.url, Number(liveSeconds)) : undefined
    const later = await cpu(server.url)
    await server.stop()
    const restart = await restarted(deployment)
    const kafkaBytes = bytesOf((await left(deployment, kafkaData)).topics) - bytesOf(grown.topics)
    return {
      customers: Number(customers),
      products: Number(products),
      days: Number(days),
      only,
      front,
      events: sent,
      seconds,
      cpuSeconds: spent - before,
      residentBytes: after.value('process_resident_memory_bytes')!,
      meanwhile,
      restart,
      listsPerSecond,
      live: oneByOne === undefined ? undefined : { events: oneByOne, cpuSeconds: later - spent, kafkaBytes },
      ...grown,
    }
  } finally {
    await deployment.dispose()
    rmSync(folder, { recursive: true })
  }
}

/** How long it takes to be back, in seconds. */
async function restarted({ settings }: Deployment): Promise<Measured['restart']> {
  const begun = clock.monotonic()
  const since = () => (clock.monotonic() - begun) / 1000
  const server = await startServer(settings)
  while ((await fetch(`${server.url}/ready`)).status !== 200) await clock.sleep(50)
  const ready = since()
  if ((await fetch(`${server.url}/recommendations/cust-000001`)).status !== 200) throw new Error('no list after the restart')
  const answered = since()
  await server.stop()
  return { ready, answered }
}

/** Waits until all but lists is up to date, and then so many seconds more; answers how many lists were made a second in these. */
async function listing(url: string, seconds: number): Promise<number> {
  while (!(await caughtUp(url, 'scorer'))) await clock.sleep(500)
  const made = async () => (await scrape(url)).value('tarang_event_to_answer_seconds_count', { processor: 'scorer' }) ?? 0
  const [before, begun] = [await made(), clock.monotonic()]
  while (clock.monotonic() - begun < seconds * 1000 && !(await caughtUp(url))) await clock.sleep(500)
  return ((await made()) - before) / ((clock.monotonic() - begun) / 1000)
}

const cpu = async (url: string): Promise<number> => (await scrape(url)).value('process_cpu_seconds_total')!

/** Posts events one by one, and waits until what they led to is written. */
async function live(url: string, seconds: number): Promise<number> {
  const events = manyEvents(5000)
  const pool = new Pool(url, { connections: 8, pipelining: 4 })
  const request = () => ({ method: 'POST', path: '/v1/events', body: JSON.stringify(events.next().value) }) as const
  const posted = await paced({ pool, perSecond: PER_SECOND, seconds, request })
  while (!(await caughtUp(url))) await clock.sleep(500)
  await pool.close()
  return posted
}

/** Lag is looked up once in a while, so it must have been nothing for longer than that. */
async function caughtUp(url: string, except?: string): Promise<boolean> {
  for (let look = 0; look < 5; look++) {
    const lags = (await scrape(url)).series('tarang_lag_records').filter(({ labels }) => labels.processor !== except)
    if (lags.length === 0 || lags.some(({ value }) => value > 0)) return false
    await clock.sleep(1000)
  }
  return true
}

async function ran(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { code, stdout, stderr } = await runTarang(args, env)
  if (code !== 0) throw new Error(`tarang ${args.join(' ')} ended with ${code}:\n${stderr}`)
  return stdout
}

async function left(deployment: Deployment, kafkaData: string): Promise<Pick<Measured, 'tables' | 'topics'>> {
  await using rest = await openLeft(deployment)
  const { sql, log, names } = rest
  await sql.script('VACUUM ANALYZE')
  const rows = await sql.query(
    `SELECT relname AS name, reltuples::bigint AS rows, pg_total_relation_size(oid) AS bytes
     FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reltuples > 0 ORDER BY bytes DESC`,
  )
  const tables = rows.map(({ name, rows, bytes }) => ({ name: name as string, rows: Number(rows), bytes: Number(bytes) }))
  const measured = await Promise.all(
    topics.map(async topic => {
      const ends = await log.offsets(names.of(topic))
      return {
        name: topic.name,
        records: ends.reduce((sum, { start, end }) => sum + end - start, 0),
        bytes: segmentBytes(kafkaData, names.of(topic)),
      }
    }),
  )
  return { tables, topics: measured.filter(({ records }) => records > 0).sort((a, b) => b.bytes - a.bytes) }
}

/** What the broker's disk holds of a topic, without its indexes, which are of fixed size. */
function segmentBytes(kafkaData: string, topic: string): number {
  return readdirSync(kafkaData)
    .filter(name => name.replace(/-\d+$/, '') === topic)
    .flatMap(name => readdirSync(join(kafkaData, name)).map(file => join(kafkaData, name, file)))
    .filter(path => path.endsWith('.log'))
    .reduce((sum, path) => sum + statSync(path).size, 0)
}

const bytesOf = (all: readonly { bytes: number }[]): number => all.reduce((sum, one) => sum + one.bytes, 0)

function report({
  customers,
  products,
  days,
  only,
  front,
  events,
  seconds,
  cpuSeconds,
  residentBytes,
  meanwhile,
  restart,
  listsPerSecond,
  live,
  tables,
  topics,
}: Measured): string {
  const whole = new Intl.NumberFormat('en')
  const per = (value: number, of: number) => whole.format(Math.round(value / of))
  const row = (name: string, count: number, size: number) =>
    `| ${name} | ${whole.format(count)} | ${(size / 1e6).toFixed(1)} | ${per(size, count)} | ${per(size, customers)} | ${per(size, events)} |`
  return [
    `A synthetic shop of ${whole.format(customers)} customers and ${whole.format(products)} products over ${days} days: ${whole.format(events)} events${only === undefined ? '' : ` (${only})`},`,
    `${(events / customers).toFixed(0)} a customer. One instance with every role took ${seconds.toFixed(0)} s, ${meanwhile.foldedAfterSeconds.toFixed(0)} s of them until all but lists was up to date, ${((cpuSeconds / events) * 1e6).toFixed(0)} µs of CPU an event`,
    `(reading, folding, scoring, writing; not Kafka's or Postgres's own), and had ${(residentBytes / 1e6).toFixed(0)} MB resident at the end,`,
    `${(meanwhile.mostResidentBytes / 1e6).toFixed(0)} MB at most. Restarted it was ready after ${restart.ready.toFixed(1)} s, and had answered a list after ${restart.answered.toFixed(1)} s.`,
    ...(listsPerSecond === undefined || listsPerSecond === 0
      ? []
      : [
          `Not all lists were waited for: once it had nothing else to do it made ${listsPerSecond.toFixed(0)} a second, so that the last of a list for everybody`,
          `would come ${(customers / listsPerSecond / 60).toFixed(0)} minutes later.`,
        ]),
    ...(live === undefined
      ? []
      : [
          `Then ${whole.format(live.events)} events came one by one over HTTP, ${PER_SECOND} a second: ${((live.cpuSeconds / live.events) * 1e6).toFixed(0)} µs of CPU and`,
          `${per(live.kafkaBytes, live.events)} bytes on Kafka an event. A history costs less: its rounds are large, and what one does to a customer is told once.`,
        ]),
    '',
    `| ${front ? 'asked of a second instance, without a role, on the same machine,' : 'looked at'} while the history came in | times | p50, ms | p99, ms |`,
    '|---|--:|--:|--:|',
    ...meanwhile.looks.map(({ path, count, p50, p99 }) => `| \`${path}\` | ${count} | ${p50.toFixed(1)} | ${p99.toFixed(1)} |`),
    '',
    '| Postgres, with indexes | rows | MB | bytes a row | bytes a customer | bytes an event |',
    '|---|--:|--:|--:|--:|--:|',
    ...tables
      .filter(table => table.bytes > bytesOf(tables) / 500)
      .map(table => row(`\`${table.name}\``, table.rows, table.bytes)),
    `| all | | ${(bytesOf(tables) / 1e6).toFixed(1)} | | ${per(bytesOf(tables), customers)} | ${per(bytesOf(tables), events)} |`,
    '',
    '| Kafka, one replica | records | MB | bytes a record | bytes a customer | bytes an event |',
    '|---|--:|--:|--:|--:|--:|',
    ...topics.map(topic => row(`\`${topic.name}\``, topic.records, topic.bytes)),
    `| all | | ${(bytesOf(topics) / 1e6).toFixed(1)} | | ${per(bytesOf(topics), customers)} | ${per(bytesOf(topics), events)} |`,
  ].join('\n')
}

async function run(options: Options): Promise<void> {
  const text = report(await measure(options))
  console.log(text)
  if (options.record !== undefined)
    writeFileSync(options.record, between(options.block, readFileSync(options.record, 'utf8'), text))
}

await new Command('sizes')
  .description("Measure what a synthetic shop's year takes of Postgres, Kafka, CPU and memory. Needs the stack.")
  .option('--customers <n>', 'how many customers', '20000')
  .option('--products <n>', 'how many products', '1000')
  .option('--days <n>', 'how long a history', '365')
  .option('--only <types>', 'kinds of events; all unless told')
  .option('--history <jsonl>', 'what these options generated before, which takes minutes for a million')
  .option(
    '--lists <minutes>',
    'wait so long for lists once all else is up to date, and for no events one by one; else for all of them',
  )
  .option(
    '--front',
    'ask a second instance meanwhile, one that only answers (TARANG_ROLES=none); else the one that does the work',
  )
  .option('--seconds <n>', 'how long events come one by one', '60')
  .option('--kafka-data <folder>', "the broker's log.dirs", join(import.meta.dirname, '../../.stack/data/kafka'))
  .option('--record <file>', 'write the result into this file')
  .option('--block <name>', 'between its markers <!-- NAME --> and <!-- /NAME -->', 'sizes')
  .action(run)
  .parseAsync()
