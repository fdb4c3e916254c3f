import { access, constants, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Command } from 'commander'
import { type Bookmarks, bookmarksIn } from '../../producers/bookmark.ts'
import type { Mapping } from '../../producers/files/mapping/mapping.ts'
import { readMapping } from '../../producers/files/mapping/read-mapping.ts'
import { forget, replay } from '../../producers/replay.ts'
import { readSpeed, type Speed } from '../../producers/speed.ts'
import { systemClock } from '../../streams/clock.ts'
import { type Config, readConfig } from '../config.ts'
import { Complaint } from './complaint.ts'
import { progressLine } from './progress-line.ts'
import { beginText, progressText, summaryText } from './replay-text.ts'
import { openWay, type ReplayWay } from './replay-way.ts'
import { showMapping } from './show-mapping.ts'
import { waitUntilFolded } from './wait-until-folded.ts'

interface Options {
  readonly url?: string
  readonly key?: string
  readonly mapping?: string
  readonly showMapping?: true
  readonly speed: string
  readonly fromStart?: true
  readonly wait: boolean
  readonly json?: true
}

/** What every file of one command goes by. */
interface Plan {
  readonly config: Config
  readonly way: ReplayWay
  readonly mapping?: Mapping
  readonly bookmarks?: Bookmarks
  readonly speed: Speed
  readonly options: Options
  readonly signal: AbortSignal
}

export const replayCommand = (): Command =>
  new Command('replay')
    .description(
      'Send the events of files: UCI Online Retail, CDNOW, JSON or JSONL of POST /v1/events (conversations too), or any CSV by a mapping; plain or .gz. Sending a file again changes nothing.',
    )
    .argument('<file...>')
    .option('--mapping <file>', 'JSON that says what the columns of a CSV mean (docs/replay.md)')
    .option('--show-mapping', 'print a guessed mapping to begin with, and send nothing')
    .option('--speed <speed>', 'real, 60x (any number) or max: how fast events go out by their own instants', 'max')
    .option('--from-start', 'begin at the beginning, whatever an interrupted replay has sent')
    .option('--url <url>', 'over HTTP to a running Tarang, such as http://localhost:3000')
    .option('--key <key>', 'API key for --url, with scope publish')
    .option('--no-wait', 'do not wait until everything is folded')
    .option('--json', 'print each summary as one JSON object')
    .addHelpText(
      'after',
      '\nWithout --url: straight to Kafka where KAFKA_BROKERS is set; otherwise to the Tarang running on the data folder, or, if none is, this command runs the engine itself.\nInterrupted, and started again with the same file, it goes on where it was.',
    )
    .action(async (files: string[], options: Options) => {
      if (options.showMapping) for (const file of files) await showMapping(file)
      else await send(files, options)
    })

async function send(files: readonly string[], options: Options): Promise<void> {
  const config = readConfig()
  const speed = readSpeed(options.speed)
  const mapping = options.mapping === undefined ? undefined : await readMapping(options.mapping)
  await using way = await openWay(config, options)
  const bookmarks = await openBookmarks(config, way)
  const plan: Plan = {
    config,
    way,
    speed,
    options,
    signal: stopSignal(),
    ...(mapping === undefined ? {} : { mapping }),
    ...(bookmarks === undefined ? {} : { bookmarks }),
  }
  for (const file of files) await sendFile(file, plan)
  if (options.wait && way.folding !== undefined)
    await waitUntilFolded(way.folding, { clock: systemClock, line: progressLine(systemClock), signal: plan.signal })
  for (const file of files) await forget(file, plan)
}

async function sendFile(file: string, { config, way, options, signal, speed, ...plan }: Plan): Promise<void> {
  const line = progressLine(systemClock)
  const summary = await replay(file, {
    ...plan,
    speed,
    signal,
    shop: config.shop,
    sink: way.sink,
    clock: systemClock,
    fromStart: options.fromStart ?? false,
    onBegin(row, survey) {
      const told = beginText(file, row, survey, speed)
      if (told !== undefined) line.end(told)
    },
    onProgress: progress => line.show(progressText(file, progress)),
  })
  line.end(`${file} → ${way.where}`)
  if (options.json) console.log(JSON.stringify({ file, ...summary }))
  else console.log(summaryText(summary))
  if (signal.aborted) throw new Complaint('Stopped. The same command goes on where this one was.')
  if (summary.damage !== undefined)
    throw new Complaint(
      `${file} is cut off or damaged (${summary.damage}): what came before that was sent. Sending the whole file again changes nothing that is there.`,
    )
}

/** Ends between two batches at the first signal, at once at the second. */
function stopSignal(): AbortSignal {
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort())
  return stop.signal
}

/** Beside the data; what was sent to other data says nothing of this. */
async function openBookmarks({ dataDir }: Config, { deployment }: ReplayWay): Promise<Bookmarks | undefined> {
  if (deployment === undefined) return undefined
  const folder = join(dataDir, 'replays', deployment)
  try {
    await mkdir(folder, { recursive: true })
    await access(folder, constants.W_OK)
    return bookmarksIn(folder)
  } catch (error) {
    console.error(
      `How far it is cannot be kept in ${folder} (${(error as Error).message}): interrupted, it would begin anew. TARANG_DATA_DIR names another folder.`,
    )
    return undefined
  }
}
