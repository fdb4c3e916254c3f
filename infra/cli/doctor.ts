import { existsSync } from 'node:fs'
import { createConnection } from 'node:net'
import { Command } from 'commander'
import { type Config, ConfigError, readConfig } from '../config.ts'
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
  if (config.sms.kind === 'http') findings.push(await reach('SMS gateway', config.sms.url))
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
  const brokers = await Promise.all(storage.brokers.map(broker => reach('Kafka', `tcp://${broker}`)))
  const registry =
    storage.registryUrl === undefined
      ? { what: 'schema registry', ok: true, detail: 'none configured: records are bare JSON, checked by the same schemas' }
      : await reach('schema registry', storage.registryUrl)
  return [...brokers, await reach('Postgres', storage.databaseUrl), registry]
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443, 'postgres:': 5432, 'postgresql:': 5432 }

/** Whether something answers at an address; of the address only host and port are told, for it may hold a password. */
async function reach(what: string, address: string): Promise<Finding> {
  const { hostname, port, protocol } = new URL(address)
  const to = { host: hostname, port: port === '' ? (DEFAULT_PORTS[protocol] ?? 0) : Number(port) }
  const error = await connects(to)
  return {
    what,
    ok: error === undefined,
    detail: `${to.host}:${to.port} ${error === undefined ? 'answers' : `does not answer (${error})`}`,
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
