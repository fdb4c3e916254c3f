import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describeWhere } from './stack.ts'

const execute = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const installed = join(root, '.stack/oracles/installed.txt')
const python = join(root, '.stack/oracles/python/bin/python')

/** The interpreter that has the oracles' packages; undefined where they are not installed. */
export const oraclePython = existsSync(installed) ? python : undefined

/** Runs a script of test/oracles; resolves to what it printed, and rejects with its complaints. */
export type Oracle = (script: string, ...args: readonly string[]) => Promise<string>

const ask: Oracle = async (script, ...args) =>
  (await execute(python, [join(root, 'test/oracles', script), ...args], { maxBuffer: 256 << 20 })).stdout

export const noOracles = 'no oracles: install by `infra/stack/oracles install`'

/** Describes tests that ask an independent program in Python. Without its packages they are skipped, loudly; with TARANG_REQUIRE_STACK=1 that is a failure. */
export function describeOracles(name: string, tests: (ask: Oracle) => void): void {
  describeWhere(name, oraclePython === undefined ? undefined : ask, noOracles, tests)
}
