import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { Command } from 'commander'
import { Rehearsal, type RehearsedCampaign } from '../../consumers/rehearsal.ts'
import { checkFlow } from '../../models/flow/check-flow.ts'
import type { Mapping } from '../../producers/files/mapping/mapping.ts'
import { readMapping } from '../../producers/files/mapping/read-mapping.ts'
import { presentRehearsal } from '../../serving/rehearsal-view.ts'
import { systemClock } from '../../streams/clock.ts'
import { type Config, readConfig } from '../config.ts'
import { flowShop } from '../flow-shop.ts'
import { FileHistory } from '../rehearsal/file-history.ts'
import { rangeOf, rehearsalPlan, speedOf } from '../rehearsal/rehearsal-setup.ts'
import { Complaint } from './complaint.ts'
import { flowFindings } from './flow-findings.ts'
import { instant } from './instant.ts'
import { progressLine } from './progress-line.ts'
import { rehearsalText } from './rehearsal-text.ts'

interface Options {
  readonly history: string
  readonly mapping?: string
  readonly beside?: readonly string[]
  readonly from?: number
  readonly to?: number
  readonly knownReach?: true
  readonly json?: true
}

export const flowRehearseCommand = (): Command =>
  new Command('rehearse')
    .description('What a flow would have done: run it over a history on a virtual clock. Nothing is sent, and nothing is kept.')
    .argument('<file>', 'the flow as JSON; - reads it from standard input')
    .requiredOption('--history <file>', 'the events: any file that `tarang replay` takes, plain or .gz')
    .option('--mapping <file>', 'what the columns of a CSV mean (docs/replay.md)')
    .option('--beside <file...>', 'flows that run at the same time')
    .option('--from <instant>', 'when it is launched; 90 days before the end', instant)
    .option('--to <instant>', 'up to when it runs; the end of the history', instant)
    .option('--known-reach', 'send only to whom the history knows a phone and a consent of')
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      '\nNo server is needed. Rules of texts are those that are set (TARANG_QUIET_HOURS, TARANG_SMS_CAPS, …); what is counted: docs/flows.md.\nOver what a running Tarang has kept: POST /campaigns/{id}/rehearse.',
    )
    .action(async (file: string, options: Options) => {
      const config = readConfig()
      const began = systemClock.monotonic()
      const campaign = await read(file, 'rehearsed', config)
      const beside = await Promise.all((options.beside ?? []).map((one, i) => read(one, `beside-${i + 1} ${one}`, config)))
      const { view, rows } = await rehearsed(campaign, beside, options, config)
      if (options.json) console.log(JSON.stringify(view))
      else console.log(rehearsalText(view, config.smsRules.zone))
      for (const row of rows) console.error(row)
      console.error(`rehearsed in ${((systemClock.monotonic() - began) / 1000).toFixed(1)} s`)
    })

/** A flow that passes its check; the findings of one that does not are the complaint. */
async function read(file: string, id: string, config: Config): Promise<RehearsedCampaign> {
  const content = file === '-' ? await text(process.stdin) : await readFile(file, 'utf8')
  const { flow, ...report } = checkFlow(parsed(content, file), flowShop(config), { now: systemClock.now() })
  if (flow === undefined || !report.passed) throw new Complaint(flowFindings(report))
  return { id, version: 1, flow, categories: [] }
}

function parsed(content: string, file: string): unknown {
  try {
    return JSON.parse(content)
  } catch (error) {
    throw new Complaint(`${file === '-' ? 'Standard input' : file} is no JSON: ${(error as Error).message} (json_invalid)`)
  }
}

async function rehearsed(campaign: RehearsedCampaign, beside: readonly RehearsedCampaign[], options: Options, config: Config) {
  const mapping: Mapping | undefined = options.mapping === undefined ? undefined : await readMapping(options.mapping)
  const history = await FileHistory.open(options.history, { ...config.shop, now: systemClock.now() }, mapping)
  const line = progressLine(systemClock)
  line.show(`${options.history}: looking from when to when it goes`)
  const last = options.to ?? (await history.survey()).last
  const range = rangeOf(options, last)
  if (!(range.from < range.to)) throw new Complaint('There is no time between --from and --to.')
  const { currency } = history
  const reachable = options.knownReach !== true
  const rehearsal = new Rehearsal(rehearsalPlan(config, { campaign, beside, ...range, reachable, currency }))
  const records = history.records(range.to, share => line.show(`${options.history}: ${Math.floor(share * 100)} %`))
  let next = await records.next()
  for (; !next.done; next = await records.next()) rehearsal.meet(next.value)
  const { skipped, rejected } = next.value
  const view = presentRehearsal({
    report: rehearsal.report(),
    speed: speedOf(config),
    pricePerPart: config.texts.price,
    currency: config.shop.currency,
    expected: null,
    reachable,
    keptSince: 0,
  })
  const rows = [...Object.entries(skipped), ...Object.entries(rejected)].map(
    ([why, { count }]) => `${count.toLocaleString('en-US')} rows left out: ${why}`,
  )
  return { view, rows }
}
