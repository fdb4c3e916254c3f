import { readFileSync } from 'node:fs'
import { getCountries, isSupportedCountry } from 'libphonenumber-js/min'
import type { SmsRules } from '../consumers/sms-admission.ts'
import type { Shop } from '../schemas/shop.ts'
import { accessRules } from '../serving/access.ts'
import type { AttributionWindows } from '../serving/ports/attribution.ts'
import { type FlowsConfig, readFlows } from './flows-config.ts'
import type { LinkSettings } from './links/personal-links.ts'
import { hosts, integer, matching, oneOf, type Read, url } from './setting-values.ts'
import { readSms, readSmsRate, type SmsGatewayConfig } from './sms-gateway-config.ts'
import { readSmsReplies, type SmsRepliesConfig } from './sms-replies-config.ts'
import { readSmsRules } from './sms-rules-config.ts'
import { readTexts, type TextsConfig } from './texts-config.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Where the log and the state live: one process on a data folder, or Kafka with Postgres. */
export type Storage =
  | { readonly mode: 'embedded' }
  | {
      readonly mode: 'stack'
      readonly brokers: readonly string[]
      readonly databaseUrl: string
      readonly registryUrl: string | undefined
    }

/** `ratio`: the share of traces that is kept, for the samplers that ask for one. */
export interface Tracing {
  readonly url: string
  /** For the receiver, as OpenTelemetry writes them: `name=value,name=value`, percent-encoded. */
  readonly headers: string | undefined
  readonly service: string
  readonly sampler: (typeof SAMPLERS)[number]
  readonly ratio: number
}

/** Everything that can be set from outside. */
export interface Config {
  readonly storage: Storage
  readonly host: string
  readonly port: number
  readonly logLevel: string
  readonly secretKey: string | undefined
  readonly sms: SmsGatewayConfig
  /** When a marketing text may go (docs/sms.md). */
  readonly smsRules: SmsRules
  readonly smsReplies: SmsRepliesConfig
  /** Parts of texts per second, of all instances together; without it as fast as slots allow. */
  readonly smsRate: number | undefined
  /** How texts come about and what they cost (docs/texts-sms.md). */
  readonly texts: TextsConfig
  /** What flows may do (docs/flows.md). */
  readonly flows: FlowsConfig
  readonly links: LinkSettings
  readonly attribution: AttributionWindows
  readonly topicPrefix: string
  readonly partitions: number
  readonly shop: Omit<Shop, 'now'>
  readonly dataDir: string
  /** Memory for the caches of this process, in bytes. */
  readonly cacheBytes: number
  /** Of each table of state, how much of what was needed lately stays in memory, in bytes. */
  readonly stateBytes: number
  /** Memory for the points of customers, by which those alike are found, in bytes. */
  readonly vectorBytes: number
  /** A cache that instances share; without one each keeps its own. */
  readonly redisUrl: string | undefined
  /** Trees for the ranker that were grown elsewhere (`tarang export-features`), an ONNX file. */
  readonly rankerOnnx: string | undefined
  readonly demo: boolean
  /** Where models are that do not come with this version; without it texts are embedded by their letters alone. */
  readonly modelDir: string | undefined
  /** Whether lists are varied and learnt from; without it every list is of the variant `default`. */
  readonly learning: boolean
  /** How often a snapshot of the shop's analytics is taken, in ms; without it none is. */
  readonly analyticsEveryMs: number | undefined
  /** What the shop may take in memory while one is taken, in bytes. */
  readonly analyticsBytes: number
  /** Where traces go; without it nothing is traced. */
  readonly tracing: Tracing | undefined
  /** What this instance does besides answering HTTP. */
  readonly roles: readonly Role[]
}

/** `engine` folds and scores; `sms` sends texts, calls webhooks, and tells what came of them; `trainer` learns from what all customers did. */
export type Role = (typeof ROLES)[number]
const ROLES = ['engine', 'sms', 'trainer'] as const
/** As OpenTelemetry's specification names them. */
const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const

/** Everything that is wrong with the environment, in sentences. */
export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${problems.map(p => `  - ${p}`).join('\n')}`,
    )
    this.problems = problems
  }
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']
const MIB = 1 << 20

/** Reads the environment; throws `ConfigError` with the whole list of what is wrong. `NAME_FILE` names a file that holds a secret. */
export function readConfig(env: Environment = process.env): Config {
  const problems: string[] = []
  const read = reader(env, problems)
  const roles = readRoles(read('TARANG_ROLES'), problems)
  const sms = readSms(read, roles.includes('sms'), problems)
  const texts = readTexts(read, problems)
  const config: Config = {
    storage: readStorage(read, problems),
    host: read('HOST') ?? '127.0.0.1',
    port: integer(read('PORT'), 'PORT', { least: 0, most: 65_535, otherwise: 3000 }, problems),
    logLevel: oneOf(read('LOG_LEVEL'), 'LOG_LEVEL', LOG_LEVELS, 'info', problems),
    secretKey: read('SECRET_KEY'),
    sms,
    smsRules: readSmsRules(read, problems),
    smsReplies: readSmsReplies(read, sms.kind, texts.shop, problems),
    smsRate: readSmsRate(read('TARANG_SMS_RATE'), problems),
    texts,
    flows: readFlows(read, problems),
    links: readLinks(read, problems),
    attribution: readAttribution(read('TARANG_ATTRIBUTION'), problems),
    topicPrefix: matching(read('TARANG_TOPIC_PREFIX'), 'TARANG_TOPIC_PREFIX', /^[a-z][a-z0-9._-]{0,60}$/, 'tarang', problems),
    partitions: integer(read('TARANG_PARTITIONS'), 'TARANG_PARTITIONS', { least: 1, most: 1000, otherwise: 12 }, problems),
    shop: {
      currency: matching(read('TARANG_CURRENCY'), 'TARANG_CURRENCY', /^[A-Z]{3}$/, 'PKR', problems),
      region: region(read('TARANG_REGION'), problems),
    },
    dataDir: read('TARANG_DATA_DIR') ?? '.tarang',
    cacheBytes: integer(read('TARANG_CACHE_MB'), 'TARANG_CACHE_MB', { least: 1, most: 65_536, otherwise: 64 }, problems) * MIB,
    stateBytes: integer(read('TARANG_STATE_MB'), 'TARANG_STATE_MB', { least: 1, most: 65_536, otherwise: 64 }, problems) * MIB,
    vectorBytes:
      integer(read('TARANG_VECTORS_MB'), 'TARANG_VECTORS_MB', { least: 1, most: 65_536, otherwise: 1024 }, problems) * MIB,
    redisUrl: readRedisUrl(read('REDIS_URL'), problems),
    modelDir: read('TARANG_MODEL_DIR'),
    rankerOnnx: read('TARANG_RANKER_ONNX'),
    demo: oneOf(read('TARANG_DEMO'), 'TARANG_DEMO', ['on', 'off'], 'on', problems) === 'on',
    learning: oneOf(read('TARANG_LEARNING'), 'TARANG_LEARNING', ['on', 'off'], 'on', problems) === 'on',
    analyticsEveryMs: readEvery(read('TARANG_ANALYTICS_EVERY'), problems),
    analyticsBytes:
      integer(read('TARANG_ANALYTICS_MB'), 'TARANG_ANALYTICS_MB', { least: 64, most: 65_536, otherwise: 1024 }, problems) * MIB,
    roles,
    tracing: readTracing(read, problems),
  }
  if (config.storage.mode === 'embedded' && config.roles.length < ROLES.length)
    problems.push('TARANG_ROLES leaves work to other instances, and without Kafka and Postgres there are none: leave it out')
  if (accessRules(config.host, config.secretKey) === 'refused')
    problems.push(`HOST=${config.host} can be reached by others, and there is no SECRET_KEY: set one, or listen on 127.0.0.1`)
  if (config.secretKey !== undefined && config.secretKey.length < 16)
    problems.push('SECRET_KEY is shorter than 16 characters: make one with `openssl rand -hex 32`')
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

function readRoles(text: string | undefined, problems: string[]): readonly Role[] {
  if (text === undefined) return ROLES
  const named = text === 'none' ? [] : text.split(',').map(name => name.trim())
  const unknown = named.filter(name => !(ROLES as readonly string[]).includes(name))
  if (unknown.length > 0) problems.push(`TARANG_ROLES: expected ${ROLES.join(', ')} or none, got ${text}`)
  return ROLES.filter(role => named.includes(role))
}

/** A variable, or the content of the file that its `_FILE` variant names; what is empty counts as unset. */
function reader(env: Environment, problems: string[]): Read {
  return name => {
    const path = env[`${name}_FILE`]
    if (path === undefined || path === '') return env[name] === '' ? undefined : env[name]
    if (env[name] !== undefined && env[name] !== '') problems.push(`${name} and ${name}_FILE are both set: keep one`)
    try {
      return readFileSync(path, 'utf8').trim() || undefined
    } catch (error) {
      problems.push(`${name}_FILE: ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`)
      return undefined
    }
  }
}

function readStorage(read: Read, problems: string[]): Storage {
  const brokers = read('KAFKA_BROKERS')
  const databaseUrl = read('DATABASE_URL')
  if (brokers === undefined && databaseUrl === undefined) return { mode: 'embedded' }
  if (brokers === undefined || databaseUrl === undefined) {
    const [has, lacks] = brokers === undefined ? ['DATABASE_URL', 'KAFKA_BROKERS'] : ['KAFKA_BROKERS', 'DATABASE_URL']
    problems.push(
      `${has} is set and ${lacks} is not: set both for Kafka with Postgres, or neither for one process on ${read('TARANG_DATA_DIR') ?? '.tarang'}`,
    )
    return { mode: 'embedded' }
  }
  const list = brokers.split(',').map(broker => broker.trim())
  for (const broker of list)
    if (!/^[^\s:/]+:\d+$/.test(broker))
      problems.push(`KAFKA_BROKERS: expected host:port, separated by commas, got ${JSON.stringify(broker)}`)
  if (!/^postgres(ql)?:\/\//.test(databaseUrl))
    problems.push('DATABASE_URL: expected postgres://user:password@host:port/database')
  return {
    mode: 'stack',
    brokers: list,
    databaseUrl,
    registryUrl: url(read('SCHEMA_REGISTRY_URL'), 'SCHEMA_REGISTRY_URL', problems),
  }
}

function readRedisUrl(text: string | undefined, problems: string[]): string | undefined {
  if (text !== undefined && !(URL.canParse(text) && /^rediss?:\/\/[^/]/.test(text)))
    problems.push('REDIS_URL: expected redis://user:password@host:port, or rediss:// for TLS')
  return text
}

function readLinks(read: Read, problems: string[]): LinkSettings {
  const base = url(read('TARANG_LINK_BASE'), 'TARANG_LINK_BASE', problems)?.replace(/\/+$/, '')
  if (base !== undefined && /[?#]/.test(base)) problems.push('TARANG_LINK_BASE: expected an address without ? and #')
  return {
    base,
    hosts: hosts(read('TARANG_LINK_HOSTS'), 'TARANG_LINK_HOSTS', problems),
    days: integer(read('TARANG_LINK_DAYS'), 'TARANG_LINK_DAYS', { least: 1, most: 3650, otherwise: 90 }, problems),
  }
}

/** How long purchases count as results of a campaign where nothing else is asked: as long as any may be put down to it. */
export const resultsWindow = ({ attribution: { clickMs, sendMs } }: Pick<Config, 'attribution'>): number =>
  Math.max(clickMs, sendMs)

const SPAN_MS = { h: 3_600_000, d: 86_400_000 } as const

function readAttribution(text: string | undefined, problems: string[]): AttributionWindows {
  const spans = /^click:(\d{1,4})([hd]),send:(\d{1,4})([hd])$/.exec(text ?? 'click:7d,send:3d')
  if (spans === null) {
    problems.push(`TARANG_ATTRIBUTION: expected click:7d,send:3d, in days (d) or hours (h), got ${JSON.stringify(text)}`)
    return { clickMs: 0, sendMs: 0 }
  }
  const ms = (at: number) => Number(spans[at]) * SPAN_MS[spans[at + 1] as keyof typeof SPAN_MS]
  return { clickMs: ms(1), sendMs: ms(3) }
}

const EVERY_MS = { m: 60_000, ...SPAN_MS } as const

/** `6h`, in minutes (m), hours (h) or days (d), from five minutes to a week; `off` is never. */
function readEvery(text = '6h', problems: string[]): number | undefined {
  if (text === 'off') return undefined
  const span = /^(\d{1,4})([mhd])$/.exec(text)
  const ms = span === null ? 0 : Number(span[1]) * EVERY_MS[span[2] as keyof typeof EVERY_MS]
  if (ms >= 5 * EVERY_MS.m && ms <= 7 * EVERY_MS.d) return ms
  problems.push(`TARANG_ANALYTICS_EVERY: expected something like 6h, from 5m to 7d, or off, got ${JSON.stringify(text)}`)
  return undefined
}

function readTracing(read: Read, problems: string[]): Tracing | undefined {
  const base = url(read('OTEL_EXPORTER_OTLP_ENDPOINT'), 'OTEL_EXPORTER_OTLP_ENDPOINT', problems)
  const sampler = oneOf(read('OTEL_TRACES_SAMPLER'), 'OTEL_TRACES_SAMPLER', SAMPLERS, 'parentbased_always_on', problems)
  const share = read('OTEL_TRACES_SAMPLER_ARG') ?? '1'
  const ratio = Number(share)
  if (!(ratio >= 0 && ratio <= 1))
    problems.push(`OTEL_TRACES_SAMPLER_ARG: expected a share from 0 to 1, got ${JSON.stringify(share)}`)
  const headers = read('OTEL_EXPORTER_OTLP_HEADERS')
  if (headers !== undefined && !/^([^=,\s]+=[^,]*)(,\s*[^=,\s]+=[^,]*)*$/.test(headers))
    problems.push('OTEL_EXPORTER_OTLP_HEADERS: expected name=value, separated by commas')
  if (base === undefined) return undefined
  return { url: `${base.replace(/\/+$/, '')}/v1/traces`, headers, service: read('OTEL_SERVICE_NAME') ?? 'tarang', sampler, ratio }
}

function region(text: string | undefined, problems: string[]): Shop['region'] {
  const code = text ?? 'PK'
  if (isSupportedCountry(code)) return code
  problems.push(
    `TARANG_REGION: expected one of ${getCountries().length} two-letter country codes such as PK, got ${JSON.stringify(text)}`,
  )
  return 'PK'
}
