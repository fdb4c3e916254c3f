import { describe, expect, test } from 'vitest'
import { smsReports } from '../../consumers/sms-reports.ts'
import { acceptEvent } from '../../schemas/accept-event.ts'

const row = {
  id: 'r1:5',
  request_id: 'r1',
  customer_id: 'ada',
  recipient: null,
  campaign_id: null,
  status: 'rejected',
  detail: 'opted_out: twilio 21610',
  at: Date.parse('2026-05-01T12:00:00Z'),
  trace: null,
}
const consents = (own: object) =>
  smsReports
    .records({ ...row, ...own })
    .filter(({ value }) => value.type === 'consent')
    .map(({ value }) => value)

describe('a gateway to which the customer said STOP', () => {
  test('revokes the consent of the customer, as any other word of theirs would', () => {
    const [consent, ...more] = consents({})
    expect([consent, more]).toMatchObject([{ customerId: 'ada', channel: 'sms', state: 'revoked', id: 'r1:5:stop' }, []])
    const shop = { currency: 'PKR', region: 'PK', now: row.at } as const
    expect(acceptEvent(consent, shop)).toHaveProperty('event')
  })

  test.each([
    { detail: 'twilio 21211' },
    { detail: null },
    { status: 'suppressed', detail: 'opted_out' },
    { status: 'unknown' },
    { customer_id: null, recipient: 'hash' },
  ])('is not what %o says', own => {
    expect(consents(own)).toEqual([])
  })
})
