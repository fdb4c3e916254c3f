import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test, vi } from 'vitest'
import { formatMoney } from '../../../models/money.ts'
import { syntheticShop } from '../../../producers/shop/synthetic-shop.ts'
import type { Inbound } from '../../../schemas/events.ts'
import { systemClock } from '../../../streams/clock.ts'
import fixture from '../../fixtures/shop-seed-1.digest.json' with { type: 'json' }
import { PlainFold, type Totals } from '../../support/plain-fold.ts'
import { runTarang, spawnTarang, startServer } from '../../support/run-tarang.ts'

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

/** A shop's past as a file, and what it must come to. */
function shopFile(name: string, customers: number): { path: string; lines: number; totals: Totals } {
  const past = syntheticShop({ seed: 4, customers, until: Date.UTC(2026, 0, 1), products: 60, currency: 'PKR' })
  const events = [...past.history()]
  const plain = new PlainFold()
  for (const event of events) plain.add(event)
  const path = join(folder, name)
  writeFileSync(path, events.map(event => JSON.stringify(event)).join('\n'))
  return { path, lines: events.length, totals: plain.totals() }
}

/** How far a replay has kept that it is; undefined before it kept anything. */
function kept(dataDir: string): { line: number } | undefined {
  const replays = join(dataDir, 'replays')
  if (!existsSync(replays)) return undefined
  const names = readdirSync(replays, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.json'))
  return names[0] === undefined ? undefined : JSON.parse(readFileSync(join(replays, names[0]), 'utf8'))
}

/** Runs a replay and ends it by `kill -9` once it has got past a row. */
async function killPast(row: number, args: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
  const child = spawnTarang(args, env)
  const ended = once(child, 'exit')
  let over = false
  void ended.then(() => {
    over = true
  })
  while (!over && (kept(env.TARANG_DATA_DIR!)?.line ?? 0) <= row) await systemClock.sleep(5)
  child.kill('SIGKILL')
  expect((await ended)[1]).toBe('SIGKILL')
}

test('a replay into one process, killed by kill -9 again and again, goes on where it was and counts nothing twice', async () => {
  const { path, lines, totals } = shopFile('killed.jsonl', 600)
  const env = { TARANG_DATA_DIR: join(folder, 'killed') }
  for (const row of [1, Math.floor(lines / 3), Math.floor(lines / 2)]) await killPast(row, ['replay', path], env)
  const last = await runTarang(['replay', path, '--json'], env)
  expect(last.code, last.stderr).toBe(0)
  expect(last.stderr).toMatch(/going on at row \d+, where an earlier replay ended/)
  const { from, rows, complete } = JSON.parse(last.stdout)
  expect(complete).toBe(true)
  expect(from).toBeGreaterThan(Math.floor(lines / 2))
  expect(rows).toBe(lines - from + 1)
  expect(await digestOf(env)).toMatchObject(digestOfPlain(totals))
  const again = JSON.parse((await runTarang(['replay', path, '--json'], env)).stdout)
  expect(again).toMatchObject({ from: 1, sent: lines })
})

test('a replay over HTTP, killed by kill -9, goes on where it was; into other data it begins at the beginning', async () => {
  const { path, lines, totals } = shopFile('posted.jsonl', 300)
  const [first, second] = [{ TARANG_DATA_DIR: join(folder, 'posted') }, { TARANG_DATA_DIR: join(folder, 'other') }]
  const client = { TARANG_DATA_DIR: join(folder, 'client') }
  const server = await startServer({ ...first, TARANG_DEMO: 'off' })
  await killPast(1, ['replay', path, '--url', server.url], client)
  const other = await startServer({ ...second, TARANG_DEMO: 'off' })
  const elsewhere = await runTarang(['replay', path, '--url', other.url, '--json'], client)
  await other.stop()
  expect(JSON.parse(elsewhere.stdout)).toMatchObject({ from: 1, sent: lines })
  const rest = await runTarang(['replay', path, '--url', server.url, '--json'], client)
  expect(JSON.parse(rest.stdout)).toMatchObject({ from: expect.toSatisfy((from: number) => from > 1), complete: true })
  await waitFor(async () =>
    (await (await fetch(`${server.url}/metrics`)).text()).includes('tarang_lag_records{processor="customers"} 0'),
  )
  await server.stop()
  expect(await digestOf(first)).toMatchObject(digestOfPlain(totals))
})

async function waitFor(ready: () => Promise<boolean>): Promise<void> {
  while (!(await ready())) await systemClock.sleep(100)
}

test('at a pace it says how long that takes and where in time it is; stopped, it says that it goes on', async () => {
  const path = join(folder, 'slow.jsonl')
  const event = (n: number) => ({
    type: 'click',
    id: `slow${n}`,
    customerId: 'ada',
    occurredAt: new Date(Date.UTC(2026, 0, 1) + n * 3_600_000).toISOString(),
    kind: 'view',
  })
  writeFileSync(path, Array.from({ length: 49 }, (_, n) => JSON.stringify(event(n))).join('\n'))
  const env = { TARANG_DATA_DIR: join(folder, 'slow') }
  const child = spawnTarang(['replay', path, '--speed', '3600x'], env)
  let heard = ''
  child.stderr!.on('data', chunk => {
    heard += chunk
  })
  const ended = once(child, 'close')
  await waitFor(async () => (kept(env.TARANG_DATA_DIR)?.line ?? 0) > 3)
  child.kill('SIGINT')
  expect((await ended)[0], heard).toBe(1)
  expect(heard).toMatch(/49 events from 2026-01-01 to 2026-01-03, at 3600x about 48 s/)
  expect(heard).toMatch(/at 2026-01-01T\d\d:\d\d:\d\dZ, \d+ events, \d+ s left/)
  expect(heard).toMatch(/Stopped\. The same command goes on where this one was\./)
  const rest = await runTarang(['replay', path, '--speed', '360000x', '--json'], env)
  expect(JSON.parse(rest.stdout)).toMatchObject({ complete: true, from: expect.toSatisfy((from: number) => from > 3) })
})
