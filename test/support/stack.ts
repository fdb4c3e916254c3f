import { describe, test } from 'vitest'
import { findStack, type Stack } from './find-stack.ts'

export type { Stack } from './find-stack.ts'

/** The one there is: given, begun by `infra/stack`, or begun as containers for this run (provide-stack.ts). */
export const stack: Stack | undefined = await findStack()

const required = process.env.TARANG_REQUIRE_STACK === '1'

/** Describes tests that need the stack. Without one they are skipped, loudly; with TARANG_REQUIRE_STACK=1 that is a failure. */
export function describeStack(name: string, tests: (stack: Stack) => void): void {
  const missing = 'no stack: start one by `infra/stack/stack up`, start Docker, or set KAFKA_BROKERS and DATABASE_URL'
  describeWhere(name, stack, missing, tests)
}

/** The same of tests that need its Prometheus too. */
export function describePrometheus(
  name: string,
  tests: (stack: Stack, prometheus: NonNullable<Stack['prometheus']>) => void,
): void {
  const missing = 'no Prometheus: start one by `infra/stack/stack up prometheus`, or set PROMETHEUS_URL and PROMETHEUS_TARGETS'
  describeStack(name, stack => describeWhere(name, stack.prometheus, missing, prometheus => tests(stack, prometheus)))
}

/** The same of tests that need something else of the machine; `missing` says what, and how to get it. */
export function describeWhere<T>(name: string, needed: T | undefined, missing: string, tests: (needed: T) => void): void {
  if (needed !== undefined) describe(name, () => tests(needed))
  else skipLoudly(name, missing)
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
