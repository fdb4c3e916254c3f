import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { httpGateway } from '../../infra/gateways/http.ts'
import { smsInbound } from '../../infra/sms/sms-inbound.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import { noJournal } from '../../streams/journal.ts'
import type { Meter } from '../../streams/meter.ts'
import type { Sql } from '../../streams/sql.ts'
import { freshSql, onlyAda, phoneHash, request } from '../infra/sms/sms-fixture.ts'
import { runDispatcher } from '../support/run-dispatcher.ts'
import { startGateway, type TestGateway } from '../support/sms-gateway.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 30_000 })

const PHONES = 50
const TEXTS = 40
/** Of the default window, what a text may be written in after it was begun (consumers/sms-tenure.ts). */
const BOUND_MS = 9000

let sql: Sql
let server: TestGateway
beforeAll(async () => {
  sql = await freshSql()
  await onlyAda(sql)
  server = await startGateway(join(mkdtempSync(join(tmpdir(), 'sms-')), 'submitted.jsonl'))
})
afterAll(async () => {
  await sql.close()
  await server.close()
})

test('under load, the last text to a phone is written at most so long after its STOP was accepted, and the metric tells no less', async () => {
  const phones = Array.from({ length: PHONES }, (_, i) => `+9230012340${String(i).padStart(2, '0')}`)
  const texts = Array.from({ length: TEXTS }, (_, n) => phones.map((to, i) => ({ id: `${i}-${n}`, to })))
  await request(sql, texts.flat())
  server.latencyMs = 40
  const observed: number[] = []
  const meter: Meter = {
    count: () => {},
    gauge: () => {},
    observe: (name, _, value) => name === 'sms_stop_to_last_write_seconds' && observed.push(value * 1000),
  }
  const gateway = httpGateway({ url: server.url, clock })
  const dispatchers = [1, 2].map(() => runDispatcher(sql, gateway, { slots: 25, ports: { meter } }))
  const hear = smsInbound({
    sql,
    shop: { currency: 'PKR', region: 'PK' },
    clock,
    phoneHash,
    publish: async () => [],
    journal: noJournal,
    confirmations: undefined,
    campaignDays: 7,
  })
  await vi.waitUntil(() => server.submitted().length > 100, { timeout: 60_000, interval: 20 })
  // Each phone says STOP in mid-stream, by the webhook's own way in.
  const accepted = new Map<string, number>()
  for (const phone of phones) {
    await hear({ phone, text: 'STOP', at: clock.now() }, 'test')
    accepted.set(phone, Date.now())
  }
  const open = async () =>
    (await sql.query("SELECT 1 FROM sms_ledger WHERE status IN ('queued', 'claimed', 'submitting') LIMIT 1")).length
  await vi.waitUntil(async () => (await open()) === 0, { timeout: 90_000, interval: 50 })
  for (const dispatcher of dispatchers) await dispatcher.end()
  await gateway.close()

  const arrived = server.submitted()
  const lags = phones.map(
    phone => Math.max(...arrived.filter(({ to }) => to === phone).map(({ at }) => at)) - accepted.get(phone)!,
  )
  const late = lags.filter(lag => lag > 0)
  const most = Math.max(0, ...late)
  console.log(
    `STOP → last write: ${late.length} of ${PHONES} phones got a text after their STOP was accepted, ${most} ms after it at most; the metric says ${Math.round(Math.max(0, ...observed))} ms`,
  )
  expect(most).toBeLessThan(BOUND_MS)
  expect(observed.length).toBeGreaterThanOrEqual(late.length)
  expect(Math.max(0, ...observed)).toBeGreaterThanOrEqual(most - 5) // two clocks of whole ms
  // What begins after a STOP is kept is none: everything else was suppressed.
  const [begun] = await sql.query(
    "SELECT count(*) AS texts FROM sms_results r JOIN sms_ledger l ON l.id = r.request_id JOIN opt_outs o ON o.phone_hash = l.phone_hash WHERE r.status = 'submitting' AND r.at > o.stopped_at",
  )
  expect(begun!.texts).toBe(0)
  expect(arrived.length).toBeLessThan(PHONES * TEXTS)
  const [suppressed] = await sql.query(
    "SELECT count(*) AS texts FROM sms_ledger WHERE status = 'suppressed' AND reason = 'opted_out'",
  )
  expect((suppressed!.texts as number) + arrived.length).toBe(PHONES * TEXTS)
})

test('who slept after it was begun writes nothing to a phone that said STOP longer ago than the bound', async () => {
  await onlyAda(sql)
  await request(sql, [{ id: 'slept' }])
  const before = server.submitted().length
  const gateway = httpGateway({ url: server.url, clock, timeoutMs: 5000 })
  const dispatcher = runDispatcher(sql, gateway, {
    slots: 1,
    windowMs: 1000, // the bound: 900 ms
    ports: { at: point => (point === 'submitting' ? clock.sleep(1500) : undefined) },
  })
  await vi.waitUntil(async () => (await sql.query("SELECT 1 FROM sms_ledger WHERE status = 'unknown'")).length === 1, {
    timeout: 30_000,
    interval: 20,
  })
  await dispatcher.end()
  await gateway.close()
  expect(server.submitted().length).toBe(before)
})
