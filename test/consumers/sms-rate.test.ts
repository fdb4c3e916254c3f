import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { burstOf } from '../../consumers/sms-pace.ts'
import { smsLookup } from '../../infra/sms/sms-lookup.ts'
import { smsPace } from '../../infra/sms/sms-pace.ts'
import { smsParts } from '../../models/sms-parts.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import { sqlKeyring } from '../../streams/keyring.ts'
import type { Sql } from '../../streams/sql.ts'
import { freshSql, historyOf, onlyAda, request } from '../infra/sms/sms-fixture.ts'
import { runDispatcher } from '../support/run-dispatcher.ts'
import { scriptedGateway, type Written } from '../support/scripted-gateway.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 30_000 })

let sql: Sql
beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())

const textOf = (parts: number) => 'x'.repeat(parts === 1 ? 20 : 153 * parts)
const partsIn = (written: readonly Written[]) => written.reduce((sum, { text }) => sum + smsParts(text).parts, 0)

/** The most parts that left in any second. */
function mostInASecond(written: readonly Written[]): number {
  const counted = [...written].sort((a, b) => a.at - b.at)
  return Math.max(0, ...counted.map(({ at }) => partsIn(counted.filter(other => other.at >= at && other.at < at + 1000))))
}

test('over two instances, in any second no more parts leave than the rate and the burst; and over the whole time the rate is used', async () => {
  const wanted = fc.record({
    rate: fc.integer({ min: 5, max: 120 }),
    sizes: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 6 }),
  })
  await fc.assert(
    fc.asyncProperty(wanted, async ({ rate, sizes }) => {
      await onlyAda(sql)
      await sql.script('TRUNCATE sms_pace')
      const texts = Array.from({ length: 6 * rate }, (_, i) => ({ id: `r${i}`, text: textOf(sizes[i % sizes.length]!) }))
      await request(sql, texts)
      const gateway = scriptedGateway(undefined, { latencyMs: 5 })
      const ports = { pace: smsPace(sql, { sender: 'test', rate, clock }) }
      const both = [runDispatcher(sql, gateway, { slots: 25, ports }), runDispatcher(sql, gateway, { slots: 25, ports })]
      await vi.waitUntil(() => gateway.written.length > 0, { timeout: 20_000 })
      await clock.sleep(3500)
      for (const running of both) await running.end()
      const { written } = gateway
      expect(mostInASecond(written)).toBeLessThanOrEqual(rate + burstOf(rate, Math.max(...sizes)))
      const seconds = (written.at(-1)!.at - written[0]!.at) / 1000
      expect(partsIn(written) / seconds).toBeGreaterThan(0.6 * rate)
      expect(new Set(written.map(({ reference }) => reference)).size).toBe(written.length)
    }),
    { numRuns: 5, seed: 7 },
  )
})

test('a text whose leave ran out while it was begun waits in its place and is not written; it goes later, once', async () => {
  await onlyAda(sql)
  await sql.script('TRUNCATE sms_pace')
  await request(sql, [{ id: 'r1' }])
  let slow = true
  const pace = smsPace(sql, { sender: 'test', rate: 50, clock })
  const gateway = scriptedGateway()
  const running = runDispatcher(sql, gateway, {
    ports: {
      pace: {
        ...pace,
        async take(parts) {
          const permit = await pace.take(parts)
          return slow ? { ...permit, until: clock.monotonic() - 1 } : permit
        },
      },
    },
  })
  await vi.waitUntil(async () => (await historyOf(sql, 'r1')).includes('queued: leave_expired'), { timeout: 20_000 })
  expect(gateway.written).toEqual([])
  slow = false
  await vi.waitUntil(() => gateway.written.length === 1, { timeout: 20_000 })
  await running.end()
  expect(gateway.written).toHaveLength(1)
})

test('a transactional text overtakes the marketing that waits for its rate', async () => {
  await onlyAda(sql)
  await sql.script('TRUNCATE sms_pace')
  await request(
    sql,
    Array.from({ length: 100 }, (_, i) => ({ id: `m${i}`, class: 'marketing' as const, text: textOf(2) })),
  )
  const gateway = scriptedGateway()
  const running = runDispatcher(sql, gateway, { ports: { pace: smsPace(sql, { sender: 'test', rate: 10, clock }) } })
  await vi.waitUntil(() => gateway.written.length > 5, { timeout: 20_000 })
  await request(sql, [{ id: 'code' }])
  const before = gateway.written.length
  running.wake()
  await vi.waitUntil(() => gateway.written.some(({ reference }) => reference === 'code'), { timeout: 20_000 })
  await running.end()
  expect(gateway.written.findIndex(({ reference }) => reference === 'code') - before).toBeLessThanOrEqual(6)
})

test('a text of a flow asks for leave for as many parts as it has once its names are in it', async () => {
  await onlyAda(sql)
  await sql.script('TRUNCATE sms_pace')
  await request(sql, [{ id: 'r1', text: 'Hi {{first_name}}', step: { at: 0 } }])
  const asked: number[] = []
  const pace = smsPace(sql, { sender: 'test', rate: 50, clock })
  const gateway = scriptedGateway()
  const running = runDispatcher(sql, gateway, {
    ports: {
      fill: async (_, content) => ({ text: content.replace('{{first_name}}', 'عائشہ'.repeat(20)) }),
      pace: {
        ...pace,
        take(parts) {
          asked.push(...parts)
          return pace.take(parts)
        },
      },
    },
  })
  await vi.waitUntil(() => gateway.written.length === 1, { timeout: 20_000 })
  await running.end()
  expect(smsParts(gateway.written[0]!.text).parts).toBe(2)
  expect(new Set(asked)).toEqual(new Set([2]))
  expect(await smsLookup(sql, sqlKeyring(sql, clock)).get('r1')).toMatchObject({ parts: null, encoding: null })
})
