import { defineConfig } from 'vitest/config'

/** Tests that need the stack, or are better with one: it is provided when one of them runs. */
const stack = ['test/stack/**/*.test.ts', 'test/consumers/sms-crash.test.ts']

export default defineConfig({
  test: {
    // Real processes, real brokers, a real browser: slow machines need patience, and no test asserts how fast it was.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'stack', include: stack, globalSetup: 'test/support/provide-stack.ts' } },
      { extends: true, test: { name: 'here', include: ['test/**/*.test.ts'], exclude: stack } },
    ],
  },
})
