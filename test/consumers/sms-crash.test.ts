import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { SmsPoint } from '../../consumers/dispatch-sms.ts'
import { smsDispatcher } from '../../consumers/sms-dispatcher.ts'
import { httpGateway } from '../../infra/gateways/http.ts'
import { keepPhoneWords } from '../../infra/sms/phone-words.ts'
import { migrate } from '../../infra/sql/migrate.ts'
import { pgSql } from '../../infra/sql/pg-sql.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import { sqlKeyring } from '../../streams/keyring.ts'
import { silent } from '../../streams/meter.ts'
import type { Sql } from '../../streams/sql.ts'
import { noTracer } from '../../streams/tracer.ts'
import { customer, freshSql, ledgerOn, migrations, phoneHash, request, stop } from '../infra/sms/sms-fixture.ts'
import { startGateway, type TestGateway } from '../support/sms-gateway.ts'
import { describeStack } from '../support/stack.ts'
import type { DispatcherProcess } from './sms-dispatcher-process.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 })

const entry = fileURLToPath(new URL('./sms-dispatcher-process.ts', import.meta.url))
const points: readonly SmsPoint[] = ['claimed', 'submitting', 'written', 'settled']
const ADA = '+923001234567'

async function start(settings: DispatcherProcess) {
  const child = fork(entry, [JSON.stringify(settings)], { execArgv: ['--import', 'tsx'] })
  const ended = once(child, 'exit').then(([, signal]) => signal as string | null)
  await Promise.race([once(child, 'message'), ended])
  return {
    ended,
    dead: () => child.signalCode !== null || child.exitCode !== null,
    kill(signal: NodeJS.Signals) {
      child.kill(signal)
      return ended
    },
  }
}

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await clock.sleep(25)
}

/** Texts of every fate: most go out, some must not. */
async function seed(sql: Sql, count: number, batch = 'r'): Promise<void> {
  await customer(sql, 'ada', { phone: ADA, consent: 'granted' })
  await customer(sql, 'shy', { phone: '+923003333333' })
  await stop(sql, '+923004444444')
  const kinds = [
    {},
    { class: 'marketing' as const },
    { customerId: 'shy', class: 'marketing' as const },
    { to: '+923004444444' },
    { to: '+923005555555' },
  ]
  await request(
    sql,
    Array.from({ length: count }, (_, i) => ({ id: `${batch}${i}`, ...kinds[i % kinds.length] })),
  )
}

const ENDS = ['submitted', 'rejected', 'unknown', 'suppressed']
const open = async (sql: Sql) =>
  (await sql.query('SELECT count(*) AS open FROM sms_ledger WHERE status <> ALL($1::text[])', [ENDS]))[0]!.open as number

/** What must hold once everything ended, whoever was killed: nothing lost, nothing sent twice, and the ledger says what the gateway saw. */
async function expectSound(sql: Sql, gateway: TestGateway): Promise<void> {
  const seen = gateway.submitted().map(s => s.reference)
  expect(new Set(seen).size).toBe(seen.length)
  const rows = await sql.query('SELECT id, status, customer_id, recipient IS NOT NULL AS bare, reason FROM sms_ledger')
  const idsOf = (status: string) => rows.filter(row => row.status === status).map(row => row.id as string)
  expect(rows.every(row => ENDS.includes(row.status as string))).toBe(true)
  for (const id of idsOf('submitted')) expect(seen).toContain(id)
  for (const id of idsOf('suppressed')) expect(seen).not.toContain(id)
  const told = new Set([...idsOf('submitted'), ...idsOf('unknown')])
  for (const id of seen) expect(told).toContain(id)
  expect(gateway.submitted().some(({ to }) => to === '+923003333333' || to === '+923004444444')).toBe(false)
}

const newGateway = () => startGateway(join(mkdtempSync(join(tmpdir(), 'sms-')), 'submitted.jsonl'))

test('embedded: killed at every point, nothing is lost and nothing is sent twice', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sms-db-'))
  const before = await freshSql(folder)
  await seed(before, 40)
  await before.close()
  const gateway = await newGateway()
  gateway.latencyMs = 20
  for (const [i, point] of points.entries()) {
    const dying = await start({
      database: { folder },
      gatewayUrl: gateway.url,
      slots: 3,
      timeoutMs: 700,
      dieAt: { point, times: 2 + i },
    })
    expect(await dying.ended).toBe('SIGKILL')
    await clock.sleep(1400) // its lease: 700 ms for a call, 600 ms to renew
  }
  const sql = await freshSql(folder)
  const adapter = httpGateway({ url: gateway.url, clock })
  const stopping = new AbortController()
  const last = smsDispatcher({
    ledger: ledgerOn(sql),
    gateway: adapter,
    keyring: sqlKeyring(sql, clock),
    clock,
    meter: silent,
    tracer: noTracer,
  }).run(stopping.signal)
  await until(async () => (await open(sql)) === 0)
  stopping.abort()
  await last
  await adapter.close()
  await expectSound(sql, gateway)
  await sql.close()
  await gateway.close()
  rmSync(folder, { recursive: true })
})

describeStack('on the stack', ({ databaseUrl }) => {
  const name = `sms_${process.pid}_${Date.now()}`
  const url = Object.assign(new URL(databaseUrl), { pathname: `/${name}` }).href
  const admin = pgSql({ url: databaseUrl, max: 1, onError: () => {} })
  let sql: Sql
  beforeAll(async () => {
    await admin.query(`CREATE DATABASE ${name}`)
    sql = pgSql({ url, onError: () => {} })
    await migrate(sql, { folder: migrations })
  })
  afterAll(async () => {
    await sql.close()
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
    await admin.close()
  })
  beforeEach(() =>
    sql.script(
      'TRUNCATE sms_ledger, sms_results, opt_outs, customers, profiles, customer_keys; UPDATE sms_slots SET token = NULL, lease_until = 0',
    ),
  )

  test('two processes, killed at every point and at random, lose nothing and send nothing twice', async () => {
    const gateway = await newGateway()
    gateway.latencyMs = 30
    await seed(sql, 300)
    const settings = { database: { url }, gatewayUrl: gateway.url, slots: 30, timeoutMs: 700 }
    for (const [i, point] of points.entries()) {
      const [dying, other] = await Promise.all([start({ ...settings, dieAt: { point, times: 3 + 2 * i } }), start(settings)])
      for (let more = 0; !dying.dead(); more++) await seed(sql, 50, `more${i}-${more}-`)
      expect(await dying.ended).toBe('SIGKILL')
      await clock.sleep(50 * i)
      await other.kill('SIGKILL')
    }
    const both = [await start(settings), await start(settings)]
    await until(async () => (await open(sql)) === 0)
    for (const running of both) expect(await running.kill('SIGTERM')).toBe(null)
    await expectSound(sql, gateway)
    expect(
      await sql.query('SELECT count(*) AS held FROM sms_slots WHERE lease_until > extract(epoch FROM clock_timestamp()) * 1000'),
    ).toEqual([{ held: 0 }])
    await gateway.close()
  })

  test('two processes never have more than fifty in flight, and keep them filled', async () => {
    const gateway = await newGateway()
    gateway.latencyMs = 500 // so that fifty are under way however slow this machine is
    await seed(sql, 500)
    const settings = { database: { url }, gatewayUrl: gateway.url, slots: 35, timeoutMs: 10_000 }
    const both = [await start(settings), await start(settings)]
    await until(async () => (await open(sql)) === 0)
    for (const running of both) expect(await running.kill('SIGTERM')).toBe(null)
    expect(gateway.most).toBeLessThanOrEqual(50)
    expect(gateway.most).toBeGreaterThan(45)
    await expectSound(sql, gateway)
    expect(await sql.query("SELECT count(*) AS n FROM sms_ledger WHERE status = 'submitted'")).toEqual([{ n: 300 }])
    await gateway.close()
  })

  test('STOP waits for a submission that is being decided, and stops every one after it', async () => {
    const gateway = await newGateway()
    gateway.latencyMs = 5
    await customer(sql, 'ada', { phone: ADA, consent: 'granted' })
    await request(
      sql,
      Array.from({ length: 400 }, (_, i) => ({ id: `r${i}` })),
    )
    const running = await start({ database: { url }, gatewayUrl: gateway.url, slots: 20, timeoutMs: 10_000 })
    await until(() => gateway.submitted().length > 50)
    // In the webhook's own transaction: what it can count under the phone's lock is all that ever begins.
    const begun = await sql.transaction(async tx => {
      await tx.query('UPDATE opt_outs SET stopped = true')
      const [row] = await tx.query("SELECT count(*) AS n FROM sms_results WHERE status = 'submitting'")
      await clock.sleep(100)
      return row!.n as number
    })
    await until(async () => (await open(sql)) === 0)
    await running.kill('SIGTERM')
    expect(await sql.query("SELECT count(*) AS n FROM sms_results WHERE status = 'submitting'")).toEqual([{ n: begun }])
    expect(gateway.submitted()).toHaveLength(begun)
    expect(begun).toBeLessThan(400)
    await gateway.close()
  })

  test('under load by two processes, the last text to a phone is written within the bound after its STOP was accepted', async () => {
    const gateway = await newGateway()
    gateway.latencyMs = 20
    const phones = Array.from({ length: 40 }, (_, i) => `+9230012340${String(i).padStart(2, '0')}`)
    for (let n = 0; n < 40; n++)
      await request(
        sql,
        phones.map((to, i) => ({ id: `${i}-${n}`, to })),
      )
    const settings = { database: { url }, gatewayUrl: gateway.url, slots: 25, timeoutMs: 10_000 }
    const both = [await start(settings), await start(settings)]
    await until(() => gateway.submitted().length > 100)
    const accepted = new Map<string, number>()
    for (const phone of phones) {
      await keepPhoneWords(sql, phoneHash, [{ phone, keyword: 'stop', at: Date.now(), source: 'test' }])
      accepted.set(phone, Date.now())
    }
    await until(async () => (await open(sql)) === 0)
    for (const running of both) await running.kill('SIGTERM')
    const late = gateway.submitted().flatMap(({ to, at }) => (at > accepted.get(to)! ? [at - accepted.get(to)!] : []))
    console.log(`STOP → last write, by two processes: ${late.length} texts after it, ${Math.max(0, ...late)} ms at most`)
    // Nine tenths of the processes' window of 600 ms, and what it takes here to read what they wrote.
    expect(Math.max(0, ...late)).toBeLessThan(540 + 1000)
    const begun = await sql.query(
      "SELECT r.request_id FROM sms_results r JOIN sms_ledger l ON l.id = r.request_id JOIN opt_outs o ON o.phone_hash = l.phone_hash WHERE r.status = 'submitting' AND r.at > o.stopped_at",
    )
    expect(begun).toEqual([])
    await gateway.close()
  })
})
