import { Command } from 'commander'
import { compose, type Tarang } from '../compose.ts'
import { type Config, readConfig } from '../config.ts'
import { runDemo } from '../demo.ts'
import { jsonLogger } from '../logger.ts'
import { Complaint } from './complaint.ts'
import { httpAddress } from './http-address.ts'

/** After SIGTERM everything under way has this long to end. */
const DRAIN_MS = 30_000

export const startCommand = (): Command =>
  new Command('start')
    .description(
      'Run everything: processors, texts, HTTP and the live page. Settings come from the environment (.env.example lists them).',
    )
    .action(async () => start(readConfig()))

async function start(config: Config): Promise<void> {
  const logger = jsonLogger(config.logLevel)
  let stop: (failure: Error | undefined) => void = () => {}
  const stopped = new Promise<Error | undefined>(resolve => {
    stop = resolve
  })
  const tarang = await compose(config, { logger, fatal: stop })
  const end = new AbortController()
  try {
    await listen(tarang, config)
    console.error(welcome(config, tarang.app.server.address()))
    const demo = config.demo && config.storage.mode === 'embedded' ? runDemo(tarang, config, end.signal) : Promise.resolve()
    demo.catch(error => stop(error instanceof Error ? error : new Error(String(error))))
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stop(undefined))
    const failure = await stopped
    if (failure !== undefined) throw failure
  } finally {
    end.abort()
    setTimeout(() => {
      logger.error('not everything ended in time; what was under way will be done again')
      process.exit(1)
    }, DRAIN_MS).unref()
    await tarang.stop()
  }
}

async function listen(tarang: Tarang, { host, port }: Config): Promise<void> {
  try {
    await tarang.listen({ host, port })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
      throw new Complaint(`Port ${port} is taken. Stop what listens there, or set PORT to another one.`)
    throw error
  }
}

function welcome({ storage, secretKey, dataDir, demo }: Config, address: unknown): string {
  const { address: host, port } = address as { address: string; port: number }
  const where =
    storage.mode === 'embedded' ? `one process, data in ${dataDir}` : `Kafka ${storage.brokers.join(', ')} and Postgres`
  const access = secretKey === undefined ? 'open to this machine only (no SECRET_KEY is set)' : 'API keys are asked for'
  const shop = demo && storage.mode === 'embedded' ? '\n  A synthetic shop is streaming; TARANG_DEMO=off starts empty.' : ''
  return `\n  Tarang is running: ${httpAddress(host, port)}  (API at /docs)\n  ${where}; ${access}.${shop}\n`
}
