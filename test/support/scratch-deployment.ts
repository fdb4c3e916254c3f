import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { type Config, readConfig } from '../../infra/config.ts'
import { openStorage } from '../../infra/open-storage.ts'
import { pgSql } from '../../infra/sql/pg-sql.ts'
import { systemClock } from '../../streams/clock.ts'
import type { Log } from '../../streams/log.ts'
import type { Sql } from '../../streams/sql.ts'
import { type TopicNames, topicNames } from '../../streams/topic-names.ts'
import type { Stack } from './stack.ts'

const PARTITIONS = 4

/** A place for one run that no other run meets. */
export interface Deployment {
  readonly mode: 'stack' | 'embedded'
  readonly config: Config
  /** What `config` was read from: the environment of a process that runs on it. */
  readonly settings: Readonly<Record<string, string>>
  /** Takes everything away that the run left. */
  dispose(): Promise<void>
}

/** What a run left, for looking at when no process runs on it. */
export interface Left extends AsyncDisposable {
  readonly sql: Sql
  readonly log: Log
  readonly names: TopicNames
}

/** What a run needs of its deployment. */
export interface Wanted {
  /** Where texts go; the simulator unless told otherwise. */
  readonly gatewayUrl?: string
  /** The shop's; PKR unless told otherwise. */
  readonly currency?: string
  /** Of the customers' topics; few unless told otherwise, so that crashes and rebalances meet in them. */
  readonly partitions?: number
}

const common = {
  TARANG_DEMO: 'off',
  LOG_LEVEL: process.env.LOG_LEVEL ?? 'fatal',
}

const settingsOf = ({ gatewayUrl, currency = 'PKR', partitions = PARTITIONS }: Wanted) => ({
  ...common,
  TARANG_CURRENCY: currency,
  TARANG_PARTITIONS: String(partitions),
  ...(gatewayUrl === undefined ? {} : { SMS_GATEWAY: 'http', SMS_URL: gatewayUrl }),
})

/** A data folder of its own. */
export async function embeddedDeployment(wanted: Wanted = {}): Promise<Deployment> {
  const folder = mkdtempSync(join(tmpdir(), 'tarang-'))
  const settings = { ...settingsOf(wanted), TARANG_DATA_DIR: folder }
  return {
    mode: 'embedded',
    config: readConfig(settings),
    settings,
    dispose: async () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** A database and topics of its own on the stack. */
export async function stackDeployment(stack: Stack, wanted: Wanted = {}): Promise<Deployment> {
  const name = `crash_${randomBytes(6).toString('hex')}`
  const admin = pgSql({ url: stack.databaseUrl, max: 1, onError: () => {} })
  await admin.script(`CREATE DATABASE ${name}`)
  const registry = stack.registryUrl === undefined ? {} : { SCHEMA_REGISTRY_URL: stack.registryUrl }
  const redis = stack.redisUrl === undefined ? {} : { REDIS_URL: stack.redisUrl }
  const settings = {
    ...settingsOf(wanted),
    ...registry,
    ...redis,
    KAFKA_BROKERS: stack.brokers.join(','),
    DATABASE_URL: Object.assign(new URL(stack.databaseUrl), { pathname: `/${name}` }).href,
    TARANG_TOPIC_PREFIX: name,
  }
  return {
    mode: 'stack',
    config: readConfig(settings),
    settings,
    async dispose() {
      await deleteTopics(stack, name)
      await deleteSubjects(stack, name)
      await admin.script(`DROP DATABASE ${name} WITH (FORCE)`)
      await admin.close()
    },
  }
}

/** Opens what a run left: on the stack at any time, a data folder only when nobody runs on it. */
export async function openLeft({ config }: Deployment): Promise<Left> {
  const { sql, openLog } = await openStorage({ config, clock: systemClock, instance: 'onlooker', warn: () => {} })
  const { log } = await openLog()
  return {
    sql,
    log,
    names: topicNames({ prefix: config.topicPrefix, partitions: config.partitions }),
    async [Symbol.asyncDispose]() {
      await log.close()
      await sql.close()
    },
  }
}

async function deleteTopics({ brokers }: Stack, prefix: string): Promise<void> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  const topics = (await admin.listTopics()).filter(topic => topic.startsWith(`${prefix}.`))
  if (topics.length > 0) await admin.deleteTopics({ topics })
  await admin.disconnect()
}

async function deleteSubjects({ registryUrl }: Stack, prefix: string): Promise<void> {
  if (registryUrl === undefined) return
  const subjects = (await (await fetch(`${registryUrl}/subjects`)).json()) as string[]
  for (const subject of subjects.filter(subject => subject.startsWith(`${prefix}.`)))
    await fetch(`${registryUrl}/subjects/${subject}`, { method: 'DELETE' })
}
