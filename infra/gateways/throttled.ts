import type { GatewayAnswer } from '../../consumers/sms-gateway.ts'

/** A gateway that says "next year" must not park our texts for so long. */
const LONGEST_MS = 3_600_000

/** "Too many now": not taken. `retryAfter` is the header (RFC 9110, 10.2.3) in seconds; a date there is passed over, for it is by another clock. */
export function throttled(detail: string, retryAfter: string | string[] | undefined): GatewayAnswer {
  if (typeof retryAfter !== 'string' || !/^\d+$/.test(retryAfter)) return { outcome: 'throttled', detail }
  return { outcome: 'throttled', detail, retryAfterMs: Math.min(LONGEST_MS, Number(retryAfter) * 1000) }
}
