import { randomUUID } from 'node:crypto'
import { Command } from 'commander'
import { systemClock } from '../../streams/clock.ts'
import type { Engine } from '../../streams/engine.ts'
import { noJournal } from '../../streams/journal.ts'
import { silent } from '../../streams/meter.ts'
import type { Behind } from '../../streams/rebuild/beside.ts'
import { type RebuildOptions, type Rebuilt, rebuild } from '../../streams/rebuild/rebuild.ts'
import { abandon, LEASE_MS, RebuildBusy } from '../../streams/rebuild/rebuild-row.ts'
import { noTracer } from '../../streams/tracer.ts'
import { codeDigest } from '../code-digest.ts'
import { compose } from '../compose.ts'
import { type Config, readConfig } from '../config.ts'
import { jsonLogger } from '../logger.ts'
import { openProducer } from '../open-producer.ts'
import { processorsOf } from '../processors.ts'
import { DataFolderLocked } from '../sql/folder-lock.ts'
import { Complaint } from './complaint.ts'
import { progressLine } from './progress-line.ts'

interface Options {
  readonly fromStart?: true
  readonly abandon?: true
  readonly json?: true
}

export const rebuildCommand = (): Command =>
  new Command('rebuild')
    .description(
      "Rebuild a processor's state, and all downstream of it, from the log while the old state serves; then put it in its place.",
    )
    .argument('<name>', 'customers, ranking, items, scorer or flows: `tarang topology` lists them')
    .option('--from-start', 'throw away what an interrupted rebuild has done')
    .option('--abandon', 'give an interrupted rebuild up; the old state stays')
    .option('--json', 'print what was done as one JSON object')
    .addHelpText(
      'after',
      '\nWith Kafka and Postgres it runs beside whatever instances are up. Without, it runs the engine itself, and no Tarang may be running on the data folder.\nInterrupted, and started again, it goes on where it was. Nothing is told to the world a second time: no text, no recommendation, no segment change.',
    )
    .action(async (name: string, options: Options) => {
      await using place = await openPlace(readConfig())
      if (options.abandon) await giveUp(place.engine, name)
      else await run(name, place, options)
    })

interface Place extends AsyncDisposable {
  readonly engine: Engine
  readonly config: Config
}

async function openPlace(config: Config): Promise<Place> {
  if (config.storage.mode === 'stack') return besideOthers(config)
  try {
    // Nobody is to be sent a text by a command that mends state.
    const tarang = await compose({ ...config, roles: ['engine'] }, { logger: jsonLogger('error') })
    return { engine: tarang.engine, config, [Symbol.asyncDispose]: tarang.stop }
  } catch (error) {
    if (!(error instanceof DataFolderLocked)) throw error
    throw new Complaint(
      `A Tarang is running on ${config.dataDir}, and the embedded database takes one process: stop it, rebuild, and start it again. With Kafka and Postgres a rebuild runs beside.`,
    )
  }
}

async function besideOthers(config: Config): Promise<Place> {
  const warn: Engine['warn'] = (message, details) => console.error(message, details)
  const { close, ...producer } = await openProducer(config, warn)
  const engine: Engine = {
    ...producer,
    clock: systemClock,
    meter: silent,
    instance: `rebuild-${randomUUID().slice(0, 8)}`,
    generation: 1,
    stateBytes: config.stateBytes,
    warn,
    journal: noJournal,
    tracer: noTracer,
    committed: () => {},
  }
  return { engine, config, [Symbol.asyncDispose]: close }
}

async function giveUp({ sql, clock }: Engine, name: string): Promise<void> {
  const was = await abandon(sql, name, clock.now())
  console.error(was ? `The rebuild of ${name} is given up; its state is as it was.` : 'No rebuild is unfinished.')
}

async function run(name: string, { engine, config }: Place, options: Options): Promise<void> {
  const line = progressLine(systemClock)
  const begun = systemClock.monotonic()
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  const eta = estimator()
  const rebuilt = await whenFree(
    {
      engine,
      processors: processorsOf(config.shop),
      code: codeDigest(),
      fromStart: options.fromStart ?? false,
      signal: stop.signal,
      onBegin({ processors: names, generation, resumed }) {
        line.end(
          `${resumed ? 'going on with' : 'rebuilding'} ${names.join(', ')} as generation ${generation}; the old state serves meanwhile`,
        )
      },
      onProgress: behind => line.show(progressText(behind, eta)),
      onWait: why => line.end(`waiting: ${why}; trying again`),
    },
    name,
    line.end,
  )
  if (!rebuilt.complete) throw new Complaint('Stopped; the old state serves on. The same command goes on where this one was.')
  const seconds = (systemClock.monotonic() - begun) / 1000
  if (options.json) console.log(JSON.stringify({ ...rebuilt, seconds }))
  else
    console.log(
      `${rebuilt.processors.join(', ')} rebuilt in ${seconds.toFixed(1)} s, and in place as generation ${rebuilt.generation}`,
    )
}

/** A process that was killed a moment ago still has its lease. */
async function whenFree(options: RebuildOptions, name: string, say: (text: string) => void): Promise<Rebuilt> {
  const until = systemClock.monotonic() + LEASE_MS + 1000
  for (let told = false; ; told = true) {
    try {
      return await rebuild(name, options)
    } catch (error) {
      if (!(error instanceof RebuildBusy) || systemClock.monotonic() > until) throw error
      if (!told) say(`${error.message} Waiting up to ${LEASE_MS / 1000} s, in case it was killed.`)
      await systemClock.sleep(500)
    }
  }
}

function progressText({ history, unread, inner }: Behind, eta: (unread: number) => number | undefined): string {
  const percent = history === 0 ? 100 : Math.floor(((history - unread) / history) * 100)
  const left = eta(unread)
  return `${percent} % of ${history} records, ${inner} between processors${left === undefined ? '' : `, ${Math.ceil(left)} s left`}`
}

/** Seconds left at the speed since the first word. */
function estimator(): (unread: number) => number | undefined {
  let first: { unread: number; at: number } | undefined
  return unread => {
    const at = systemClock.monotonic()
    first ??= { unread, at }
    const done = first.unread - unread
    return done <= 0 ? undefined : ((at - first.at) / 1000 / done) * unread
  }
}
