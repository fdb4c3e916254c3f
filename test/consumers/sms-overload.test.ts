import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { GatewayAnswer } from '../../consumers/sms-gateway.ts'
import { ATTEMPTS } from '../../consumers/sms-retry.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import type { Sql } from '../../streams/sql.ts'
import { freshSql, heldSlots, historyOf, onlyAda, request } from '../infra/sms/sms-fixture.ts'
import { type RunningDispatcher, runDispatcher } from '../support/run-dispatcher.ts'
import { type ScriptedGateway, scriptedGateway, taken } from '../support/scripted-gateway.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 })

let sql: Sql
let running: RunningDispatcher | undefined
beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())
beforeEach(() => onlyAda(sql))
afterEach(async () => {
  await running?.end()
  running = undefined
})

const throttle = (retryAfterMs: number): GatewayAnswer => ({ outcome: 'throttled', detail: 'http 429', retryAfterMs })
const away: GatewayAnswer = { outcome: 'unreached', detail: 'ECONNREFUSED' }
const many = (n: number) => Array.from({ length: n }, (_, i) => ({ id: `r${String(i).padStart(3, '0')}` }))
const count = async (status: string) =>
  (await sql.query('SELECT count(*) AS n FROM sms_ledger WHERE status = $1', [status]))[0]!.n as number
const until = (holds: () => Promise<boolean> | boolean) => vi.waitUntil(holds, { timeout: 50_000, interval: 10 })
const referencesOf = ({ written }: ScriptedGateway) => written.map(({ reference }) => reference)

test('texts that are throttled wait as long as the gateway says, in their place, and use up none of their attempts', async () => {
  await request(sql, many(40))
  const gateway = scriptedGateway((submission, n) => (n < 15 ? throttle(2500) : taken(submission)))
  running = runDispatcher(sql, gateway, { slots: 5 })
  await until(async () => (await count('submitted')) === 40)
  const [first, ...later] = gateway.written.slice(0, 15)
  const pauses = gateway.written.filter(({ at }, i) => i > 0 && at - gateway.written[i - 1]!.at > 2400)
  expect(pauses.length).toBeGreaterThanOrEqual(3) // five at once, thrice
  expect(later.every(({ at }) => at >= first!.at)).toBe(true)
  // The same five again and again: nobody overtook them.
  expect(new Set(referencesOf(gateway).slice(0, 15)).size).toBe(5)
  expect(await sql.query('SELECT DISTINCT excused, attempts FROM sms_ledger ORDER BY excused')).toEqual([
    { excused: 0, attempts: 1 },
    { excused: 3, attempts: 4 },
  ])
  expect(await historyOf(sql, 'r000')).toEqual(expect.arrayContaining(['queued: gateway_throttled: http 429', 'submitted']))
})

test('what is throttled for a moment only is waited for: nothing is given back, and all of it told on the log, in vain', async () => {
  await request(sql, many(60))
  const gateway = scriptedGateway((submission, n) => (n % 6 === 5 ? throttle(100) : taken(submission)))
  running = runDispatcher(sql, gateway, { slots: 5 })
  await until(async () => (await count('submitted')) === 60)
  const [told] = await sql.query("SELECT count(*) AS n FROM sms_results WHERE detail = 'released'")
  expect(told!.n).toBe(0)
})

test('a text that is throttled for ever does not keep the others from going', async () => {
  await request(sql, many(10))
  const gateway = scriptedGateway(submission => (submission.reference === 'r000' ? throttle(20) : taken(submission)))
  running = runDispatcher(sql, gateway, { slots: 2 })
  await until(async () => (await count('submitted')) === 9)
  await until(() => referencesOf(gateway).filter(id => id === 'r000').length > ATTEMPTS)
  expect(await count('rejected')).toBe(0)
})

test('a gateway that is away costs few texts an attempt; it is tried by one at a time; when it is back all go, each once', async () => {
  await request(sql, many(200))
  let back = false
  const gateway = scriptedGateway(submission => (back ? taken(submission) : away))
  running = runDispatcher(sql, gateway, { slots: 10 })
  await until(() => gateway.written.length > 5)
  await clock.sleep(7000) // long enough for two trials or more
  const tried = gateway.written.length
  const since = gateway.written.filter(({ at }) => at > gateway.written[0]!.at + 900)
  expect(tried).toBeLessThan(40)
  expect(since.length).toBeGreaterThanOrEqual(1)
  for (const [i, { at }] of since.entries()) if (i > 0) expect(at - since[i - 1]!.at).toBeGreaterThan(900)
  expect(await heldSlots(sql)).toBeLessThanOrEqual(1) // others may have them
  back = true
  await until(async () => (await count('submitted')) === 200)
  expect(await count('rejected')).toBe(0)
  expect(gateway.most()).toBe(10)
  expect(new Set(referencesOf(gateway)).size).toBe(200)
})

test('that the gateway is not back is not held against the text that tried', async () => {
  await request(sql, [{ id: 'r1' }])
  await sql.query('UPDATE sms_ledger SET attempts = $1', [ATTEMPTS - 6])
  const gateway = scriptedGateway(() => away)
  // Five failures open the breaker: what comes then is a trial, and would be the last attempt.
  running = runDispatcher(sql, gateway)
  await until(async () => {
    await sql.query("UPDATE sms_ledger SET not_before = 0 WHERE status = 'queued'")
    return gateway.written.length >= 6
  })
  await until(async () => (await count('queued')) === 1)
  expect(await sql.query('SELECT attempts, excused, status FROM sms_ledger')).toEqual([
    { attempts: ATTEMPTS, excused: 1, status: 'queued' },
  ])
})

test('a gateway that answers nobody knows what loses few texts to it: the rest waits', async () => {
  await request(sql, many(300))
  let well = false
  const gateway = scriptedGateway(submission => (well ? taken(submission) : { outcome: 'unknown', detail: 'http 503' }))
  running = runDispatcher(sql, gateway, { slots: 10 })
  await clock.sleep(1500)
  expect(await count('unknown')).toBeLessThan(40)
  well = true
  await until(async () => (await count('submitted')) + (await count('unknown')) === 300)
  expect(await count('unknown')).toBeLessThan(40)
})
