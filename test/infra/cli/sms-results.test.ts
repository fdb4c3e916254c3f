import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { migrate } from '../../../infra/sql/migrate.ts'
import { pgliteSql } from '../../../infra/sql/pglite-sql.ts'
import { runTarang } from '../../support/run-tarang.ts'
import { migrations } from '../sms/sms-fixture.ts'

// Every command is a process of its own, and a busy machine takes seconds to start one.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const folder = mkdtempSync(join(tmpdir(), 'tarang-results-'))
/** Two thousand customers, a fifth held out; of those with a text 15 % buy for 20, of the others 5 % for 10. */
beforeAll(async () => {
  const sql = await pgliteSql({ folder: join(folder, 'pglite') })
  await migrate(sql, { folder: migrations })
  await sql.query(`INSERT INTO sms_ledger (id, partition, customer_id, campaign_id, class, owner, sealed, requested_at, result_key, status, reason, arm, drawn_at, segment, variant)
    SELECT 't' || n, 0, 'c' || n, 'eid', 'marketing', 'o', 's', 1000, 't' || n, CASE WHEN n % 5 = 0 THEN 'suppressed' ELSE 'delivered' END,
      CASE WHEN n % 5 = 0 THEN 'holdout: campaign' END, CASE WHEN n % 5 = 0 THEN 'held_out' ELSE 'treated' END, 1000,
      CASE WHEN n % 2 = 0 THEN 'Loyal' ELSE 'Lost' END, CASE WHEN n % 3 = 0 THEN 'long' ELSE 'short' END FROM generate_series(1, 2000) n`)
  await sql.query(`INSERT INTO orders (customer_id, order_id, partition, first_at, lines, gross)
    SELECT 'c' || n, 'o', 0, 2000 + n, 1, CASE WHEN n % 5 = 0 THEN 100000 ELSE 200000 END FROM generate_series(1, 2000) n
    WHERE n % 100 < CASE WHEN n % 5 = 0 THEN 5 ELSE 15 END`)
  await sql.close()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const results = (...args: string[]) => runTarang(['sms', 'results', ...args], { TARANG_DATA_DIR: folder })

describe('tarang sms results', () => {
  test('prints both groups, the difference in a sentence, and segments and variants', async () => {
    const { code, stdout, stderr } = await results('eid')
    expect(code, stderr).toBe(0)
    expect(stdout).toMatch(/^eid: 2,000 customers, purchases within 7 days$/m)
    expect(stdout).toMatch(/^customers +1,600 +400$/m)
    expect(stdout).toMatch(/^conversion +15\.00 % +5\.00 %$/m)
    expect(stdout).toMatch(
      /^More bought because of it: \+6\.92 to \+12\.53 percentage points over those held out\. They spent more\.$/m,
    )
    expect(stdout).toMatch(/^Per customer PKR 2\.50, between 2\.\d\d and 2\.\d\d \(95 %\)\.$/m)
    for (const name of ['Loyal', 'Lost', 'long', 'short']) expect(stdout).toMatch(new RegExp(`^${name} .*%.*\\(.*\\)$`, 'm'))
  })

  test('--json is one object, and --window is asked for', async () => {
    const { code, stdout } = await results('eid', '--window', '1h', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      campaignId: 'eid',
      windowHours: 1,
      comparedWith: 'campaign',
      treated: { bought: 240 },
    })
  })

  test.each([
    [['nobody'], /There is no campaign nobody/],
    [['eid', '--window', 'a week'], /Expected days or hours/],
    [[], /missing required argument 'campaign'/],
  ])('%j is told in a sentence, and the exit code is not 0', async (args, message) => {
    const { code, stderr } = await results(...args)
    expect(code).not.toBe(0)
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/^\s+at .+:\d+/m)
  })
})
