import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { migrate } from '../../../infra/sql/migrate.ts'
import { pgliteSql } from '../../../infra/sql/pglite-sql.ts'
import { migrations } from './sms-fixture.ts'

const OURS = '026-results.sql'

test('campaigns from before results were kept have them: who was sent to, who met a cap, and who was held out of all', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tarang-results-'))
  const sql = await pgliteSql({})
  try {
    for (const name of (await readdir(migrations)).filter(name => name < OURS))
      await copyFile(join(migrations, name), join(folder, name))
    await migrate(sql, { folder })
    const text = (id: string, more: { status: string; reason?: string; kind?: string; attempts?: number; begunAt?: number }) =>
      sql.query(
        `INSERT INTO sms_ledger (id, partition, customer_id, class, owner, sealed, requested_at, result_key, status, reason, attempts, begun_at, updated_at)
         VALUES ($1, 0, 'ada', $2, 'ada', 's', 1, $1, $3, $4, $5, $6, 70)`,
        [id, more.kind ?? 'marketing', more.status, more.reason ?? null, more.attempts ?? 0, more.begunAt ?? null],
      )
    await text('sent', { status: 'delivered', attempts: 1, begunAt: 50 })
    await text('older than that was kept', { status: 'delivered', attempts: 1 })
    await text('capped', { status: 'suppressed', reason: 'cap: 2/day' })
    await text('held out', { status: 'suppressed', reason: 'holdout' })
    await text('stopped', { status: 'suppressed', reason: 'opted_out' })
    await text('waiting', { status: 'queued' })
    await text('code', { status: 'delivered', kind: 'transactional', attempts: 1, begunAt: 50 })
    await sql.query(
      "INSERT INTO sms_link_tracking (code, request_id, destination, segment, created_at, expires_at) VALUES ('c', 'sent', 'x', 'Loyal', 0, 0)",
    )
    await copyFile(join(migrations, OURS), join(folder, OURS))
    await migrate(sql, { folder })
    const rows = await sql.query('SELECT id, arm, drawn_at, segment FROM sms_ledger WHERE arm IS NOT NULL ORDER BY id')
    expect(rows.map(({ id, arm, drawn_at, segment }) => [id, arm, drawn_at, segment])).toEqual([
      ['capped', 'treated', 70, null],
      ['held out', 'held_out_of_all', 70, null],
      ['older than that was kept', 'treated', 70, null],
      ['sent', 'treated', 50, 'Loyal'],
    ])
  } finally {
    await sql.close()
    await rm(folder, { recursive: true })
  }
})
