import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { flowTimers } from '../../consumers/flow-timers.ts'
import { type Clock, systemClock } from '../../streams/clock.ts'
import type { Outbound } from '../../streams/outbound.ts'
import type { Sql } from '../../streams/sql.ts'
import { timerService } from '../../streams/timer-service.ts'
import { flowSql } from '../support/flow-world.ts'

const PAGE = 10

describe('a hundred timers that are due at once, told ten at a time', () => {
  let sql: Sql
  beforeAll(async () => {
    sql = await flowSql()
  }, 120_000)
  afterAll(() => sql.close())
  beforeEach(async () => {
    await sql.script(`TRUNCATE timers, scanner_leases;
      INSERT INTO timers (customer_id, partition, due_at) SELECT 'c' || lpad(n::text, 3, '0'), 0, n FROM generate_series(1, 100) n`)
  })

  async function serving(clock: Clock, work: (told: readonly string[]) => Promise<void>): Promise<void> {
    const told: string[] = []
    const publish = async (records: readonly Outbound[]) => {
      told.push(...records.map(({ key }) => key as string))
      return {} as never
    }
    const stop = new AbortController()
    const running = timerService(flowTimers, { sql, publish, clock, page: PAGE }).run(stop.signal)
    await work(told).finally(() => stop.abort())
    await running
  }
  const fold = (customers: readonly string[]) => sql.query('DELETE FROM timers WHERE customer_id = ANY($1::text[])', [customers])

  test('are two pages ahead of who folds them at most, so that the events of others do not wait behind all', async () => {
    await serving({ ...systemClock, monotonic: () => 0 }, async told => {
      for (let folded = 0; folded < 80; folded += PAGE) {
        await vi.waitFor(() => expect(told).toHaveLength(folded + 2 * PAGE))
        await systemClock.sleep(60)
        expect(told).toHaveLength(folded + 2 * PAGE)
        await fold(told.slice(folded, folded + PAGE))
      }
    })
  })

  test('are all told though none is ever folded', async () => {
    let now = 0
    // Each look is half a second later than the last.
    const clock = { ...systemClock, monotonic: () => (now += 500) }
    await serving(clock, async told => {
      await vi.waitFor(() => expect(new Set(told).size).toBe(100), { timeout: 10_000 })
    })
  })
})
