import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Tests that need the stack, or are better with one: it is provided when one of them runs. */
const stack = ['test/stack/**/*.test.ts', 'test/consumers/sms-crash.test.ts']

/** Minutes each, most of them waiting: begun last they would run when nothing else is left to run beside them. */
const LONG = [
  'test/stack/faults',
  'test/stack/published-totals',
  'test/stack/crash',
  'test/stack/sms-campaign',
  'test/infra/cli/',
  'test/streams/rebuild/',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = LONG.findIndex(path => moduleId.includes(path))
      return place === -1 ? LONG.length : place
    }
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}

export default defineConfig({
  test: {
    // Real processes, real brokers, a real browser: slow machines need patience, and no test asserts how fast it was.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'stack', include: stack, globalSetup: 'test/support/provide-stack.ts' } },
      { extends: true, test: { name: 'here', include: ['test/**/*.test.ts'], exclude: stack } },
    ],
  },
})
