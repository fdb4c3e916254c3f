import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { SmsPorts } from '../../consumers/dispatch-sms.ts'
import { smsDispatcher } from '../../consumers/sms-dispatcher.ts'
import { ATTEMPTS, retryDelay } from '../../consumers/sms-retry.ts'
import { httpGateway } from '../../infra/gateways/http.ts'
import { smsLookup } from '../../infra/sms/sms-lookup.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import { sqlKeyring } from '../../streams/keyring.ts'
import { silent } from '../../streams/meter.ts'
import type { Sql } from '../../streams/sql.ts'
import { noTracer } from '../../streams/tracer.ts'
import {
  customer,
  endLeases,
  freshSql,
  heldSlots,
  historyOf,
  ledgerOn,
  request,
  statusOf,
  stop,
} from '../infra/sms/sms-fixture.ts'
import { startGateway, type TestGateway } from '../support/sms-gateway.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

const ADA = '+923001234567'
const nobody = 'http://127.0.0.1:9'

let sql: Sql
let server: TestGateway
beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())
beforeEach(async () => {
  await sql.script(
    'TRUNCATE sms_ledger, sms_results, opt_outs, customers, profiles, customer_keys; UPDATE sms_slots SET token = NULL, lease_until = 0',
  )
  await customer(sql, 'ada', { phone: ADA, consent: 'granted' })
  server = await startGateway(join(mkdtempSync(join(tmpdir(), 'sms-')), 'submitted.jsonl'))
})
afterEach(async () => {
  await Promise.allSettled(started.splice(0).map(running => running.end()))
  await server.close()
})

interface Running {
  readonly ended: Promise<void>
  end(): Promise<void>
  wake(): void
}

interface Settings {
  readonly url?: string
  readonly at?: SmsPorts['at']
  readonly timeoutMs?: number
  readonly slots?: number
  readonly windowMs?: number
  readonly drainMs?: number
}

const started: Running[] = []

/** A dispatcher with an HTTP gateway of its own. */
function dispatching({ url = server.url, at, timeoutMs = 10_000, ...options }: Settings = {}): Running {
  const gateway = httpGateway({ url, clock, timeoutMs })
  const ports = {
    ledger: ledgerOn(sql),
    gateway,
    keyring: sqlKeyring(sql, clock),
    clock,
    meter: silent,
    tracer: noTracer,
    ...(at && { at }),
  }
  const dispatcher = smsDispatcher(ports, options)
  const stopping = new AbortController()
  const ended = dispatcher.run(stopping.signal)
  ended.catch(() => {})
  const running: Running = {
    ended,
    wake: () => dispatcher.wake(),
    async end() {
      stopping.abort()
      await ended
    },
  }
  started.push(running)
  return running
}

const count = async (status: string) =>
  (await sql.query('SELECT count(*) AS rows FROM sms_ledger WHERE status = $1', [status]))[0]!.rows as number

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await clock.sleep(10)
}

const references = () => server.submitted().map(s => s.reference)
const many = (n: number, more = {}) => Array.from({ length: n }, (_, i) => ({ id: `r${i}`, ...more }))

test('every queued text is submitted once, and everything is given back when the queue is empty', async () => {
  await request(sql, many(120, { text: 'خوش آمدید', link: 'https://s.pk/1' }))
  const running = dispatching({ slots: 20 })
  server.latencyMs = 20
  await until(async () => (await count('submitted')) === 120)
  expect(new Set(references()).size).toBe(120)
  expect(references()).toHaveLength(120)
  expect(server.submitted()[0]).toMatchObject({ to: ADA, text: 'خوش آمدید https://s.pk/1' })
  expect(server.most).toBeLessThanOrEqual(20)
  await until(async () => (await heldSlots(sql)) === 0)
  await running.end()
})

test.each([
  ['take', 'submitted', null],
  ['refuse', 'rejected', 'http 422: bad_number'],
  ['fail', 'unknown', 'http 503'],
  ['mumble', 'unknown', 'http 200 without an id'],
  ['reset', 'unknown', expect.any(String)],
  ['hang', 'unknown', 'no answer in 1000 ms'],
] as const)('a gateway that answers by "%s" leaves the text %s and is asked once', async (mood, status, detail) => {
  server.mood = mood
  await request(sql, [{ id: 'r1' }])
  const running = dispatching({ timeoutMs: 1000 })
  await until(async () => (await statusOf(sql, 'r1')) === status)
  await clock.sleep(200)
  await running.end()
  expect(references()).toEqual(['r1'])
  const view = await smsLookup(sql, sqlKeyring(sql, clock)).get('r1')
  expect(view).toMatchObject({ id: 'r1', status, parts: 1, encoding: 'GSM-7', attempts: [{ attempt: 1, status, detail }] })
  expect(view!.history.map(step => step.status)).toEqual(['queued', 'claimed', 'submitting', status])
})

test('a gateway that is away is tried again until it is there, and then gets the text once', async () => {
  await request(sql, [{ id: 'r1' }])
  const away = dispatching({ url: nobody })
  await until(async () => (await historyOf(sql, 'r1')).includes('queued: gateway_unreachable: ECONNREFUSED'))
  await away.end()
  const back = dispatching()
  await until(async () => (await statusOf(sql, 'r1')) === 'submitted')
  await back.end()
  expect(references()).toEqual(['r1'])
  const { attempts } = (await smsLookup(sql, sqlKeyring(sql, clock)).get('r1'))!
  expect(attempts.map(({ attempt, status }) => [attempt, status]).at(0)).toEqual([1, 'queued'])
  expect(attempts.at(-1)!.status).toBe('submitted')
})

test('a gateway that stays away ends in a rejection that says so', async () => {
  await request(sql, [{ id: 'r1' }])
  await sql.query('UPDATE sms_ledger SET attempts = $1', [ATTEMPTS - 1])
  const running = dispatching({ url: nobody })
  await until(async () => (await statusOf(sql, 'r1')) === 'rejected')
  await running.end()
  expect((await historyOf(sql, 'r1')).at(-1)).toBe('rejected: gateway_unreachable: ECONNREFUSED')
})

test('a gateway that is away is tried by a few, not by the whole queue', async () => {
  await request(sql, many(300))
  const running = dispatching({ url: nobody, slots: 10 })
  await until(
    async () => (await sql.query("SELECT 1 FROM sms_results WHERE detail LIKE 'gateway_unreachable%' LIMIT 1")).length > 0,
  )
  await clock.sleep(200)
  await running.end()
  const [{ tried }] = (await sql.query('SELECT count(*) AS tried FROM sms_ledger WHERE attempts > 0')) as [{ tried: number }]
  expect(tried).toBeLessThan(60)
  expect(await count('queued')).toBe(300)
})

describe('once a withdrawal is committed', () => {
  test.each([
    ['STOP', () => stop(sql, ADA), 'opted_out'],
    ['a revoked consent', () => customer(sql, 'ada', { phone: ADA, consent: 'revoked' }), 'no_consent'],
  ] as const)('%s keeps every further text from being submitted', async (_, withdraw, reason) => {
    await request(sql, many(150, { class: 'marketing' }))
    server.latencyMs = 5
    const running = dispatching({ slots: 10 })
    await until(() => references().length > 20)
    await withdraw()
    const begun = (await sql.query("SELECT count(*) AS n FROM sms_results WHERE status = 'submitting'"))[0]!.n as number
    await until(async () => (await count('submitted')) + (await count('suppressed')) === 150)
    await running.end()
    expect(await sql.query("SELECT count(*) AS n FROM sms_results WHERE status = 'submitting'")).toEqual([{ n: begun }])
    expect(references()).toHaveLength(begun)
    expect(begun).toBeLessThan(150)
    expect(await sql.query("SELECT DISTINCT reason FROM sms_ledger WHERE status = 'suppressed'")).toEqual([{ reason }])
  })
})

test('a text whose key is gone, or whose seal is broken, is suppressed, and its neighbours go out', async () => {
  await request(sql, [{ id: 'gone', to: '+923007654321' }, { id: 'broken' }, { id: 'fine' }])
  await sql.query("DELETE FROM customer_keys WHERE owner LIKE 'phone:%'")
  await sql.query("UPDATE sms_ledger SET sealed = 'AAAA' || sealed WHERE id = 'broken'")
  const running = dispatching()
  await until(async () => (await count('queued')) === 0 && (await count('submitted')) === 1 && (await count('suppressed')) === 2)
  await running.end()
  expect(await historyOf(sql, 'gone')).toContain('suppressed: erased')
  expect(await historyOf(sql, 'broken')).toContain('suppressed: unreadable')
  expect(await smsLookup(sql, sqlKeyring(sql, clock)).get('gone')).toMatchObject({
    reason: 'erased',
    parts: null,
    encoding: null,
  })
})

test('told to stop, it finishes what is in flight and gives the rest back', async () => {
  await request(sql, many(40))
  server.latencyMs = 300
  const running = dispatching({ slots: 5 })
  await until(() => references().length === 5)
  await running.end()
  expect(await count('submitted')).toBe(5)
  expect(await count('queued')).toBe(35)
  expect(await heldSlots(sql)).toBe(0)
})

test('a gateway that hangs does not hold up the stop; its text becomes unknown once the lease is over', async () => {
  await request(sql, [{ id: 'r1' }])
  const running = dispatching({
    drainMs: 100,
    at: async point => {
      if (point === 'written') await new Promise(() => {})
    },
  })
  await until(() => references().length === 1)
  await running.end()
  expect(await statusOf(sql, 'r1')).toBe('submitting')
  await endLeases(sql)
  const next = dispatching()
  await until(async () => (await statusOf(sql, 'r1')) === 'unknown')
  await next.end()
  expect(references()).toEqual(['r1'])
})

test('an instance that slept through its lease writes nothing more under it', async () => {
  await request(sql, [{ id: 'r1' }, { id: 'r2' }])
  // Asleep between the last check and the write, for longer than the lease's window.
  const running = dispatching({
    slots: 1,
    windowMs: 300,
    at: point => {
      if (point === 'submitting') sleepHard(400)
    },
  })
  await until(async () => (await count('unknown')) === 2)
  await running.end()
  expect(references()).toEqual([])
  expect(await historyOf(sql, 'r1')).toEqual(['queued', 'claimed', 'submitting', 'unknown: deadline_passed'])
})

/** Blocks the whole thread, as a stopped process would. */
function sleepHard(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

test('a lease that was lost in mid-work loses no text and sends none twice', async () => {
  await request(sql, many(60))
  server.latencyMs = 20
  const running = dispatching({ slots: 5 })
  await until(() => references().length > 15)
  await sql.query('UPDATE sms_slots SET lease_until = 1 WHERE token IS NOT NULL')
  await until(async () => (await count('submitted')) + (await count('unknown')) === 60)
  await running.end()
  expect(new Set(references()).size).toBe(references().length)
})

test('two dispatchers share the slots: never more in flight than there are, and no text twice', async () => {
  await request(sql, many(400))
  server.latencyMs = 60
  const both = [dispatching({ slots: 40 }), dispatching({ slots: 40 })]
  await until(async () => (await count('submitted')) === 400)
  for (const running of both) await running.end()
  expect(server.most).toBeLessThanOrEqual(50)
  expect(references()).toHaveLength(400)
  expect(new Set(references()).size).toBe(400)
})

test('a wake is heard before the next look at the queue', async () => {
  const running = dispatching()
  await clock.sleep(700) // by now it looks twice a second
  await request(sql, [{ id: 'r1' }])
  running.wake()
  await until(async () => (await statusOf(sql, 'r1')) === 'submitted')
  await running.end()
})

test('an error of the database ends the run with that error, and the next run loses and repeats nothing', async () => {
  await request(sql, many(60))
  server.latencyMs = 20
  const failing = dispatching({ slots: 5 })
  await until(() => references().length > 10)
  await sql.query('ALTER TABLE sms_slots RENAME TO no_slots')
  await expect(failing.ended).rejects.toThrow(/sms_slots/)
  await sql.query('ALTER TABLE no_slots RENAME TO sms_slots')
  await endLeases(sql)
  const running = dispatching({ slots: 5 })
  await until(async () => (await count('submitted')) + (await count('unknown')) === 60)
  await running.end()
  expect(new Set(references()).size).toBe(references().length)
})

test('retries wait longer each time, never the same for all, and always the same for one', () => {
  const delays = Array.from({ length: 12 }, (_, i) => retryDelay('r1', i + 1))
  for (const [i, delay] of delays.entries()) {
    const longest = Math.min(300_000, 1000 * 2 ** i)
    expect(delay).toBeGreaterThanOrEqual(longest / 2)
    expect(delay).toBeLessThanOrEqual(longest)
  }
  expect(retryDelay('r1', 3)).toBe(retryDelay('r1', 3))
  expect(new Set(['a', 'b', 'c', 'd'].map(id => retryDelay(id, 3))).size).toBe(4)
})
