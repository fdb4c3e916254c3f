import { existsSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseEnv } from 'node:util'

/** Servers that tests of the real stack use. */
export interface Stack {
  readonly brokers: readonly string[]
  readonly registryUrl: string | undefined
  readonly databaseUrl: string
  readonly redisUrl: string | undefined
  /** Where it answers, and the folder where files of targets make it watch an instance. */
  readonly prometheus: { readonly url: string; readonly targets: string } | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

const file = join(dirname(fileURLToPath(import.meta.url)), '../../.stack/env')

/** From the environment, or what `infra/stack/stack up` wrote, if that still runs; undefined where there is neither. */
export const findStack = async (env: Environment = process.env, written = file): Promise<Stack | undefined> =>
  fromVariables(env) ?? (await running(written))

async function running(file: string): Promise<Stack | undefined> {
  const written = existsSync(file) ? fromVariables(parseEnv(readFileSync(file, 'utf8'))) : undefined
  return written !== undefined &&
    (await Promise.all([`kafka://${written.brokers[0]}`, written.databaseUrl].map(answers))).every(Boolean)
    ? written
    : undefined
}

function answers(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url)
  return new Promise(resolve => {
    const socket = connect({ host: hostname, port: Number(port), timeout: 2000 })
    const end = (answered: boolean) => {
      socket.destroy()
      resolve(answered)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
    socket.once('timeout', () => end(false))
  })
}

function fromVariables(env: Environment): Stack | undefined {
  const { KAFKA_BROKERS, DATABASE_URL, SCHEMA_REGISTRY_URL, REDIS_URL, PROMETHEUS_URL, PROMETHEUS_TARGETS } = env
  if (!KAFKA_BROKERS || !DATABASE_URL) return undefined
  return {
    brokers: KAFKA_BROKERS.split(',').map(broker => broker.trim()),
    databaseUrl: DATABASE_URL,
    registryUrl: SCHEMA_REGISTRY_URL || undefined,
    redisUrl: REDIS_URL || undefined,
    prometheus: PROMETHEUS_URL && PROMETHEUS_TARGETS ? { url: PROMETHEUS_URL, targets: PROMETHEUS_TARGETS } : undefined,
  }
}
