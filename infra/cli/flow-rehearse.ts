import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { Command, Option } from 'commander'
import { Rehearsal, type RehearsedCampaign } from '../../consumers/rehearsal.ts'
import { checkFlow } from '../../models/flow/check-flow.ts'
import { expectedResponse } from '../../models/flow/rehearse/expected-response.ts'
import { readMapping } from '../../producers/files/mapping/read-mapping.ts'
import { sqlAttribution } from '../../serving/lookups/attribution.ts'
import { sqlCampaignClicks } from '../../serving/lookups/campaign-clicks.ts'
import type { RehearsalResult } from '../../serving/ports/rehearsals.ts'
import { presentRehearsal } from '../../serving/rehearsal-view.ts'
import { systemClock } from '../../streams/clock.ts'
import { type Config, readConfig } from '../config.ts'
import { flowShop } from '../flow-shop.ts'
import { openProducer } from '../open-producer.ts'
import { FileHistory } from '../rehearsal/file-history.ts'
import { keptHistory } from '../rehearsal/kept-history.ts'
import { pastResponse } from '../rehearsal/past-response.ts'
import { rangeOf, rehearsalPlan, speedOf } from '../rehearsal/rehearsal-setup.ts'
import { lastOf, liveCampaigns, madeReady } from '../rehearsal/sql-rehearsals.ts'
import { Complaint } from './complaint.ts'
import { flowFindings } from './flow-findings.ts'
import { instant } from './instant.ts'
import { progressLine } from './progress-line.ts'
import { rehearsalText } from './rehearsal-text.ts'

interface Options {
  readonly history?: string
  readonly mapping?: string
  readonly beside?: readonly string[]
  readonly from?: number
  readonly to?: number
  readonly reach?: 'known' | 'assumed'
  readonly json?: true
}

export const flowRehearseCommand = (): Command =>
  new Command('rehearse')
    .description('What a flow would have done: run it over a history on a virtual clock. Nothing is sent, and nothing is kept.')
    .argument('<file>', 'the flow as JSON; - reads it from standard input')
    .option('--history <file>', 'the events: any file that `tarang replay` takes, plain or .gz; without it what the log has kept')
    .option('--mapping <file>', 'what the columns of a CSV mean (docs/replay.md)')
    .option('--beside <file...>', 'flows that run at the same time; over the log those that run now, unless told')
    .option('--from <instant>', 'when it is launched; 90 days before the end', instant)
    .option('--to <instant>', 'up to when it runs; the end of the history', instant)
    .addOption(
      new Option(
        '--reach <who>',
        'texts go to whom the history knows a phone and a consent of, or to all who have not said no',
      ).choices(['known', 'assumed']),
    )
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      '\nRules of texts are those that are set (TARANG_QUIET_HOURS, TARANG_SMS_CAPS, …); what is counted: docs/flows.md. Over a file no server is needed, and everybody is\nreachable unless told. Over the log of a data folder that a Tarang runs on: POST /campaigns/{id}/rehearse.',
    )
    .action(async (file: string, _: Options, command: Command) => {
      const options = command.optsWithGlobals<Options>() // `tarang flow` has a --json as well, and takes it
      const config = readConfig()
      const began = systemClock.monotonic()
      const campaign = await read(file, 'rehearsed', config)
      const beside = await Promise.all((options.beside ?? []).map((one, i) => read(one, `beside-${i + 1} ${one}`, config)))
      const { result, rows } = await (options.history === undefined
        ? overLog(campaign, beside, options, config)
        : overFile(options.history, campaign, beside, options, config))
      const view = presentRehearsal(result)
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

type Done = { readonly result: RehearsalResult; readonly rows: readonly string[] }
type Flows = readonly RehearsedCampaign[]

async function overFile(
  file: string,
  campaign: RehearsedCampaign,
  beside: Flows,
  options: Options,
  config: Config,
): Promise<Done> {
  const mapping = options.mapping === undefined ? undefined : await readMapping(options.mapping)
  const history = await FileHistory.open(file, { ...config.shop, now: systemClock.now() }, mapping)
  const line = progressLine(systemClock)
  line.show(`${file}: looking from when to when it goes`)
  const range = rangeIn(options, options.to ?? (await history.survey()).last)
  const reachable = options.reach !== 'known'
  const { currency } = history
  const rehearsal = new Rehearsal(rehearsalPlan(config, { campaign, beside, ...range, reachable, currency }))
  const records = history.records(range.to, share => line.show(`${file}: ${Math.floor(share * 100)} %`))
  let next = await records.next()
  for (; !next.done; next = await records.next()) rehearsal.meet(next.value)
  line.end(`${file}: read`)
  const { skipped, rejected } = next.value
  const rows = [...Object.entries(skipped), ...Object.entries(rejected)].map(
    ([why, { count }]) => `${count.toLocaleString('en-US')} rows left out: ${why}`,
  )
  return { result: { ...priced(config), report: rehearsal.report(), expected: null, reachable, keptSince: 0 }, rows }
}

/** Where no Tarang has the data folder, or on the stack. */
async function overLog(campaign: RehearsedCampaign, beside: Flows, options: Options, config: Config): Promise<Done> {
  if (options.mapping !== undefined) throw new Complaint('--mapping belongs to a --history.')
  const { close, ...engine } = await openProducer(config, (message, details) => console.error(message, details))
  const { sql } = engine
  try {
    const line = progressLine(systemClock)
    const range = rangeIn(options, options.to ?? (await lastOf({ sql, clock: systemClock })))
    const reachable = options.reach === 'assumed'
    const rehearsed = await madeReady(sql, campaign.id, campaign.version, campaign.flow)
    const others = beside.length > 0 ? beside : await liveCampaigns(sql, campaign.id)
    const { currency } = config.shop
    const rehearsal = new Rehearsal(rehearsalPlan(config, { campaign: rehearsed, beside: others, ...range, reachable, currency }))
    let keptSince = 0
    const history = keptHistory(engine, {
      onProgress: ({ read, all, ...progress }) => {
        keptSince = progress.keptSince
        line.show(`${read.toLocaleString('en-US')} of ${all.toLocaleString('en-US')} records`)
      },
    })
    for await (const page of history) for (const record of page) rehearsal.meet(record)
    line.end('the log is read')
    const past = await pastResponse(sql, sqlCampaignClicks(sql), sqlAttribution(sql, config.attribution))
    const report = rehearsal.report()
    const expected = expectedResponse(past, report.texts)
    return { result: { ...priced(config), report, expected, reachable, keptSince }, rows: [] }
  } finally {
    await close()
  }
}

function rangeIn(options: Options, last: number) {
  const range = rangeOf(options, last)
  if (!(range.from < range.to)) throw new Complaint('There is no time between --from and --to.')
  return range
}

const priced = (config: Config) => ({ speed: speedOf(config), pricePerPart: config.texts.price, currency: config.shop.currency })
