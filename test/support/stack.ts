import { existsSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseEnv } from 'node:util'
import { describe, test } from 'vitest'

/** Servers that tests of the real stack use. */
export interface Stack {
  readonly brokers: readonly string[]
  readonly registryUrl: string | undefined
  readonly databaseUrl: string
  /** Where it answers, and the folder where files of targets make it watch an instance. */
  readonly prometheus: { readonly url: string; readonly targets: string } | undefined
}

const file = join(dirname(fileURLToPath(import.meta.url)), '../../.stack/env')

/** From the environment, or what `infra/stack/stack up` wrote, if that still runs; undefined where there is neither. */
export const stack: Stack | undefined = fromVariables(process.env) ?? (await running(file))

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

function fromVariables({
  KAFKA_BROKERS,
  DATABASE_URL,
  SCHEMA_REGISTRY_URL,
  PROMETHEUS_URL,
  PROMETHEUS_TARGETS,
}: Readonly<Record<string, string | undefined>>): Stack | undefined {
  if (!KAFKA_BROKERS || !DATABASE_URL) return undefined
  return {
    brokers: KAFKA_BROKERS.split(',').map(broker => broker.trim()),
    databaseUrl: DATABASE_URL,
    registryUrl: SCHEMA_REGISTRY_URL || undefined,
    prometheus: PROMETHEUS_URL && PROMETHEUS_TARGETS ? { url: PROMETHEUS_URL, targets: PROMETHEUS_TARGETS } : undefined,
  }
}

const required = process.env.TARANG_REQUIRE_STACK === '1'

/** Describes tests that need the stack. Without one they are skipped, loudly; with TARANG_REQUIRE_STACK=1 that is a failure. */
export function describeStack(name: string, tests: (stack: Stack) => void): void {
  if (stack !== undefined) describe(name, () => tests(stack))
  else skipLoudly(name, 'no stack: start one by `infra/stack/stack up`, or set KAFKA_BROKERS and DATABASE_URL')
}

/** The same of tests that need its Prometheus too. */
export function describePrometheus(
  name: string,
  tests: (stack: Stack, prometheus: NonNullable<Stack['prometheus']>) => void,
): void {
  describeStack(name, stack => {
    if (stack.prometheus !== undefined) tests(stack, stack.prometheus)
    else
      skipLoudly(
        name,
        'no Prometheus: start one by `infra/stack/stack up prometheus`, or set PROMETHEUS_URL and PROMETHEUS_TARGETS',
      )
  })
}

/** Says what tests lack instead of running them. */
export function skipLoudly(name: string, missing: string): void {
  if (required) {
    test(name, () => {
      throw new Error(missing)
    })
  } else {
    console.warn(`SKIPPED ${name}: ${missing}`)
    describe.skip(name, () => {
      test(missing, () => {})
    })
  }
}
