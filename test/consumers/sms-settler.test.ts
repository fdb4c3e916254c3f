import { describe, expect, test } from 'vitest'
import { ABSENT_MS, MOST, nextAsking, weighed } from '../../consumers/sms-settler.ts'

const text = (asked: number, forMs: number) => ({ id: 'r1', gatewayId: undefined, asked, forMs })

describe('what is known after asking', () => {
  test.each(['submitted', 'rejected', 'expired', 'undelivered', 'delivered'] as const)('"%s" is believed at once', status => {
    const finding = { status, detail: 'D1', gatewayId: 'gw-1' }
    expect(weighed(text(0, 10_000), finding, false)).toEqual({
      id: 'r1',
      status,
      detail: `asked: ${status}, D1`,
      gatewayId: 'gw-1',
    })
  })

  test('no answer changes nothing, however long it has been', () => {
    for (const forMs of [10_000, ABSENT_MS, 10 * ABSENT_MS])
      expect(weighed(text(0, forMs), { status: 'unanswered', detail: 'http 500' }, true)).toMatchObject({
        status: 'unknown',
        detail: 'asked: unanswered, http 500',
        nextMs: 20_000,
      })
  })

  test('a text that the gateway has no record of may still be on its way to it, but not for ever', () => {
    const absent = { status: 'absent', detail: '' } as const
    expect(weighed(text(0, ABSENT_MS - 1), absent, false)).toMatchObject({ status: 'unknown', detail: 'asked: absent' })
    expect(weighed(text(5, ABSENT_MS), absent, false)).toMatchObject({ status: 'rejected', detail: 'asked: not_at_gateway' })
  })

  test('it goes out again only where the gateway would recognise it after all', () => {
    expect(weighed(text(5, ABSENT_MS), { status: 'absent', detail: '' }, true)).toMatchObject({ status: 'queued' })
  })
})

test('askings come ever more rarely, for over 16 hours, and then no more; by the time an absence counts it was asked for six times', () => {
  const waits = []
  for (let asked = 0, next: number | undefined; ; asked++) {
    next = nextAsking(asked, MOST.queries)
    if (next === undefined) break
    waits.push(next)
  }
  expect(waits.slice(0, 4)).toEqual([20_000, 40_000, 80_000, 160_000])
  expect(Math.max(...waits)).toBe(3_600_000)
  const total = waits.reduce((sum, wait) => sum + wait, 10_000)
  expect(total).toBeGreaterThan(15 * 3_600_000)
  expect(total).toBeLessThan(20 * 3_600_000)
})
