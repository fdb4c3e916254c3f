import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { phoneHasher } from '../../models/phone-hash.ts'
import { buildApp } from '../../serving/app.ts'
import { sqlTexts } from '../../serving/lookups/texts.ts'
import type { Sql } from '../../streams/sql.ts'
import { quietPorts } from './fake-ports.ts'
import { lookupDatabase, putCustomer } from './lookup-database.ts'

const phoneHash = phoneHasher('a secret of this test')
const ADA = '+923001234567'
const AT = Date.parse('2026-01-01T00:00:00Z')

let sql: Sql
beforeAll(async () => {
  sql = await lookupDatabase()
  await putCustomer(sql, { id: 'ada' })
  await putCustomer(sql, { id: 'quiet' })
  await sql.query(`INSERT INTO profiles (customer_id, partition, phone, traits, stamps) VALUES ('ada', 0, $1, '{}', '{}')`, [ADA])
  const text = (id: string, at: number, status: string, reason: string | null, phone: string | null, customerId = 'ada') =>
    sql.query(
      `INSERT INTO sms_ledger (id, partition, customer_id, campaign_id, class, owner, sealed, requested_at, result_key, status, reason,
         phone_hash, attempts, updated_at, not_before)
       VALUES ($1, 0, $6, 'c1', 'marketing', 'ada', 's', $2, $1, $3, $4, $5, 1, $2, $7)`,
      [id, at, status, reason, phone === null ? null : phoneHash(phone), customerId, AT + 1000],
    )
  await text('t1', AT, 'submitted', null, ADA)
  await text('t2', AT + 1, 'suppressed', 'cap: 2/day', ADA)
  await text('t3', AT + 1, 'queued', 'quiet_hours', ADA)
  await text('t4', AT + 3, 'suppressed', 'holdout', '+923007654321')
  await text('x'.repeat(128), AT + 4, 'rejected', 'http 400', null)
  await text('b1', AT, 'submitted', null, ADA, 'bob')
})
afterAll(() => sql.close())

const get = (url: string) => buildApp(quietPorts({ texts: sqlTexts(sql, phoneHash) })).inject(url)
const idsOf = (body: { texts: { id: string }[] }) => body.texts.map(({ id }) => id.slice(0, 2))

describe('GET /customers/:customerId/texts', () => {
  test('lists a customer’s own texts, the newest first, and why each stands where it stands', async () => {
    const { texts, nextCursor } = (await get('/customers/ada/texts')).json()
    expect(nextCursor).toBeNull()
    expect(idsOf({ texts })).toEqual(['xx', 't4', 't3', 't2', 't1'])
    expect(texts[2]).toEqual({
      id: 't3',
      campaignId: 'c1',
      variant: null,
      recommendationId: null,
      class: 'marketing',
      status: 'queued',
      reason: 'quiet_hours',
      phone: '+92•••••67',
      attempts: 1,
      requestedAt: '2026-01-01T00:00:00.001Z',
      updatedAt: '2026-01-01T00:00:00.001Z',
      dueAt: '2026-01-01T00:00:01.000Z',
    })
    expect(texts[3]).toMatchObject({ status: 'suppressed', reason: 'cap: 2/day', dueAt: null })
    expect(texts[1].phone).toBeNull() // a number they no longer have
    expect(JSON.stringify(texts)).not.toContain(ADA)
  })

  test('pages go on where they ended, also among texts of one instant and after the longest id', async () => {
    const seen: string[] = []
    let cursor = ''
    for (let pages = 0; pages < 5; pages++) {
      const body = (await get(`/customers/ada/texts?limit=1${cursor}`)).json()
      seen.push(...idsOf(body))
      cursor = `&cursor=${body.nextCursor}`
      expect(body.nextCursor === null).toBe(pages === 4)
    }
    expect(seen).toEqual(['xx', 't4', 't3', 't2', 't1'])
  })

  test('of one status alone', async () => {
    expect(idsOf((await get('/customers/ada/texts?status=suppressed')).json())).toEqual(['t4', 't2'])
    expect((await get('/customers/ada/texts?status=sent')).statusCode).toBe(400)
  })

  test('a customer without texts has none; one with texts and no event yet has theirs; an unknown one is a 404', async () => {
    expect((await get('/customers/quiet/texts')).json()).toEqual({ texts: [], nextCursor: null })
    expect((await get('/customers/bob/texts')).json().texts).toMatchObject([{ id: 'b1', phone: null }])
    const unknown = await get('/customers/nobody/texts')
    expect([unknown.statusCode, unknown.json().code]).toEqual([404, 'customer_unknown'])
  })

  test('a cursor of another list is refused', async () => {
    const { nextCursor } = (await get('/customers/ada/texts?limit=1')).json()
    const other = await get(`/customers/bob/texts?cursor=${nextCursor}`)
    expect([other.statusCode, other.json().code]).toEqual([400, 'cursor_invalid'])
  })
})
