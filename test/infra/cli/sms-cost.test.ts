import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { costTable } from '../../../infra/cli/cost-table.ts'
import { migrate } from '../../../infra/sql/migrate.ts'
import { pgliteSql } from '../../../infra/sql/pglite-sql.ts'
import { manyCustomers } from '../../support/many-customers.ts'
import { runTarang } from '../../support/run-tarang.ts'
import { migrations } from '../sms/sms-fixture.ts'

// Every command is a process of its own, and a busy machine takes seconds to start one.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const folder = mkdtempSync(join(tmpdir(), 'tarang-cost-'))
const environment = { TARANG_DATA_DIR: folder, TARANG_SHOP_NAME: 'Bazaar', TARANG_SMS_PRICE: '2.5' }
beforeAll(async () => {
  const sql = await pgliteSql({ folder: join(folder, 'pglite') })
  await migrate(sql, { folder: migrations })
  await manyCustomers(sql, 1000)
  await sql.close()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const cost = (...args: string[]) => runTarang(['sms', 'cost', ...args], environment)

describe('tarang sms cost', () => {
  test('tells who would get a campaign, who not and why, and what that costs', async () => {
    const { code, stdout } = await cost('--purpose', 'win_back', '--link', 'https://shop.example/', '--json')
    expect(code).toBe(0)
    const told = JSON.parse(stdout)
    expect(told).toMatchObject({ audience: 1000, waiting: 0, pricePerPart: '2.50', currency: 'PKR', segment: null })
    const suppressed = Object.values(told.suppressed as Record<string, number>).reduce((sum, count) => sum + count, 0)
    expect(told.queued + suppressed).toBe(1000)
    expect(Number(told.cost)).toBe(told.parts * 2.5)
  })

  test.each([
    [[], /Say which text/],
    [['--template', 'Hi {{name}}'], /placeholder_unknown/],
    [['--template', 'Hi, {{discount}}'], /discount_missing/],
    [['--template', 'See {{link}}'], /\{\{link\}\}.*value_missing/],
    [['--template', 'Hi', '--purpose', 'offer'], /cannot be used with/],
    [['--template', 'Hi', '--code', 'EID'], /belong to a --discount/],
    [['--template', 'Hi', '--discount', 'much'], /Expected 20%/],
    [['--template', 'Hi', '--expires-after', 'soon'], /Expected a duration/],
    [['--template', 'Hi', '--price', 'Rs 2'], /Expected an amount/],
  ])('%j is told in a sentence, and the exit code is not 0', async (args, message) => {
    const { code, stderr } = await cost(...args)
    expect(code).not.toBe(0)
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/^\s+at .+:\d+/m)
  })
})

test('the table has every count', () => {
  const told = costTable({
    segment: 'Lost',
    audience: 10,
    queued: 6,
    waiting: 2,
    suppressed: { no_consent: 3, opted_out: 1 },
    texts: [{ language: 'urdu', encoding: 'UCS-2', parts: 2, texts: 6 }],
    parts: 12,
    pricePerPart: '2.50',
    cost: '30.00',
    currency: 'PKR',
  })
  expect(told.split('\n').map(line => line.replace(/\s+/g, ' '))).toEqual([
    'audience 10 Lost',
    'queued 6 2 of them after quiet hours',
    'suppressed 4',
    ' no_consent 3',
    ' opted_out 1',
    'parts 12 at PKR 2.50 PKR 30.00',
    ' urdu, UCS-2, 2 6 × 2 parts',
  ])
})
