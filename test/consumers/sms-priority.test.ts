import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { Sql } from '../../streams/sql.ts'
import { freshSql, onlyAda, request } from '../infra/sms/sms-fixture.ts'
import { type RunningDispatcher, runDispatcher } from '../support/run-dispatcher.ts'
import { scriptedGateway } from '../support/scripted-gateway.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 })

const SLOTS = 10

let sql: Sql
let running: RunningDispatcher[] = []
beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())
beforeEach(() => onlyAda(sql))
afterEach(async () => {
  for (const dispatcher of running.splice(0)) await dispatcher.end()
})

const marketing = (campaignId: string, n: number) =>
  Array.from({ length: n }, (_, i) => ({
    id: `${campaignId}-${String(i).padStart(4, '0')}`,
    campaignId,
    class: 'marketing' as const,
  }))
const until = (holds: () => boolean) => vi.waitUntil(holds, { timeout: 50_000, interval: 5 })

test('a campaign of ten that comes after one of a thousand is through long before it, and each in its own order', async () => {
  await request(sql, marketing('large', 1000))
  const gateway = scriptedGateway(undefined, { latencyMs: 20 })
  running = [runDispatcher(sql, gateway, { slots: SLOTS })]
  await until(() => gateway.written.length > 100)
  const before = gateway.written.length
  await request(sql, marketing('small', 10))
  const sent = () => gateway.written.map(({ reference }) => reference)
  const small = () => sent().filter(id => id.startsWith('small'))
  await until(() => small().length === 10)
  // What was claimed ahead goes first: twice the slots and what went meanwhile.
  expect(gateway.written.length - before).toBeLessThan(200)
  expect(small()).toEqual(small().sort())
  const large = sent().filter(id => id.startsWith('large'))
  expect(large).toEqual([...large].sort())
})

test('while five campaigns wait, each has a fifth of what goes out', async () => {
  const campaigns = ['a', 'b', 'c', 'd', 'e']
  for (const [i, campaign] of campaigns.entries()) await request(sql, marketing(campaign, 100 + 60 * i))
  const gateway = scriptedGateway(undefined, { latencyMs: 10 })
  running = [runDispatcher(sql, gateway, { slots: SLOTS }), runDispatcher(sql, gateway, { slots: SLOTS })]
  await until(() => gateway.written.length >= 450)
  const shares = campaigns.map(
    campaign => gateway.written.slice(0, 450).filter(({ reference }) => reference.startsWith(campaign)).length,
  )
  for (const share of shares) expect(Math.abs(share - 90)).toBeLessThanOrEqual(10)
})

test('a transactional text goes next, however much marketing waits', async () => {
  await request(sql, marketing('large', 800))
  const gateway = scriptedGateway(undefined, { latencyMs: 25 })
  running = [runDispatcher(sql, gateway, { slots: SLOTS })]
  for (const round of [1, 2, 3]) {
    await until(() => gateway.written.length > 100 * round)
    await request(sql, [{ id: `code-${round}`, class: 'transactional' }])
    const before = gateway.written.length
    running[0]!.wake()
    await until(() => gateway.written.some(({ reference }) => reference === `code-${round}`))
    const place = gateway.written.findIndex(({ reference }) => reference === `code-${round}`)
    // As many as went through the slots while it was claimed and begun.
    expect(place - before).toBeLessThan(5 * SLOTS)
  }
})
