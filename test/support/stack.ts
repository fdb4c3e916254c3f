import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseEnv } from 'node:util'
import { describe, test } from 'vitest'

/** Servers that tests of the real stack use. */
export interface Stack {
  readonly brokers: readonly string[]
  readonly registryUrl: string | undefined
  readonly databaseUrl: string
}

const file = join(dirname(fileURLToPath(import.meta.url)), '../../.stack/env')

/** From the environment, or what `infra/stack/stack up` wrote; undefined where there is neither. */
export const stack: Stack | undefined =
  fromVariables(process.env) ?? (existsSync(file) ? fromVariables(parseEnv(readFileSync(file, 'utf8'))) : undefined)

function fromVariables({
  KAFKA_BROKERS,
  DATABASE_URL,
  SCHEMA_REGISTRY_URL,
}: Readonly<Record<string, string | undefined>>): Stack | undefined {
  if (!KAFKA_BROKERS || !DATABASE_URL) return undefined
  return {
    brokers: KAFKA_BROKERS.split(',').map(broker => broker.trim()),
    databaseUrl: DATABASE_URL,
    registryUrl: SCHEMA_REGISTRY_URL || undefined,
  }
}

const required = process.env.TARANG_REQUIRE_STACK === '1'
const missing = 'no stack: start one by `infra/stack/stack up`, or set KAFKA_BROKERS and DATABASE_URL'

/** Describes tests that need the stack. Without one they are skipped, loudly; with TARANG_REQUIRE_STACK=1 that is a failure. */
export function describeStack(name: string, tests: (stack: Stack) => void): void {
  if (stack !== undefined) describe(name, () => tests(stack))
  else if (required) {
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
