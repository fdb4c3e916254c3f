import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ClaimedSms } from '../../../consumers/sms-ledger.ts'
import { addressHasher } from '../../../infra/links/address-hash.ts'
import { LinkClickLog } from '../../../infra/links/link-clicks.ts'
import { personalLinks } from '../../../infra/links/personal-links.ts'
import type { LinkHit } from '../../../serving/ports/links.ts'
import { systemClock } from '../../../streams/clock.ts'
import { silent } from '../../../streams/meter.ts'
import type { Sql, SqlValue } from '../../../streams/sql.ts'
import { freshSql, request } from '../sms/sms-fixture.ts'

let sql: Sql
beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())
beforeEach(() => sql.script('TRUNCATE sms_ledger, sms_results, sms_link_tracking, link_clicks, customer_keys, customers'))

const PHONE = 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36'
const settings = { base: 'https://s.pk', hosts: undefined, days: 90 }
const addressHash = addressHasher('a secret of this test')
const hit = (code: string, more: Partial<LinkHit> = {}): LinkHit => ({
  code,
  method: 'GET',
  userAgent: PHONE,
  purpose: undefined,
  address: '203.0.113.7',
  ...more,
})

/** Codes of texts that were asked for and got their link. */
async function linked(count: number, campaignId = 'c1'): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, i) => `r${i}`)
  await request(
    sql,
    ids.map(id => ({ id, campaignId, link: 'https://shop.pk/sale' })),
  )
  const claimed = ids.map(id => ({ id, link: 'https://shop.pk/sale' }) as ClaimedSms)
  const shown = await personalLinks(sql, settings)(claimed)
  return ids.map(id => shown.get(id)!.replace('https://s.pk/r/', ''))
}

const log = (over: Sql = sql) => new LinkClickLog({ sql: over, clock: systemClock, meter: silent, addressHash })
const kept = async (): Promise<number> => (await sql.query('SELECT count(*)::int AS n FROM link_clicks'))[0]!.n as number

describe('a personal link', () => {
  test('is the same however often its text is claimed, and each text has its own', async () => {
    const first = await linked(20)
    const again = await personalLinks(
      sql,
      settings,
    )(first.map((_, i) => ({ id: `r${i}`, link: 'https://shop.pk/sale' }) as ClaimedSms))
    expect(first.map((_, i) => again.get(`r${i}`))).toEqual(first.map(code => `https://s.pk/r/${code}`))
    expect(new Set(first).size).toBe(20)
  })

  test('says where the customer stood when the text went out, though it was claimed before and had to wait', async () => {
    const stands = (segment: string) =>
      sql.query(
        `INSERT INTO customers (customer_id, partition, seq, orders, gross, net, affinities, consents, segment) VALUES ('ada', 0, 1, 0, 0, 0, '[]', '{}', $1)
         ON CONFLICT (customer_id) DO UPDATE SET segment = excluded.segment`,
        [segment],
      )
    await stands('New')
    await linked(1)
    await stands('Champions')
    await personalLinks(sql, settings)([{ id: 'r0', link: 'https://shop.pk/sale' } as ClaimedSms])
    expect(await sql.query('SELECT segment FROM sms_link_tracking')).toEqual([{ segment: 'Champions' }])
  })

  test('leads where a header can say, whatever letters the link had', async () => {
    await request(sql, [{ id: 'u', link: 'https://shop.pk/چائے' }])
    await personalLinks(sql, { ...settings, days: 1 })([{ id: 'u', link: 'https://shop.pk/چائے' } as ClaimedSms])
    const [row] = await sql.query('SELECT destination, expires_at - created_at AS ms FROM sms_link_tracking')
    expect(row).toEqual({ destination: 'https://shop.pk/%DA%86%D8%A7%D8%A6%DB%92', ms: 86_400_000 })
  })
})

test('a link that cannot be followed, or leads to a host not allowed, goes out as it is and keeps no other from going', async () => {
  const links = { bad: 'https://[', script: 'javascript:alert(1)', evil: 'https://evil.pk/', good: 'https://shop.pk/' }
  const claimed = Object.entries(links).map(([id, link]) => ({ id, link }) as ClaimedSms)
  await request(sql, claimed as { id: string; link: string }[])
  const shown = await personalLinks(sql, { ...settings, hosts: ['shop.pk'] })(claimed)
  expect([...shown.keys()]).toEqual(['good'])
})

describe('visits', () => {
  test('of a burst are all in the table once it is told to stop, and none was waited for', async () => {
    const codes = await linked(50)
    const clicks = log()
    const stopping = new AbortController()
    const following = clicks.follow(stopping.signal)
    for (let i = 0; i < 10_000; i++) expect(clicks.take(hit(codes[i % 50]!))).toBeUndefined()
    stopping.abort()
    await following
    await clicks.close()
    expect(await kept()).toBe(10_000)
  })

  test('wait for a database that fails, and are counted once though a page was written and its answer lost', async () => {
    const codes = await linked(3)
    let failing = 3
    const stormy: Sql = Object.create(sql, {
      query: {
        value: async (text: string, values?: readonly SqlValue[]) => {
          const rows = await sql.query(text, values)
          if (text.startsWith('INSERT INTO link_clicks') && failing-- > 0) throw new Error('the answer was lost')
          return rows
        },
      },
    })
    const clicks = log(stormy)
    for (const code of codes) clicks.take(hit(code))
    await clicks.close()
    expect(await kept()).toBe(3)
  })

  test('that find the queue full wait for room', async () => {
    const [code] = await linked(1)
    const clicks = log()
    for (let i = 0; i < 20_000; i++) clicks.take(hit(code!))
    const waiting = clicks.take(hit(code!))
    expect(waiting).toBeInstanceOf(Promise)
    const stopping = new AbortController()
    const following = clicks.follow(stopping.signal)
    await waiting
    stopping.abort()
    await following
    await clicks.close()
    expect(await kept()).toBe(20_001)
  })

  test('say who came, and keep no address', async () => {
    const [code] = await linked(1)
    const clicks = log()
    await sql.query(
      "INSERT INTO sms_results (id, partition, request_id, n, status, attempt, at) VALUES ('s', 0, 'r0', 3, 'submitting', 1, $1)",
      [Date.now() - 60_000],
    )
    clicks.take(hit(code!))
    clicks.take(hit(code!, { method: 'HEAD' }))
    clicks.take(hit(code!, { userAgent: 'WhatsApp/2.23' }))
    clicks.take(hit(code!, { purpose: 'prefetch' }))
    await clicks.close()
    const rows = await sql.query('SELECT * FROM link_clicks ORDER BY seq')
    expect(rows.map(row => row.automatic)).toEqual([null, 'head', 'agent', 'prefetch'])
    expect(rows[0]).toMatchObject({ code, request_id: 'r0', customer_id: 'ada', campaign_id: 'c1', reported: false })
    expect(Number(rows[0]!.since_sent_ms)).toBeGreaterThanOrEqual(60_000)
    expect(JSON.stringify(rows)).not.toContain('203.0.113.7')
    expect(new Set(rows.map(row => row.address)).size).toBe(1)
  })

  test('of many links from one address are a program’s from where they are too many', async () => {
    const codes = await linked(40)
    const clicks = log()
    for (const code of codes) clicks.take(hit(code))
    clicks.take(hit(codes[0]!, { address: '203.0.113.8' }))
    await clicks.close()
    const rows = await sql.query('SELECT automatic FROM link_clicks ORDER BY seq')
    expect(rows.map(row => row.automatic).filter(reason => reason === 'burst')).toHaveLength(11)
    expect(rows.at(-1)).toEqual({ automatic: null })
  })

  test('end the wait of who follows at once', async () => {
    const [code] = await linked(1)
    const clicks = log()
    const stopping = new AbortController()
    const following = clicks.follow(stopping.signal)
    await sleep(20)
    clicks.take(hit(code!))
    await expect.poll(kept, { timeout: 500, interval: 10 }).toBe(1)
    stopping.abort()
    await following
  })
})

test('an address is known within a day, and not from one day to the next', () => {
  const noon = Date.parse('2026-01-01T12:00:00Z')
  expect(addressHash('1.2.3.4', noon)).toBe(addressHash('1.2.3.4', noon + 3_600_000))
  expect(addressHash('1.2.3.4', noon)).not.toBe(addressHash('1.2.3.4', noon + 86_400_000))
  expect(addressHash('1.2.3.4', noon)).not.toBe(addressHasher('another')('1.2.3.4', noon))
})
