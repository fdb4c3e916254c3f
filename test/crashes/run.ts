import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { Command } from 'commander'
import { systemClock as clock } from '../../streams/clock.ts'
import { type Deploy, type Ended, plainDigest, runThrough, trafficOf } from '../support/crash-suite.ts'
import { embeddedDeployment, stackDeployment } from '../support/scratch-deployment.ts'
import { stack } from '../support/stack.ts'
import { killsOf } from '../support/storm.ts'

/**
 * Kills a whole Tarang as often as asked, at every named point of runner and dispatcher and at any instant, and compares what is left with a
 * run in peace over the same events (issue 3, "Shown by" 3). On the stack every second half goes with two instances that join and leave.
 */
interface Options {
  readonly kills: string
  readonly seed: string
  readonly customers: string
  readonly embedded?: boolean
  readonly record?: string
}

interface Verdict {
  readonly mode: string
  readonly ended: Ended
  readonly expected: string
  readonly seconds: number
}

async function run(options: Options): Promise<void> {
  const [kills, seed, customers] = [Number(options.kills), Number(options.seed), Number(options.customers)]
  const verdicts: Verdict[] = []
  if (options.embedded) verdicts.push(await storm('embedded', embeddedDeployment, kills))
  else {
    const there = stack
    if (there === undefined) throw new Error('no stack: start one by `infra/stack/stack up`, or say --embedded')
    const deploy: Deploy = url => stackDeployment(there, url)
    const alone = Math.ceil(kills / 2)
    verdicts.push(await storm('stack, one instance', deploy, alone))
    if (kills > alone) verdicts.push(await storm('stack, a second instance joining and leaving', deploy, kills - alone, true))
  }
  process.exit(verdicts.every(sound) ? 0 : 1)

  async function storm(mode: string, deploy: Deploy, count: number, companion = false): Promise<Verdict> {
    const begun = clock.monotonic()
    const shared = {
      deploy,
      seed: companion ? seed + 1 : seed,
      customers,
      kills: killsOf(count, companion ? seed + 1 : seed),
      companion,
    }
    console.log(`${mode}: ${count} kills`)
    const seconds = () => Math.round((clock.monotonic() - begun) / 1000)
    const ended = await runThrough({
      ...shared,
      onKill: (done, how) => console.log(`  ${done}/${count} ${how} (${seconds()} s)`),
    })
    const calm = await runThrough({ ...shared, kills: [] })
    const plain = plainDigest(trafficOf(shared))
    if (calm.digest.sha256 !== plain || calm.faults.length > 0)
      throw new Error(`even in peace it is not sound: ${[calm.digest.sha256, plain, ...calm.faults].join('\n')}`)
    const verdict = { mode, ended, expected: calm.digest.sha256, seconds: seconds() }
    console.log(summary(verdict))
    if (options.record !== undefined) appendRecord(options.record, verdict)
    return verdict
  }
}

const sound = ({ ended, expected }: Verdict): boolean => ended.faults.length === 0 && ended.digest.sha256 === expected

function summary(verdict: Verdict): string {
  const { mode, ended, expected, seconds } = verdict
  const same = ended.digest.sha256 === expected
  const lines = [
    `${sound(verdict) ? 'SOUND' : 'BROKEN'} ${mode}: ${ended.killed.length} kills, ${ended.sent} texts sent, ${seconds} s`,
    same ? `  digest ${expected}, as in peace` : `  digest ${ended.digest.sha256}, in peace ${expected}`,
    ...ended.faults.map(fault => `  ${fault}`),
  ]
  return lines.join('\n')
}

const HEAD = `# What many kills left

Written by \`npm run crashes -- --kills N [--embedded] --record docs/crashes.md\`. A whole Tarang is killed by \`kill -9\` at named points of the
runner and the dispatcher and at any instant while a synthetic shop sends events; then the digest of the state is compared with that of a run
in peace, and changes, segment changes, recommendations, texts and results are checked for losses and repeats (test/support/soundness.ts).
`

function appendRecord(file: string, verdict: Verdict): void {
  const { mode, ended, expected, seconds } = verdict
  const date = new Date(clock.now()).toISOString().slice(0, 10)
  const counts = new Map<string, number>()
  for (const how of ended.killed) counts.set(how, (counts.get(how) ?? 0) + 1)
  const section = [
    `## ${date}, ${mode}: ${ended.killed.length} kills, ${sound(verdict) ? 'sound' : 'broken'}`,
    '',
    `${ended.digest.customers} customers, ${ended.digest.orders} orders, ${ended.sent} texts sent, ${seconds} s with the run in peace.`,
    `Digest after the kills \`${ended.digest.sha256}\`, in peace \`${expected}\`.`,
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
  .option('--embedded', 'one process on a data folder instead of Kafka and Postgres')
  .option('--record <file>', 'append the result to this file, as Markdown')
  .action(run)
  .parseAsync()
