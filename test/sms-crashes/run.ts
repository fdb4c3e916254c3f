import { Command } from 'commander'
import { whole } from '../../infra/cli/whole.ts'
import { auditTable } from '../../infra/sms-audit/audit-table.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import { embeddedDeployment, stackDeployment } from '../support/scratch-deployment.ts'
import { stack } from '../support/stack.ts'
import { type Campaign, campaign, type Ended } from './campaign.ts'

interface Options {
  readonly messages: number
  readonly kills: number
  readonly seed: number
  readonly embedded?: true
}

async function run({ messages, kills, seed, embedded }: Options): Promise<void> {
  const begun = clock.monotonic()
  const seconds = () => Math.round((clock.monotonic() - begun) / 1000)
  const onKill = (done: number, how: string) => console.error(`  ${done}/${kills} ${how} (${seconds()} s)`)
  const ended = await campaign({ deploy: deploymentOf(embedded), messages, kills, seed, onKill })
  console.log(summary(ended, `${messages} texts, ${kills} kills, ${embedded ? 'embedded' : 'stack'}, ${seconds()} s`))
  process.exit(isSound(ended) ? 0 : 1)
}

function deploymentOf(embedded: true | undefined): Campaign['deploy'] {
  if (embedded) return embeddedDeployment
  const there = stack
  if (there === undefined) throw new Error('no stack: start one by `infra/stack/stack up`, or say --embedded')
  return wanted => stackDeployment(there, wanted)
}

const isSound = ({ wrongs, auditor }: Ended): boolean => wrongs.length === 0 && auditor.code === 0

/** What was found by hand, and the table of the auditor. */
function summary(ended: Ended, title: string): string {
  const { wrongs, taken, refused, auditor } = ended
  const counted: Record<string, number> = {}
  for (const { kind } of auditor.findings) counted[kind] = (counted[kind] ?? 0) + 1
  return [
    `${isSound(ended) ? 'SOUND' : 'BROKEN'} ${title}; ${taken} submissions taken, ${refused} refused or put off`,
    ...wrongs.map(wrong => `  ${wrong}`),
    auditTable(auditor.totals, counted),
    ...auditor.findings.slice(0, 20).map(({ kind, id, detail }) => `  ${kind} ${id} ${detail}`),
  ].join('\n')
}

await new Command('sms-crashes')
  .description(
    'Send texts through a gateway at its worst while Tarang is killed again and again, and audit what is left. Needs the stack, or --embedded.',
  )
  .option('--messages <n>', 'how many texts', whole, 20_000)
  .option('--kills <n>', 'how many kills', whole, 100)
  .option('--seed <n>', 'which kills, which moods of the gateway', whole, 1)
  .option('--embedded', 'one process on a data folder instead of Kafka and Postgres')
  .action(run)
  .parseAsync()
