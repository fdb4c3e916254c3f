import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { HistoryRecord } from '../../../consumers/rehearsal.ts'
import { readConfig } from '../../../infra/config.ts'
import { rehearsalPlan } from '../../../infra/rehearsal/rehearsal-setup.ts'
import { RehearsalTooLarge, rehearseApart } from '../../../infra/rehearsal/rehearse-apart.ts'
import { sqlRehearsals } from '../../../infra/rehearsal/sql-rehearsals.ts'
import type { Campaign } from '../../../serving/ports/campaigns.ts'
import { systemClock } from '../../../streams/clock.ts'
import type { Sql } from '../../../streams/sql.ts'
import { engineOf } from '../../support/engine.ts'
import { flowSql, newFlowWorld } from '../../support/flow-world.ts'
import { winBack } from '../../support/win-back.ts'

const DAY = 86_400_000
const config = readConfig({ TARANG_LINK_HOSTS: 'shop.example' })
const campaign = { id: 'c0', version: 1, flow: winBack } as Campaign
const range = { from: Date.parse('2025-01-01'), to: Date.parse('2025-03-01') }

let sql: Sql
beforeAll(async () => {
  sql = await flowSql()
}, 120_000)
afterAll(() => sql.close())

describe('a log that says there is more and never gives it', () => {
  /** As one whose brokers are out of reach. */
  async function silentLog() {
    const world = await newFlowWorld(sql, 2)
    const log = { ...world.log, offsets: async () => [0, 1].map(() => ({ start: 0, end: 1000 })) }
    const { keyring } = engineOf(world, 'reader')
    return { ...world, log, keyring, clock: systemClock, config }
  }
  const parts = { clicks: undefined as never, attribution: undefined as never } // asked once a history was read

  test('is late when its time is up, and the next rehearsal may begin', async () => {
    const rehearsals = sqlRehearsals({ ...(await silentLog()), ...parts, budgetMs: 300 })
    const waiting = new AbortController()
    const rehearse = () => rehearsals.rehearse(campaign, { ...range, reachable: true }, { id: 'ada' }, () => {}, waiting.signal)
    const first = rehearse()
    expect(await rehearse()).toEqual({ outcome: 'busy' })
    expect(await first).toEqual({ outcome: 'late' })
    expect(await rehearse()).toEqual({ outcome: 'late' })
  })

  test('is left once nobody waits any more', async () => {
    const rehearsals = sqlRehearsals({ ...(await silentLog()), ...parts, budgetMs: 60_000 })
    const waiting = new AbortController()
    const done = rehearsals.rehearse(campaign, { ...range, reachable: true }, { id: 'ada' }, () => {}, waiting.signal)
    await systemClock.sleep(100)
    waiting.abort()
    expect(await done).toEqual({ outcome: 'stopped' })
  })
})

test('more customers than the worker’s memory holds are refused as that, and their history is left', async () => {
  let left = false
  async function* endless(): AsyncGenerator<HistoryRecord[]> {
    try {
      for (let n = 0; ; n += 500) yield Array.from({ length: 500 }, (_, i) => bought(`customer-${n + i}`))
    } finally {
      left = true
    }
  }
  const plan = rehearsalPlan(config, {
    campaign: { id: 'c0', version: 1, flow: winBack, categories: [] },
    beside: [],
    ...range,
    reachable: true,
    currency: 'PKR',
  })
  const rehearsal = rehearseApart(plan, endless(), new AbortController().signal, 96)
  await expect(rehearsal).rejects.toThrow(RehearsalTooLarge)
  expect(left).toBe(true)
}, 120_000)

function bought(customerId: string): HistoryRecord {
  const at = range.from + DAY
  const occurredAt = new Date(at).toISOString()
  const lines = [{ productId: 'tea', quantity: 1, unitPrice: '5.00' }]
  const event = { type: 'purchase' as const, id: `e-${customerId}`, customerId, occurredAt, orderId: 'o', currency: 'PKR', lines }
  const rfm = { firstAt: at, lastAt: at, orders: 1, gross: 50_000, net: 50_000 }
  return { change: { customerId, seq: 1, at, rfm, event }, at, cameAt: at }
}
