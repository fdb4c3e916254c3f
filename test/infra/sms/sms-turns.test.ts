import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Sql } from '../../../streams/sql.ts'
import { freshSql, ledgerOn, onlyAda, request } from './sms-fixture.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let sql: Sql
beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())

interface Waiting {
  readonly id: string
  readonly class: 'transactional' | 'marketing'
  readonly campaignId?: string
}

const laneOf = ({ class: kind, campaignId = '' }: Waiting) => `${kind}/${campaignId}`

/** Texts of each lane, in the order in which they were asked for; a lane's position says which campaign and class. */
const lanes = fc
  .record({
    transactional: fc.array(fc.nat(12), { maxLength: 4 }),
    marketing: fc.array(fc.nat(40), { minLength: 1, maxLength: 7 }),
  })
  .map(sizes =>
    (['transactional', 'marketing'] as const).flatMap(kind =>
      sizes[kind].map((size, campaign) =>
        Array.from({ length: size }, (_, i): Waiting => {
          const id = `${kind[0]}${campaign}-${String(i).padStart(3, '0')}`
          return campaign === 0 ? { id, class: kind } : { id, class: kind, campaignId: `c${campaign}` }
        }),
      ),
    ),
  )

function byLane(texts: readonly Waiting[]): Map<string, string[]> {
  const all = new Map<string, string[]>()
  for (const text of texts) all.set(laneOf(text), [...(all.get(laneOf(text)) ?? []), text.id])
  return all
}

test('of each claim every campaign gets its share, in its own order, and claims go on until all is claimed', async () => {
  const limits = fc.record({ transactional: fc.integer({ min: 1, max: 10 }), marketing: fc.integer({ min: 1, max: 30 }) })
  await fc.assert(
    fc.asyncProperty(lanes, limits, async (queued, limits) => {
      await onlyAda(sql)
      const texts = queued.flat()
      const of = new Map(texts.map(text => [text.id, text]))
      await request(sql, texts, 1)
      await sql.query('UPDATE sms_ledger SET not_before = 1')
      const ledger = ledgerOn(sql)
      await ledger.lease('mine', 1, 60_000)
      const left = byLane(texts)
      for (let open = texts.length; open > 0; ) {
        const rows = await ledger.claim('mine', limits)
        expect(rows.length).toBeGreaterThan(0)
        const got = byLane(rows.map(({ id }) => of.get(id)!))
        for (const kind of ['transactional', 'marketing'] as const) {
          const shares = [...left].filter(([lane, ids]) => lane.startsWith(kind) && ids.length > 0)
          const claimed = shares.map(([lane, ids]) => ({ ids, got: got.get(lane) ?? [] }))
          const most = Math.max(0, ...claimed.map(({ got }) => got.length))
          for (const { ids, got } of claimed) {
            expect(got).toEqual(ids.slice(0, got.length)) // a campaign's own order
            expect(got.length >= most - 1 || got.length === ids.length).toBe(true) // its share, or all it has
          }
          const sum = claimed.reduce((all, { got }) => all + got.length, 0)
          expect(sum).toBeLessThanOrEqual(limits[kind])
          expect(sum).toBeGreaterThanOrEqual(Math.min(limits[kind], claimed.length)) // someone of each, as far as it goes
        }
        for (const { id } of rows) left.get(laneOf(of.get(id)!))!.shift()
        open -= rows.length
      }
    }),
    { numRuns: 25, seed: 6 },
  )
})

test('where there are more campaigns than may be claimed at once, all get their turn: none is passed over twice', async () => {
  await onlyAda(sql)
  const texts = Array.from({ length: 30 }, (_, campaign) =>
    Array.from({ length: 5 }, (_, i) => ({ id: `${campaign}-${i}`, class: 'marketing' as const, campaignId: `c${campaign}` })),
  ).flat()
  await request(sql, texts, 1)
  // As they wait in life: a campaign's second text is due after its first.
  await sql.query("UPDATE sms_ledger SET not_before = split_part(id, '-', 2)::integer")
  const ledger = ledgerOn(sql)
  await ledger.lease('mine', 1, 60_000)
  const first: string[] = []
  for (let i = 0; i < 3; i++) first.push(...(await ledger.claim('mine', { transactional: 0, marketing: 10 })).map(({ id }) => id))
  expect(new Set(first.map(id => id.split('-')[0])).size).toBe(30)
})

test('campaigns whose texts are not due take no share from those whose texts are', async () => {
  await onlyAda(sql)
  await request(
    sql,
    Array.from({ length: 60 }, (_, i) => ({
      id: `r${i}`,
      class: 'marketing' as const,
      campaignId: i < 30 ? 'now' : `night${i}`,
    })),
  )
  await sql.query("UPDATE sms_ledger SET not_before = CASE campaign_id WHEN 'now' THEN 1 ELSE 9e15::bigint END")
  const ledger = ledgerOn(sql)
  await ledger.lease('mine', 1, 60_000)
  expect(await ledger.claim('mine', { transactional: 5, marketing: 20 })).toHaveLength(20)
})

test('a claim costs what it claims, not what waits: the queue is never read whole', async () => {
  await onlyAda(sql)
  await sql.script(`INSERT INTO sms_ledger (id, partition, customer_id, campaign_id, class, owner, sealed, requested_at, result_key, not_before)
    SELECT 'm' || i, 0, 'ada', 'c' || i % 5, 'marketing', 'o', 's', 1, 'm' || i, 1 FROM generate_series(1, 20000) i; ANALYZE sms_ledger`)
  const ledger = ledgerOn(sql)
  await ledger.lease('mine', 1, 60_000)
  const read = async () => {
    await sql.script('SELECT pg_stat_force_next_flush()')
    const [row] = await sql.query(
      `SELECT (SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'sms_ledger')
            + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relname = 'sms_ledger') AS entries`,
    )
    return Number(row!.entries)
  }
  const before = await read()
  const CLAIMS = 12 // more than it takes Postgres to settle on one plan for all
  for (let i = 0; i < CLAIMS; i++) expect(await ledger.claim('mine', { transactional: 100, marketing: 100 })).toHaveLength(100)
  expect((await read()) - before).toBeLessThan(CLAIMS * 2000)
})
