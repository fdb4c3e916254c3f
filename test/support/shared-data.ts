import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'vitest'

const folder = join(process.env.TARANG_SHARED ?? join(import.meta.dirname, '../../../shared'), 'data')

/** Where a file of the shared data sets stands. */
export const sharedData = (name: string): string => join(folder, name)

/**
 * A test over the shared data sets. It is skipped, and says so, only where TARANG_SHARED is unset and ../shared is absent;
 * with TARANG_SHARED set a missing file fails.
 */
export function testWithData(title: string, files: readonly string[], run: () => Promise<void>, timeout = 120_000): void {
  const missing = files.map(sharedData).filter(path => !existsSync(path))
  if (missing.length === 0 || process.env.TARANG_SHARED !== undefined) test(title, run, timeout)
  else {
    process.stderr.write(`SKIPPED, for ${missing.join(', ')} is not here (set TARANG_SHARED): ${title}\n`)
    test.skip(title, run)
  }
}
