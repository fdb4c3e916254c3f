import { existsSync } from 'node:fs'
import { createConnection } from 'node:net'
import { Command } from 'commander'
import { systemClock } from '../../streams/clock.ts'
import { kafkaLog } from '../../streams/kafka-log.ts'
import { type Config, ConfigError, readConfig } from '../config.ts'
import { pgSql } from '../sql/pg-sql.ts'
import { version } from '../version.ts'

interface Finding {
  readonly what: string
  readonly ok: boolean
  readonly detail: string
}

const REACH_MS = 3000
const NODE = { major: 20, minor: 19 }

export const doctorCommand = (): Command =>
  new Command('doctor')
    .description('Check the settings and what they reach. Exit code 0 when all is well.')
    .option('--json', 'one JSON object')
    .action(async ({ json }: { json?: boolean }) => {
      const findings = await examine()
      if (json) console.log(JSON.stringify({ version, findings }))
      else for (const { what, ok, detail } of findings) console.log(`${ok ? '✓' : '✗'} ${what.padEnd(18)} ${detail}`)
      if (findings.some(({ ok }) => !ok)) process.exitCode = 1
    })

async function examine(): Promise<Finding[]> {
  const findings: Finding[] = [nodeVersion()]
  let config: Config
  try {
    config = readConfig()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return [...findings, ...error.problems.map(detail => ({ what: 'settings', ok: false, detail }))]
  }
  findings.push({
    what: 'settings',
    ok: true,
    detail: `${config.storage.mode}, ${config.partitions} partitions, ${config.shop.currency}, ${config.shop.region}`,
  })
  findings.push(...(await storageFindings(config)))
  if (config.sms.kind === 'http') findings.push(await gatewayFinding(config.sms.url))
  findings.push(await ownPort(config))
  return findings
}

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const ok = major > NODE.major || (major === NODE.major && minor >= NODE.minor)
  return { what: 'Node', ok, detail: ok ? process.version : `${process.version}; ${NODE.major}.${NODE.minor} or newer is needed` }
}

async function storageFindings({ storage, dataDir }: Config): Promise<Finding[]> {
  if (storage.mode === 'embedded')
    return [{ what: 'data folder', ok: true, detail: existsSync(dataDir) ? `${dataDir} is there` : `${dataDir} will be made` }]
  const { brokers, databaseUrl, registryUrl } = storage
  const noRegistry = 'none configured: records are bare JSON, checked by the same schemas'
  return Promise.all([
    finding('Kafka', brokers.join(', '), () => askKafka(brokers)),
    finding('Postgres', hostOf(databaseUrl), () => askPostgres(databaseUrl)),
    registryUrl === undefined
      ? { what: 'schema registry', ok: true, detail: noRegistry }
      : finding('schema registry', hostOf(registryUrl), () => askRegistry(registryUrl)),
  ])
}

/** Asks something that tells about itself. Of an address only host and port are told, for it may hold a password. */
async function finding(what: string, where: string, ask: () => Promise<string>): Promise<Finding> {
  try {
    return { what, ok: true, detail: `${where} answers: ${await ask()}` }
  } catch (error) {
    return { what, ok: false, detail: `${where} is not well: ${reasonOf(error)}` }
  }
}

/** Of an error with parts, as when each address of a host failed, the first says enough. */
function reasonOf(error: unknown): string {
  const { errors, cause, message } = error as { errors?: unknown[]; cause?: unknown; message?: string }
  const inner = errors?.[0] ?? cause
  return inner === undefined ? (message ?? String(error)) : reasonOf(inner)
}

async function askKafka(brokers: readonly string[]): Promise<string> {
  const log = await kafkaLog({ brokers, clientId: 'tarang-doctor', clock: systemClock })
  await log.close()
  return 'it is Kafka'
}

async function askPostgres(url: string): Promise<string> {
  const sql = pgSql({ url, max: 1, onError: () => {} }) // of a connection that breaks, the question itself hears
  try {
    const [found] = await sql.query<{ version: string; there: boolean }>(
      "SELECT current_setting('server_version') AS version, to_regclass('schema_migrations') IS NOT NULL AS there",
    )
    return `PostgreSQL ${found!.version}, ${found!.there ? 'with tables of Tarang' : 'tables are made at the first start'}`
  } finally {
    await sql.close()
  }
}

async function askRegistry(url: string): Promise<string> {
  const response = await fetch(`${url.replace(/\/$/, '')}/subjects`, { signal: AbortSignal.timeout(REACH_MS) })
  const subjects: unknown = response.ok ? await response.json() : undefined
  if (!Array.isArray(subjects))
    throw new Error(`GET /subjects gave ${response.status} and no list: is this the address of the Confluent API?`)
  return `${subjects.length} subjects`
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = {
  'http:': '80',
  'https:': '443',
  'postgres:': '5432',
  'postgresql:': '5432',
}

function hostOf(address: string): string {
  const { hostname, port, protocol } = new URL(address)
  return `${hostname}:${port === '' ? (DEFAULT_PORTS[protocol] ?? '') : port}`
}

/** A gateway is not asked anything: whatever it is asked, it might send. */
async function gatewayFinding(url: string): Promise<Finding> {
  const where = hostOf(url)
  const [host = '', port] = [new URL(url).hostname, where.split(':').at(-1)]
  const error = await connects({ host, port: Number(port) })
  return {
    what: 'SMS gateway',
    ok: error === undefined,
    detail: `${where} ${error === undefined ? 'answers' : `does not answer (${error})`}`,
  }
}

/** A port in use is fine when it is a Tarang of ours, so it is only told. */
async function ownPort({ host, port }: Config): Promise<Finding> {
  const error = await connects({ host, port })
  return {
    what: 'own port',
    ok: true,
    detail: error === undefined ? `${host}:${port} is in use: something is running there` : `${host}:${port} is free`,
  }
}

function connects(to: { host: string; port: number }): Promise<string | undefined> {
  return new Promise(resolve => {
    const socket = createConnection({ ...to, timeout: REACH_MS })
    const end = (error: string | undefined) => {
      socket.destroy()
      resolve(error)
    }
    socket.once('connect', () => end(undefined))
    socket.once('timeout', () => end(`no answer within ${REACH_MS / 1000} s`))
    socket.once('error', error => end((error as NodeJS.ErrnoException).code ?? error.message))
  })
}
