import { Command } from 'commander'
import { processors } from '../../consumers/all.ts'
import { httpSink } from '../../producers/http-sink.ts'
import { logSink } from '../../producers/log-sink.ts'
import { type ReplayProgress, type ReplaySummary, replay } from '../../producers/replay.ts'
import type { Sink } from '../../producers/sink.ts'
import { systemClock } from '../../streams/clock.ts'
import { recordsLeft } from '../caught-up.ts'
import { compose } from '../compose.ts'
import { type Config, readConfig } from '../config.ts'
import { jsonLogger } from '../logger.ts'
import { openProducer } from '../open-producer.ts'
import { DataFolderLocked } from '../sql/folder-lock.ts'
import { Complaint } from './complaint.ts'
import { progressLine } from './progress-line.ts'

interface Options {
  readonly url: string | undefined
  readonly key: string | undefined
  readonly wait: boolean
  readonly json: boolean | undefined
}

/** Somewhere to send to. `left`: how many records processors still have to fold, where that can be told. */
interface Way extends AsyncDisposable {
  readonly where: string
  readonly sink: Sink
  readonly left?: () => Promise<number>
}

/** No progress for so long: nobody is folding. */
const STALLED_MS = 30_000
/** Records ahead of the processors at most: what runs in one process would otherwise read the whole file into the log first. */
const AHEAD = 30_000

export const replayCommand = (): Command =>
  new Command('replay')
    .description(
      'Send the events of files: UCI Online Retail, CDNOW, or JSONL of POST /v1/events; plain or .gz. Sending a file again changes nothing.',
    )
    .argument('<file...>')
    .option('--url <url>', 'over HTTP to a running Tarang, such as http://localhost:3000')
    .option('--key <key>', 'API key for --url, with scope publish')
    .option('--no-wait', 'do not wait until everything is folded')
    .option('--json', 'print each summary as one JSON object')
    .addHelpText(
      'after',
      '\nWithout --url: straight to Kafka where KAFKA_BROKERS is set; otherwise to the Tarang running on the data folder, or, if none is, this command runs the engine itself.',
    )
    .action(async (files: string[], options: Options) => {
      const config = readConfig()
      await using way = await openWay(config, options)
      for (const file of files) await replayFile(file, config, way, options)
      if (options.wait && way.left !== undefined) await waitUntilFolded(way.left)
    })

async function replayFile(file: string, config: Config, { where, sink }: Way, { json }: Options): Promise<void> {
  const line = progressLine(systemClock)
  const summary = await replay(file, {
    shop: config.shop,
    sink,
    clock: systemClock,
    onProgress: progress => line.show(describe(file, progress)),
  })
  line.end(`${file} → ${where}`)
  if (json) console.log(JSON.stringify({ file, ...summary }))
  else console.log(summaryText(summary))
  if (summary.damage !== undefined)
    throw new Complaint(
      `${file} is cut off or damaged (${summary.damage}): what came before that was sent. Sending the whole file again changes nothing that is there.`,
    )
}

function describe(file: string, { sent, bytesRead, bytesTotal, rowsPerSecond, secondsLeft }: ReplayProgress): string {
  const percent = bytesTotal === 0 ? 100 : Math.floor((bytesRead / bytesTotal) * 100)
  const left = secondsLeft === undefined ? '' : `, ${Math.ceil(secondsLeft)} s left`
  return `${file}: ${percent} %, ${sent} events, ${Math.round(rowsPerSecond)}/s${left}`
}

function summaryText({ format, rows, sent, skipped, rejected, seconds }: ReplaySummary): string {
  const tallies = (title: string, all: ReplaySummary['skipped']) =>
    Object.entries(all).map(([reason, { count, firstRows: first, example }]) => {
      const where = `row${first.length === 1 ? '' : 's'} ${first.join(', ')}${count > first.length ? ', …' : ''}`
      return `  ${title} ${count}: ${reason} (${where})${example === reason ? '' : `\n    ${example}`}`
    })
  return [
    `${format}: ${rows} rows, ${sent} events sent in ${seconds.toFixed(1)} s`,
    ...tallies('skipped', skipped),
    ...tallies('rejected', rejected),
  ].join('\n')
}

async function openWay(config: Config, { url, key }: Options): Promise<Way> {
  if (url !== undefined) return overHttp(url, key)
  if (config.storage.mode === 'stack') return straightToKafka(config)
  try {
    return await ownEngine(config)
  } catch (error) {
    if (!(error instanceof DataFolderLocked)) throw error
    return overHttp(`http://${config.host}:${config.port}`, key)
  }
}

function overHttp(url: string, key: string | undefined): Way {
  if (!URL.canParse(url)) throw new Complaint(`--url: expected something like http://localhost:3000, got ${url}`)
  const sink = httpSink({ baseUrl: url, clock: systemClock, ...(key === undefined ? {} : { key }) })
  return { where: url, sink, [Symbol.asyncDispose]: async () => {} }
}

async function straightToKafka(config: Config): Promise<Way> {
  const producer = await openProducer(config, (message, details) => console.error(message, details))
  const { sql, log, names, publish } = producer
  return {
    where: 'Kafka',
    sink: logSink(publish),
    left: () => recordsLeft(sql, log, names, processors(config.shop)),
    [Symbol.asyncDispose]: producer.close,
  }
}

/** Runs the engine here, under the data folder's lock. */
async function ownEngine(config: Config): Promise<Way> {
  const tarang = await compose(config, { logger: jsonLogger(config.logLevel === 'info' ? 'warn' : config.logLevel) })
  const { sql, log, names } = tarang.engine
  const left = () => recordsLeft(sql, log, names, processors(config.shop))
  const { send } = logSink(tarang.publish)
  return {
    where: `the engine on ${config.dataDir}`,
    sink: {
      async send(events) {
        while ((await left()) > AHEAD) await systemClock.sleep(50)
        await send(events)
      },
    },
    left,
    [Symbol.asyncDispose]: tarang.stop,
  }
}

/** Waits until every processor is at the end of its input, and stays there through a tick. */
async function waitUntilFolded(left: () => Promise<number>): Promise<void> {
  const line = progressLine(systemClock)
  let [least, moved, quiet] = [Number.POSITIVE_INFINITY, systemClock.monotonic(), 0]
  while (quiet < 4) {
    const records = await left()
    quiet = records === 0 ? quiet + 1 : 0
    if (records < least) moved = systemClock.monotonic()
    least = Math.min(least, records)
    if (systemClock.monotonic() - moved > STALLED_MS && records > 0)
      throw new Complaint(
        `Everything is on the log, but nothing has been folded for ${STALLED_MS / 1000} s (${records} records are left): is a Tarang running? Start one with \`tarang start\`.`,
      )
    line.show(`folding: ${records} records left`)
    await systemClock.sleep(400)
  }
  line.end('everything is folded')
}
