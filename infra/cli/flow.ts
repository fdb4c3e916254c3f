import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { Command, Option } from 'commander'
import { checkFlow } from '../../models/flow/check-flow.ts'
import { readDescription } from '../../models/flow/description.ts'
import { type FlowLanguage, flowLanguages } from '../../schemas/flow.ts'
import type { FlowProgress, FlowWriter, WrittenFlow } from '../../serving/ports/flow-writer.ts'
import { systemClock } from '../../streams/clock.ts'
import { silent } from '../../streams/meter.ts'
import { type Config, readConfig } from '../config.ts'
import { flowShop } from '../flow-shop.ts'
import { flowWriter } from '../llm/flow-writer.ts'
import { Complaint } from './complaint.ts'
import { flowFindings } from './flow-findings.ts'
import { flowRehearseCommand } from './flow-rehearse.ts'
import { flowTree } from './flow-tree.ts'

interface Options {
  readonly check?: string
  readonly language?: FlowLanguage
  readonly json?: true
}

export const flowCommand = (): Command =>
  new Command('flow')
    .description('Make a flow of a campaign in plain words, and show it; or check a flow.')
    .argument('[description]', 'the campaign in English, Roman Urdu or Urdu; - reads it from standard input')
    .addOption(new Option('--language <tag>', 'of the texts').choices([...flowLanguages]))
    .option('--check <file>', 'check the flow in this file instead, - for standard input; exit code 1 where it may not run')
    .option('--json', 'the flow as JSON; with --check what the checker says')
    .addCommand(flowRehearseCommand())
    .addHelpText('after', '\nNo server is needed. With OPENAI_MODEL set the language model is asked first (docs/flows.md).')
    .action(async (words: string | undefined, options: Options) => {
      const config = readConfig()
      if (options.check !== undefined && words !== undefined) throw new Complaint('--check FILE takes no description.')
      if (options.check !== undefined) return check(options.check, config, options.json === true)
      if (words === undefined)
        throw new Complaint('Say what the campaign is to do: tarang flow "Win back customers who have not bought in 90 days".')
      const flow = await written(await described(words, options.language), config)
      console.log(options.json ? JSON.stringify(flow, null, 2) : shown(flow, config))
    })

async function check(file: string, config: Config, json: boolean): Promise<void> {
  const content = file === '-' ? await text(process.stdin) : await readFile(file, 'utf8')
  const { flow: _, ...report } = checkFlow(parsed(content, file), flowShop(config), { now: systemClock.now() })
  console.log(json ? JSON.stringify(report, null, 2) : flowFindings(report))
  if (!report.passed) process.exitCode = 1
}

function parsed(content: string, file: string): unknown {
  try {
    return JSON.parse(content)
  } catch (error) {
    throw new Complaint(`${file === '-' ? 'Standard input' : file} is no JSON: ${(error as Error).message} (json_invalid)`)
  }
}

/** As planner and model read it anyway: in words. */
const IN: Readonly<Record<FlowLanguage, string>> = { en: 'English', ur: 'Urdu', 'roman-ur': 'Roman Urdu' }

async function described(words: string, language: FlowLanguage | undefined): Promise<string> {
  const read = readDescription(words === '-' ? await text(process.stdin) : words)
  if ('code' in read) throw new Complaint(`${read.message} (${read.code})`)
  return language === undefined ? read.description : `${read.description}\nWrite in ${IN[language]}.`
}

/** With a model its account is needed, which is in the database; where a server has that, the planner writes. What that stands on is loaded for it only. */
async function written(description: string, config: Config): Promise<WrittenFlow> {
  if (config.texts.llm === undefined) return asked(planner(config), description)
  const { flowByModel } = await import('./flow-by-model.ts')
  const flow = await flowByModel(config, writer => asked(writer, description))
  if (flow !== undefined) return flow
  console.error(
    'A server has the data folder, and with it the account of the language model: ask it (POST /api/v1/generateFlow).',
  )
  return asked(planner(config), description)
}

const planner = (config: Config): FlowWriter =>
  flowWriter({ pen: undefined, shop: flowShop(config), keep: async () => {}, clock: systemClock, meter: silent })

async function asked(writer: FlowWriter, description: string): Promise<WrittenFlow> {
  const flow = await writer.write(description, progress, new AbortController().signal)
  if (flow === undefined) throw new Error('nobody else asks here, and still there was no turn')
  return flow
}

/** For whoever sits and waits; others want the flow alone. */
function progress(step: FlowProgress): void {
  if (!process.stderr.isTTY || step.type === 'planning') return
  if (step.type === 'asking') console.error(`asking ${step.model} …`)
  else if (step.type === 'repairing') console.error(`repairing, round ${step.round}: ${step.errors[0] ?? ''}`)
  else console.error(`${step.type} …`)
}

function shown(flow: WrittenFlow, config: Config): string {
  const { model_used, tokens_used, generation_time_ms, assumptions = [], corrections = [] } = flow.metadata
  const tokens = tokens_used === 0 ? '' : `, ${tokens_used.toLocaleString('en-US')} tokens`
  const listed = (title: string, notes: readonly string[]) =>
    notes.length === 0 ? [] : ['', title, ...notes.map(note => `- ${note}`)]
  return [
    flowTree(flow),
    ...listed('assumed', assumptions),
    ...listed('corrected', corrections),
    '',
    flowFindings(checkFlow(flow, flowShop(config), { now: systemClock.now() })),
    `written by ${model_used} in ${generation_time_ms} ms${tokens}`,
  ].join('\n')
}
