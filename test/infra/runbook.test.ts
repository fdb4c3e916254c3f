import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Sql } from '../../streams/sql.ts'
import { freshSql, request } from './sms/sms-fixture.ts'

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

test('the runbook’s way to settle a text of unknown fate settles that one, once, and leaves a result to be told', async () => {
  await request(sql, [{ id: 'ID' }, { id: 'other' }])
  await sql.query("UPDATE sms_ledger SET status = 'unknown', attempts = 1, transitions = 4")
  const settling = statements.find(statement => statement.includes('settled by hand'))!
  await sql.script(settling)
  await sql.script(settling)
  expect(await sql.query('SELECT id, status FROM sms_ledger ORDER BY id')).toEqual([
    { id: 'ID', status: 'submitted' },
    { id: 'other', status: 'unknown' },
  ])
  expect(await sql.query("SELECT id, n, attempt, detail FROM sms_results WHERE status = 'submitted' AND NOT reported")).toEqual([
    { id: 'ID:5', n: 5, attempt: 1, detail: 'settled by hand' },
  ])
})

test('every link within the runbook leads somewhere', () => {
  const entries = new Set([...runbook.matchAll(/^## (\w+)$/gm)].map(([, name]) => name!.toLowerCase()))
  const links = [...runbook.matchAll(/\]\(#(\w+)\)/g)].map(([, anchor]) => anchor!)
  expect(links.filter(anchor => !entries.has(anchor))).toEqual([])
})
