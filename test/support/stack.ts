import { describe, test } from 'vitest'
import { findStack, type Stack } from './find-stack.ts'

export type { Stack } from './find-stack.ts'

/** The one there is: given, begun by `infra/stack`, or begun as containers for this run (provide-stack.ts). */
export const stack: Stack | undefined = await findStack()

const required = process.env.TARANG_REQUIRE_STACK === '1'
const missing = 'no stack: start one by `infra/stack/stack up`, start Docker, or set KAFKA_BROKERS and DATABASE_URL'

/** Describes tests that need the stack. Without one they are skipped, loudly; with TARANG_REQUIRE_STACK=1 that is a failure. */
export const describeStack = (name: string, tests: (stack: Stack) => void): void => describeWhere(name, stack, missing, tests)

/** The same for tests that need something else of the machine; `missing` says what, and how to get it. */
export function describeWhere<T>(name: string, needed: T | undefined, missing: string, tests: (needed: T) => void): void {
  if (needed !== undefined) describe(name, () => tests(needed))
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
