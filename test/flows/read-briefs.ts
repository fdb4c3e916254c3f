import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Brief } from './check-brief.ts'

export const readBriefs = (): readonly Brief[] =>
  readFileSync(join(import.meta.dirname, 'briefs.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Brief)
