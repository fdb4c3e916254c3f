import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Sql } from '../../streams/sql.ts'
import { freshSql } from './sms/sms-fixture.ts'

const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8')
const statements = [...runbook.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, sql]) => sql!)

let sql: Sql
beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())

test.each(statements)('a statement of the runbook works on the tables as they are: %s', async statement => {
  await expect(sql.script(statement)).resolves.not.toThrow()
})

test('every link within the runbook leads somewhere', () => {
  const entries = new Set([...runbook.matchAll(/^## (\w+)$/gm)].map(([, name]) => name!.toLowerCase()))
  const links = [...runbook.matchAll(/\]\(#(\w+)\)/g)].map(([, anchor]) => anchor!)
  expect(links.filter(anchor => !entries.has(anchor))).toEqual([])
})
