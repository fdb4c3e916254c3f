import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { Command } from 'commander'
import { systemClock as clock } from '../../streams/clock.ts'
import { type Ended, plainTotals, runThrough } from '../support/crash-suite.ts'
import type { Totals } from '../support/plain-fold.ts'
import { embeddedDeployment, stackDeployment } from '../support/scratch-deployment.ts'
import { stack } from '../support/stack.ts'
import { killsOf } from '../support/storm.ts'
import { type Chunk, fileTraffic, shopTraffic } from '../support/traffic.ts'

/**
 * Kills a whole Tarang as often as asked, at every named point of runner and dispatcher and at any instant, and compares what is left with
 * the same events folded plainly. On the stack every second half goes with two instances that join and leave.
 */
interface Options {
  readonly kills: string
  readonly seed: string
  readonly customers: string
  readonly replay?: string
  readonly currency: string
  readonly embedded?: boolean
  readonly record?: string
}

/** A run to be made: `seed` picks kills and, where no file is replayed, events. */
interface Plan {
  readonly where: string
  readonly deploy: Parameters<typeof runThrough>[0]['deploy']
  readonly kills: number
  readonly seed: number
  readonly companion: boolean
}

interface Verdict {
  readonly title: string
  readonly ended: Ended
  readonly plain: Totals
  readonly seconds: number
}

async function run(options: Options): Promise<void> {
  const verdicts: Verdict[] = []
  for (const plan of plansOf(options)) {
    const verdict = await storm(plan, options)
    console.log(summary(verdict))
    if (options.record !== undefined) appendRecord(options.record, verdict)
    verdicts.push(verdict)
  }
  process.exit(verdicts.every(sound) ? 0 : 1)
}

function plansOf({ embedded, ...options }: Options): Plan[] {
  const [kills, seed] = [Number(options.kills), Number(options.seed)]
  if (embedded) return [{ where: 'embedded', deploy: embeddedDeployment, kills, seed, companion: false }]
  const there = stack
  if (there === undefined) throw new Error('no stack: start one by `infra/stack/stack up`, or say --embedded')
  const deploy: Plan['deploy'] = wanted => stackDeployment(there, wanted)
  const alone = Math.ceil(kills / 2)
  const plans: Plan[] = [
    { where: 'stack, one instance', deploy, kills: alone, seed, companion: false },
    { where: 'stack, a second instance joining and leaving', deploy, kills: kills - alone, seed: seed + 1, companion: true },
  ]
  return plans.filter(plan => plan.kills > 0)
}

async function storm({ where, deploy, kills, seed, companion }: Plan, options: Options): Promise<Verdict> {
  const { replay, currency } = options
  const traffic = await trafficOf(kills + 2, seed, options)
  const begun = clock.monotonic()
  const seconds = () => Math.round((clock.monotonic() - begun) / 1000)
  const title = `${replay === undefined ? 'synthetic shop' : basename(replay)}, ${where}: ${kills} kills`
  console.log(title)
  const ended = await runThrough({
    deploy,
    traffic,
    kills: killsOf(kills, seed),
    seed,
    companion,
    ...(replay === undefined ? {} : { currency }),
    onKill: (done, how) => console.log(`  ${done}/${kills} ${how} (${seconds()} s)`),
  })
  return { title, ended, plain: plainTotals(traffic), seconds: seconds() }
}

async function trafficOf(chunks: number, seed: number, { replay, currency, customers }: Options): Promise<Chunk[]> {
  if (replay === undefined) return shopTraffic({ seed, customers: Number(customers), chunks })
  return fileTraffic(replay, { currency, chunks })
}

const sound = ({ ended, plain }: Verdict): boolean => ended.faults.length === 0 && ended.digest.sha256 === plain.digest

function summary(verdict: Verdict): string {
  const { title, ended, plain, seconds } = verdict
  const same = ended.digest.sha256 === plain.digest
  return [
    `${sound(verdict) ? 'SOUND' : 'BROKEN'} ${title}, ${ended.sent} texts sent, ${seconds} s`,
    same ? `  digest ${plain.digest}, that of the events` : `  digest ${ended.digest.sha256}, that of the events ${plain.digest}`,
    ...ended.faults.map(fault => `  ${fault}`),
  ].join('\n')
}

const HEAD = `# What many kills left

Written by \`npm run crashes -- --kills N [--replay FILE --currency C] [--embedded] --record docs/crashes.md\`. A whole Tarang is killed by
\`kill -9\`, at named points of the runner and the dispatcher and at any instant, while events come in; what was not acknowledged is sent again.
Then the digest of the state is compared with that of the same events folded plainly, by code that shares nothing with the product
(test/support/plain-fold.ts), and changes, segments, quintiles, recommendations, texts and results are checked for losses and repeats
(test/support/soundness.ts).
`

function appendRecord(file: string, verdict: Verdict): void {
  const { title, ended, plain, seconds } = verdict
  const date = new Date(clock.now()).toISOString().slice(0, 10)
  const counts = new Map<string, number>()
  for (const how of ended.killed) counts.set(how, (counts.get(how) ?? 0) + 1)
  const { customersWithPurchase, orders, lines, gross, net } = ended.digest
  const section = [
    `## ${date}, ${title}, ${sound(verdict) ? 'sound' : 'broken'}`,
    '',
    `${customersWithPurchase} customers with a purchase, ${orders} orders, ${lines} lines, gross ${gross}, net ${net}; ${ended.sent} texts sent; ${seconds} s.`,
    `Digest after the kills \`${ended.digest.sha256}\`, of the events \`${plain.digest}\`.`,
    ...ended.faults.map(fault => `- ${fault}`),
    '',
    '| killed at | times |',
    '|---|---|',
    ...[...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([how, count]) => `| ${how} | ${count} |`),
    '',
  ]
  writeFileSync(file, [existsSync(file) ? readFileSync(file, 'utf8').trimEnd() : HEAD.trimEnd(), section.join('\n')].join('\n\n'))
}

await new Command('crashes')
  .description('Kill Tarang again and again and look at what it leaves. Needs the stack, or --embedded.')
  .option('--kills <n>', 'how many', '100')
  .option('--seed <n>', 'which kills, which events', '1')
  .option('--customers <n>', 'how many customers the synthetic shop has', '150')
  .option('--replay <file>', 'instead of the synthetic shop: a file that `tarang replay` knows')
  .option('--currency <code>', "the file's", 'GBP')
  .option('--embedded', 'one process on a data folder instead of Kafka and Postgres')
  .option('--record <file>', 'append the result to this file, as Markdown')
  .action(run)
  .parseAsync()
