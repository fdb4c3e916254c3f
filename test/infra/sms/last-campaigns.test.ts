import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { campaignsOf, type SmsReply } from '../../../infra/sms/last-campaigns.ts'
import type { Sql } from '../../../streams/sql.ts'
import { freshSql, phoneHash, request } from './sms-fixture.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const DAY = 86_400_000
const DAYS = 3
const MINUTE = 60_000
const AT = Date.parse('2026-05-01T12:00:00Z')
const phones = ['+923001234567', '+923007654321']
let sql: Sql
beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())

interface Text {
  readonly customerId: string
  readonly phone: string
  readonly class: 'marketing' | 'transactional'
  readonly campaignId: string | undefined
  readonly status: string
  /** Null: it never came so far. */
  readonly begunAt: number | null
}

/** On both sides of every edge. */
const instant = fc
  .tuple(fc.constantFrom(-DAYS * DAY, -DAY, 0, DAY), fc.constantFrom(-MINUTE - 1, -MINUTE, -1, 0, 1, MINUTE, MINUTE + 1))
  .map(([day, off]) => AT + day + off)
const customerId = fc.constantFrom('ada', 'bob')
const phone = fc.constantFrom(...phones)
const text: fc.Arbitrary<Text> = fc.record({
  customerId,
  phone,
  class: fc.constantFrom('marketing' as const, 'marketing' as const, 'transactional' as const),
  campaignId: fc.constantFrom('eid', 'winter', undefined),
  status: fc.constantFrom('queued', 'submitting', 'submitted', 'unknown', 'rejected', 'suppressed', 'delivered', 'expired'),
  begunAt: fc.option(instant),
})
const reply: fc.Arbitrary<SmsReply> = fc.oneof(
  fc.record({ customerId, phone, at: instant }),
  fc.record({ customerId, at: instant }),
)

const WENT = ['submitting', 'submitted', 'unknown', 'delivered', 'expired']

/** The same, looked for one by one. Of two begun in one millisecond the one with the greater id. */
function plainly(texts: readonly Text[], { customerId, phone, at }: SmsReply): string | undefined {
  let last: Text | undefined
  for (const text of texts) {
    const { begunAt } = text
    if (begunAt === null || begunAt < at - DAYS * DAY || begunAt > at + MINUTE) continue
    if (text.customerId !== customerId || (phone !== undefined && text.phone !== phone)) continue
    if (text.class !== 'marketing' || !WENT.includes(text.status)) continue
    if (last === undefined || begunAt >= last.begunAt!) last = text
  }
  return last?.campaignId
}

test('a reply is one to the campaign of the last marketing text that went, whatever else is in the ledger', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(text, { maxLength: 12 }), fc.array(reply, { maxLength: 6 }), async (texts, replies) => {
      await sql.script('TRUNCATE sms_ledger, sms_results')
      const id = (n: number) => `text-${String(n).padStart(2, '0')}`
      await request(
        sql,
        texts.map(({ customerId, class: kind, campaignId }, n) => ({
          id: id(n),
          customerId,
          class: kind,
          ...(campaignId === undefined ? {} : { campaignId }),
        })),
      )
      for (const [n, { phone, status, begunAt }] of texts.entries())
        await sql.query('UPDATE sms_ledger SET phone_hash = $2, status = $3, begun_at = $4 WHERE id = $1', [
          id(n),
          phoneHash(phone),
          status,
          begunAt,
        ])
      expect(await campaignsOf(sql, phoneHash, replies, DAYS)).toEqual(replies.map(one => plainly(texts, one)))
      expect(await campaignsOf(sql, phoneHash, replies, 0)).toEqual(replies.map(() => undefined))
    }),
    { numRuns: 60 },
  )
})
