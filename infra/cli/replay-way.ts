import { httpDeployment } from '../../producers/http-deployment.ts'
import { httpSink } from '../../producers/http-sink.ts'
import { logSink } from '../../producers/log-sink.ts'
import type { Sink } from '../../producers/sink.ts'
import { systemClock } from '../../streams/clock.ts'
import type { Engine } from '../../streams/engine.ts'
import { lastCommit, recordsLeft } from '../../streams/records-left.ts'
import { compose } from '../compose.ts'
import type { Config } from '../config.ts'
import { jsonLogger } from '../logger.ts'
import { openProducer } from '../open-producer.ts'
import { processorsOf } from '../processors.ts'
import { deploymentId } from '../settings.ts'
import { DataFolderLocked } from '../sql/folder-lock.ts'
import { Complaint } from './complaint.ts'
import { httpAddress } from './http-address.ts'
import type { Folding } from './wait-until-folded.ts'

/** Somewhere to send to. */
export interface ReplayWay extends AsyncDisposable {
  readonly where: string
  /** Which data it leads to; undefined where that is not told. */
  readonly deployment: string | undefined
  readonly sink: Sink
  /** How far folding is, where that can be told. */
  readonly folding?: () => Promise<Folding>
}

/** Events that are sent before processors catch up: what runs in one process would otherwise read the whole file into the log first. */
const AHEAD = 20_000
/** Records, of up to a hundred events each, that may be left when the next are sent: enough to keep processors at work. */
const NEARLY_DONE = 200

/** Over HTTP where an address is given; otherwise to Kafka, to the Tarang running on the data folder, or to an engine of our own. */
export async function openWay(config: Config, { url, key }: { url?: string; key?: string }): Promise<ReplayWay> {
  if (url !== undefined) return overHttp(url, key)
  if (config.storage.mode === 'stack') return straightToKafka(config)
  try {
    return await ownEngine(config)
  } catch (error) {
    if (!(error instanceof DataFolderLocked)) throw error
    return overHttp(httpAddress(config.host, config.port), key)
  }
}

async function overHttp(url: string, key: string | undefined): Promise<ReplayWay> {
  if (!URL.canParse(url)) throw new Complaint(`--url: expected something like http://localhost:3000, got ${url}`)
  const deployment = await httpDeployment(url, systemClock)
  const sink = httpSink({ baseUrl: url, clock: systemClock, ...(key === undefined ? {} : { key }) })
  return { where: url, deployment, sink, [Symbol.asyncDispose]: async () => {} }
}

async function straightToKafka(config: Config): Promise<ReplayWay> {
  const producer = await openProducer(config, (message, details) => console.error(message, details))
  const { sql, log, names, publish } = producer
  return {
    where: 'Kafka',
    deployment: await deploymentId(sql),
    sink: logSink(publish),
    folding: () => foldingOf(config, { sql, log, names }),
    [Symbol.asyncDispose]: producer.close,
  }
}

async function foldingOf({ shop }: Config, { sql, log, names }: Pick<Engine, 'sql' | 'log' | 'names'>): Promise<Folding> {
  return { left: await recordsLeft(sql, log, names, processorsOf(shop)), committedAt: await lastCommit(sql) }
}

/** Runs the engine here, under the data folder's lock. Learning from what is half in would only take its time: the next start does. */
async function ownEngine(config: Config): Promise<ReplayWay> {
  const roles = config.roles.filter(role => role !== 'trainer')
  const tarang = await compose(
    { ...config, roles },
    { logger: jsonLogger(config.logLevel === 'info' ? 'warn' : config.logLevel) },
  )
  const { sql, log, names } = tarang.engine
  const folding = () => foldingOf(config, { sql, log, names })
  const { send } = logSink(tarang.publish)
  let ahead = 0
  return {
    where: `the engine on ${config.dataDir}`,
    deployment: await deploymentId(sql),
    sink: {
      async send(events) {
        if (ahead >= AHEAD) {
          while ((await folding()).left > NEARLY_DONE) await systemClock.sleep(50)
          ahead = 0
        }
        await send(events)
        ahead += events.length
      },
    },
    folding,
    [Symbol.asyncDispose]: tarang.stop,
  }
}
