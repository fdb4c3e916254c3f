import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test, vi } from 'vitest'
import { formatMoney } from '../../../models/money.ts'
import type { Inbound } from '../../../schemas/events.ts'
import fixture from '../../fixtures/shop-seed-1.digest.json' with { type: 'json' }
import { PlainFold, type Totals } from '../../support/plain-fold.ts'
import { runTarang } from '../../support/run-tarang.ts'

// Every command is a process of its own, and a busy machine takes seconds to start one.
vi.setConfig({ testTimeout: 300_000 })

const folder = mkdtempSync(join(tmpdir(), 'tarang-replay-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const { options, expected } = fixture

async function digestOf(env: Readonly<Record<string, string>>) {
  const { code, stdout, stderr } = await runTarang(['digest', '--json'], env)
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout)
}

const digestOfPlain = ({ digest, customers, orders, purchaseLines, gross, net }: Totals) => ({
  sha256: digest,
  customersWithPurchase: customers,
  orders,
  lines: purchaseLines,
  gross: formatMoney(gross),
  net: formatMoney(net),
})

test('the committed shop, generated, replayed and digested by command, comes to its committed totals; a second replay changes nothing', async () => {
  const [shop, env] = [join(folder, 'shop.jsonl'), { TARANG_DATA_DIR: join(folder, 'shop') }]
  const flags = ['seed', 'customers', 'days', 'products'] as const
  const until = new Date(options.until).toISOString()
  const made = await runTarang([
    'generate',
    ...flags.flatMap(name => [`--${name}`, String(options[name])]),
    '--until',
    until,
    '--out',
    shop,
  ])
  expect(made.code, made.stderr).toBe(0)
  const text = readFileSync(shop, 'utf8')
  expect(createHash('sha256').update(text).digest('hex')).toBe(expected.sha256)

  const first = await runTarang(['replay', shop, '--json'], env)
  expect(first.code, first.stderr).toBe(0)
  expect(JSON.parse(first.stdout)).toMatchObject({
    format: 'jsonl',
    rows: expected.events,
    sent: expected.events,
    skipped: {},
    rejected: {},
    complete: true,
  })
  const { totals } = expected
  const once = await digestOf(env)
  expect(once).toMatchObject(digestOfPlain(totals))
  expect((await runTarang(['replay', shop], env)).stdout).toContain(`${expected.events} events sent`)
  expect(await digestOf(env)).toEqual(once)

  const told = await runTarang(['digest'], env)
  expect(told.stdout).toContain(`sha256 ${totals.digest}`)
  expect(told.stdout).toContain(`${totals.orders} orders, ${totals.purchaseLines} purchase lines`)
})

test('several files, one of them compressed and one with broken rows, come to what a plain fold of their good rows says', async () => {
  const events: Inbound[] = Array.from({ length: 300 }, (_, n) => ({
    type: n % 9 === 4 ? 'refund' : 'purchase',
    id: `e${n % 250}`,
    customerId: `🫖${n % 17}`,
    occurredAt: new Date(Date.UTC(2026, 0, 1 + (n % 28))).toISOString(),
    orderId: `o${n % 40}`,
    currency: 'PKR',
    lines: [
      { productId: `p${n % 5}`, quantity: n % 9 === 4 ? 1 : (n % 5) - 1, unitPrice: `${n % 3}.${String(n).padStart(4, '0')}` },
    ],
  }))
  const good = events.filter(({ type }, n) => type === 'purchase' || n % 3 !== 0)
  const lines = good.map(event => JSON.stringify(event))
  const paths = [join(folder, 'a.jsonl'), join(folder, 'b.jsonl.gz')] as const
  writeFileSync(paths[0], [...lines.slice(0, 100), '{"broken', '{"type":"purchase"}', ...lines.slice(100, 120)].join('\n'))
  writeFileSync(paths[1], gzipSync(lines.slice(120).join('\n')))

  const env = { TARANG_DATA_DIR: join(folder, 'several') }
  const { code, stdout, stderr } = await runTarang(['replay', ...paths], env)
  expect(code, stderr).toBe(0)
  expect(stdout).toMatch(/rejected 1: field_missing \(row 102\)/)
  const plain = new PlainFold()
  for (const event of good) plain.add(event)
  const totals = plain.totals()
  expect(await digestOf(env)).toMatchObject(digestOfPlain(totals))
})
