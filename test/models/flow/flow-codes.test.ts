import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { flowCodes } from '../../../models/flow/flow-codes.ts'

test('docs/flows.md has every code as the checker means it', () => {
  const docs = readFileSync(join(import.meta.dirname, '../../../docs/flows.md'), 'utf8')
  const rows = docs.split('\n').filter(line => /^\| `[a-z_]+` \| (error|warning) \|/.test(line))
  expect(rows).toEqual(Object.entries(flowCodes).map(([code, [severity, what]]) => `| \`${code}\` | ${severity} | ${what} |`))
})
